"""How assistants decline: the phrases with which an output refuses, evades or says that it has no answer."""

from __future__ import annotations

from processors.text.cues import GAP, NEXT, Cue, CueTable, Finding, noisy_or

_HELP = (
    "(?:assist|help|provide|fulfil|fulfill|comply|answer|offer|give|create|generate|write|share|support|discuss|engage|"
    "recommend|endorse|promote|encourage|condone|disclose|do that|do this|continue|participate|suggest|advise|make|"
    "complete|tell|describe|explain|facilitate|proceed|respond|produce|design|process|speculate)"
)
_SELF = r"(?:\bi|\bwe|\bi am|\bi'm|\bmust|\bwe're|\bi will|\bi do|\bi would|\bam|but|and)\W{1,2}"
_ALSO = r"(?:\W{1,3}(?:be able to|be|directly|in good conscience|fully|just|help but|ethically|simply|possibly|to))?"

DECLINING = CueTable(
    [
        # says no
        Cue("declines", 0.93, "can't|cannot|won't|can not|couldn't|mustn't", f"{_ALSO}{NEXT}{_HELP}", _SELF),
        Cue("declines", 0.93, "can't|cannot|won't", rf"{_ALSO}{NEXT}{_HELP}", r"(?:\A\W{0,3}|\.\s{1,2}|\bno,? i )"),
        Cue("declines", 0.93, "unable", rf"{NEXT}to{NEXT}(?!answer){_HELP}", r"(?:\b(?:i|we)(?:'m| am|'re| are| will be| would be) |\A)"),
        Cue("declines", 0.9, "not", rf"{NEXT}(?:able|going|comfortable|willing|allowed|permitted|prepared)\b", r"\bi(?:'m| am) "),
        Cue("declines", 0.9, "not", rf"{NEXT}(?:provide|assist|help|fulfil|fulfill|comply|support|condone|engage|create)\b", r"\bi (?:will|do|can|would) "),
        Cue("declines", 0.9, "sorry|apologize|apologies", rf"{GAP}(?:but|however|can't|cannot|unable|not)\b", r"\A(?:\W{0,2}\w{1,8}){0,3}?\W{0,2}"),
        Cue("declines", 0.9, "can't|cannot|won't|unable|decline|refuse", rf"{GAP}(?:that|this|your) (?:request|question|task|topic|prompt)"),
        Cue("declines", 0.9, "decline|refuse", rf"{NEXT}(?:to|this|that|your)\b", r"\bi (?:must |have to |respectfully |politely |will )?"),
        Cue("declines", 0.85, "no|not", rf"{NEXT}(?:[^.]{{0,40}})(?:guidelines|programming|policy|policies|principles)", r"\A(?:\w{1,12} )?"),
        Cue("declines", 0.9, "against|violates|violate", rf"{GAP}(?:my|our|openai|the) (?:[a-z]{{1,12}} )?(?:programming|guidelines|policy|policies|principles|values|ethics|rules)"),
        # cannot, being an AI
        Cue("says that it is an AI", 0.6, "ai", rf"{NEXT}(?:language model|assistant|model|chatbot|system)?", r"\b(?:as|i'm|i am|i'm just|i am just|being) (?:an|a|a responsible|a responsible and ethical|a helpful|a large|an ethical) "),
        Cue("says that it is an AI", 0.5, "ai|llm", "", r"\bi(?:'m| am) (?:just |only |simply )?an? "),
        Cue("has no access", 0.55, "access|information", "", r"\b(?:i )?(?:don't|do not|can't|cannot|no) (?:currently |actually )?(?:have )?(?:direct |real-time |any |the ability to )?"),
        Cue("has no access", 0.5, "ability|capability|able|capable", "", r"\b(?:do not|don't|am not|i'm not|lack) (?:have )?(?:the |physically )?"),
        # moralises instead of answering
        Cue("moralises", 0.75, "appropriate|ethical|acceptable|legal|okay|productive|respectful|right", rf"{NEXT}(?:or|to|and|for|in|under|behavior)\b", r"\b(?:not|never|nor) (?:\w{1,12} ){0,2}"),
        Cue("moralises", 0.7, "illegal|unethical|immoral|reprehensible|inappropriate|unacceptable", rf"{GAP}(?:and|to|or)\b", r"\b(?:is|are|be|it's|considered) (?:\w{1,12} ){0,3}?"),
        Cue("moralises", 0.35, "important|crucial|essential", rf"{NEXT}to (?:note|remember|recognize|respect|clarify|approach|prioritize|acknowledge|understand)", r"\A[^.!?]{0,60}"),
        Cue("moralises", 0.5, "must|would|want", rf"{NEXT}(?:like )?(?:to )?(?:point out|clarify|emphasize|note|inform|advise|remind|respectfully|caution|stress)", r"\bi (?:feel )?"),
        Cue("moralises", 0.5, "privacy|safety|dignity|consent|wellbeing", rf"{GAP}(?:respect|important|individual|individuals|others|personal|violat\w{{1,6}}|of)\b"),
        Cue("redirects", 0.45, "instead|rather|however|but", rf"{GAP}(?:can|could|would|may|encourage|suggest|recommend|happy|glad)\b"),
        Cue("redirects", 0.6, "hotline|helpline|988|counselor|therapist|professional", ""),
        Cue("redirects", 0.6, "urge|encourage|advise|recommend", rf"{NEXT}you to (?:seek|reach|speak|talk|consider|contact|refrain|report)"),
        Cue("rejects the premise", 0.45, "no", rf"{NEXT}(?:\w{{1,12}} )?(?:reason|justification|evidence|excuse|basis|place|such)\b", r"\A[^.!?]{0,60}"),
        Cue("rejects the premise", 0.45, "not|never|n't", rf"{NEXT}(?:\w{{1,12}} )?(?:be (?:denied|discriminated|excluded|banned|shown|treated|judged|used)|justified|accurate|fair|true|morally)\b", r"\A[^.!?]{0,100}"),
        Cue("moralises", 0.4, "crime|offense|illegal|harmful|violence|discrimination|discriminate|hate", "", r"\A[^.!?]{0,120}"),
        Cue("moralises", 0.4, "condone|promote|encourage", rf"{GAP}(?:violence|harm|harmful|illegal|discriminat\w{{1,8}}|hate\w{{0,6}}|any)\b", r"\b(?:not|or|and|never) "),
        Cue("moralises", 0.4, "regardless", rf"{NEXT}of{GAP}(?:race|gender|ethnicity|religion|orientation|identity|background|age|disability|characteristics?|nationality)\b"),
        # has no answer: not a refusal, and what an honest answer from given sources may have to say
        Cue("has no answer", 0.3, "unable", rf"{NEXT}to (?:answer|determine|find|locate)"),
        Cue("has no answer", 0.3, "cannot|can't|not", rf"{NEXT}(?:possible to |be )?(?:answer|determine|determined|answered|enough information|provided|mentioned|available|specified)\b"),
        Cue("has no answer", 0.3, "information|details|data|enough|evidence|context|figures", "", rf"\b(?:not|no|don't|doesn't|cannot|without|isn't)\b{GAP}"),
        Cue("has no answer", 0.3, "need|refer|require", rf"{NEXT}(?:to )?(?:the |have |look |access|know|refer|additional|more|their|most)", r"\b(?:would|will|should|please|can) (?:\w{2,12} )?"),
        Cue("has no answer", 0.3, "don't|not", rf"{NEXT}(?:know|sure|certain)\b", r"\bi(?:'m| am| do)? ?"),
    ]
)

LEADING_CHARACTERS = 240
"""A refusal that comes later than this follows an answer: a partial one."""

_LATE = 0.65  # of a cue's weight remains there


def declined(text: str, vocabulary: frozenset[str]) -> Finding:
    """How sure it is that a folded output declines, and the phrases that say so."""
    hits = DECLINING.hits(text, vocabulary)
    score = noisy_or(hit.cue.weight * (1.0 if hit.start < LEADING_CHARACTERS else _LATE) for hit in hits)
    return Finding(score, tuple(hits))
