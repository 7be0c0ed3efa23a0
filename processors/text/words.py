"""Words: lower-casing that keeps offsets, tokens, and the function words of a few languages."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+(?:'\w+)?")

# Function words: they carry no claim, so they say nothing about whether a text is supported or on topic.
FUNCTION_WORDS = frozenset(
    """a about above after again all also although always am an and another any are aren't around as at be because been
    before being below between both but by came can can't cannot could couldn't did didn't do does doesn't doing don't
    down during each either else even ever every few for from further get gets give given gives go goes got had hadn't
    has hasn't have haven't having he he's her here hers herself him himself his how however i i'd i'll i'm i've if in
    indeed instead into is isn't it it's its itself just kind know let let's like made make makes many may maybe me
    might more most much must my myself need needs neither never no nor not now of off often on once one ones only onto
    or other others otherwise our ours out over own per perhaps please quite rather really same say says see several
    shall she she's should shouldn't since so some something sometimes such sure take takes than that that's the their
    theirs them themselves then there there's therefore these they they're thing things this those though through thus
    to together too toward towards under until up upon us use used using usually various very via was wasn't way ways we
    we're well were weren't what what's when where whether which while who who's whole whom whose why will with within
    without won't would wouldn't yes yet you you're your yours yourself""".split()
)

# The commonest function words of other languages in Latin script, without those that are words of English as well.
FOREIGN_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "Spanish": frozenset("el los las una que del por para con su como más pero sus este esta son también y es".split()),
    "French": frozenset("le les des une est que dans pour qui sur avec pas plus sont cette vous nous et du aux".split()),
    "German": frozenset("der das und ist nicht ein eine zu mit den auf sich auch dem von für sind wird werden".split()),
    "Italian": frozenset("il che di della per una sono con non gli delle è più anche questo nel dei lo e".split()),
    "Portuguese": frozenset("os uma que não para com mais dos como mas ao das é são você também em pelo um".split()),
    "Dutch": frozenset("het een van ik dat niet en zijn voor met op te aan ook maar deze wordt bij".split()),
}

STEM_LENGTH = 5
"""Words count as the same where their first five letters agree: `poisoned` and `poisoning`. Crude, and free."""


def folded(text: str) -> str:
    """The text in lower case with straight apostrophes, of the same length, so that offsets hold in both."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals, such as İ, grow when lower-cased
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.replace("’", "'")


def words(text: str) -> list[str]:
    """The words of a folded text, in order."""
    return WORD.findall(text)


def stems(of: frozenset[str] | set[str]) -> set[str]:
    """The stems of the content words among those given. Numbers are left out: they are compared by value."""
    return {word[:STEM_LENGTH] for word in of - FUNCTION_WORDS if len(word) > 2 and not word[0].isdigit()}
