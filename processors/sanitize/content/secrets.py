"""Passwords, keys and tokens: by the form that their issuer gives them, and by what they are called."""

from __future__ import annotations

import re
from collections import Counter
from math import log2

import regex
from presidio_analyzer import Pattern, PatternRecognizer

SURE, LABELLED = 0.95, 0.6

# Forms that issuers document, or that the rules of gitleaks and of detect-secrets name. Nothing else looks like these.
_ISSUED = {
    "AWS access key id": r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}\b",
    "Anthropic": r"\bsk-ant-[a-z0-9]{2,12}-[\w-]{20,200}",
    "Azure AD client secret": r"\b[\w.~-]{3}[78]Q~[\w.~-]{31,34}",
    "Azure storage or bus key": r"\b(?:AccountKey|SharedAccessKey)=(?P<value>[A-Za-z0-9+/]{40,90}={0,2})",
    "Databricks": r"\bdapi[0-9a-f]{32}\b",
    "DigitalOcean": r"\bdo[opr]_v1_[a-f0-9]{64}\b",
    "Discord bot": r"\b[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,38}",
    "GitHub": r"\bgh[oprsu]_[A-Za-z0-9]{36,255}\b",
    "GitHub, fine-grained": r"\bgithub_pat_\w{22,255}\b",
    "GitLab": r"\bgl(?:agent|cbt|dt|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{20,300}",
    "Google API key": r"\bAIza[\w-]{35}",
    "Google OAuth": r"\b(?:ya29\.[\w-]{20,400}|GOCSPX-[\w-]{28})",
    "Grafana": r"\bgl(?:sa|c)_[A-Za-z0-9+/_-]{32,400}",
    "Groq": r"\bgsk_[A-Za-z0-9]{40,60}\b",
    "HashiCorp Vault": r"\bhv[bsr]\.[\w-]{24,300}",
    "Hugging Face": r"\bhf_[A-Za-z0-9]{30,40}\b",
    "JSON web token": r"\beyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000}",
    "LangSmith or Langfuse": r"\b(?:lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}|[sp]k-lf-[0-9a-f-]{36})\b",
    "New Relic": r"\bNRAK-[A-Z0-9]{27}\b",
    "npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "OpenAI": r"\bsk-(?:(?:proj|svcacct|admin)-[\w-]{20,300}|[A-Za-z0-9]{32,64}\b)",
    "Private key": r"-----BEGIN[ A-Z0-9]{0,32}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,]|-[A-Za-z])*"
    r"(?:-----END[ A-Z0-9]{0,32}PRIVATE KEY(?: BLOCK)?-----)?",
    "age": r"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b",
    "PuTTY": r"\bPrivate-Lines: \d{1,3}\s(?P<value>[A-Za-z0-9+/=\s]{60,8000})",
    "PyPI": r"\bpypi-AgE[\w-]{50,300}",
    "SendGrid": r"\bSG\.[\w-]{16,32}\.[\w-]{16,64}",
    "Shopify": r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",
    "Slack": r"\bxox[abceoprs]-[\w-]{10,250}|\bxapp-\d-[A-Z0-9]{8,16}-\d{8,16}-[a-z0-9]{32,80}",
    "Slack webhook": r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w+/]{40,80}",
    "Square": r"\b(?:sq0[a-z]{3}-[\w-]{22,43}|EAAA[\w-]{60})",
    "Stripe": r"\b(?:[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,120}|whsec_[A-Za-z0-9+/=]{32,80})",
    "Telegram bot": r"\b\d{8,10}:AA[\w-]{33}",
    "Twilio or Mailgun": r"\b(?:SK[0-9a-f]{32}|key-[0-9a-f]{32})\b",
}

_KEY_NAMES = (
    "api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|account[ _-]?key|secret[ _-]?(?:access[ _-]?)?key|encryption[ _-]?key"
    "|private[ _-]?key|signing[ _-]?key|client[ _-]?secret|app[ _-]?secret|webhook[ _-]?secret|secret|credential"
    "|(?:access|api|auth|bearer|bot|id|refresh|secret|security|session|csrf|oauth)[ _-]?token|token"
)
_PASSWORD_NAMES = "passw(?:or)?d|passphrase|pass[ _-]?code|pwd|pword"
_SET_TO = r"""["'`]{0,2}\s{0,4}(?:=>|:=|=|:)\s{0,4}["'`]{0,2}"""
_OPAQUE = r"""[^\s"'`,;<>(){}\[\]&|\\]"""
_TYPED = r"""[^\s"'`,;<>\\]"""

MIN_KEY_BITS = 2.8  # Shannon entropy a character; English words have less than 2.6 at such lengths
_CLASSES = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")))
_PLACEHOLDER = re.compile(
    r"[$%{<]|(?:your|my|example|sample|dummy|test|placeholder|change|replace|insert|enter|redacted|hidden|none|null|true|false"
    r"|undefined|string|required|optional|process\.env|os\.|env\.|self\.|config\.|settings\.)|(.)\1{3,}|.*\.\.\.",
    re.IGNORECASE,
)


class IssuedSecret(PatternRecognizer):
    """Credentials that show their issuer, private keys in PEM, JSON web tokens."""

    def __init__(self) -> None:
        patterns = [Pattern(name, source, SURE) for name, source in _ISSUED.items()]
        super().__init__("SECRET", patterns=patterns, global_regex_flags=regex.DOTALL | regex.MULTILINE)


class UrlPassword(PatternRecognizer):
    """The password of `scheme://user:password@host`, in connection strings too."""

    def __init__(self) -> None:
        source = r"""\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@"'<>]{0,100}:(?P<value>[^\s/"'<>@]{1,200})@"""
        super().__init__("SECRET", patterns=[Pattern("Password in a URL", source, SURE)])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it only stands for one."""
        return _PLACEHOLDER.match(pattern_text) is not None


class LabelledKey(PatternRecognizer):
    """What is called a key, token or secret and is as random as one; what follows `Authorization:`."""

    def __init__(self) -> None:
        named = rf"(?:\b|_)(?:{_KEY_NAMES}){_SET_TO}(?P<value>{_OPAQUE}{{16,500}})"
        header = rf"\bauthorization{_SET_TO}(?:basic|bearer|token)\s{{1,4}}(?P<value>[\w+/.~=-]{{12,4000}})"
        patterns = [Pattern("Named", named, LABELLED), Pattern("Authorization header", header, SURE)]
        super().__init__("SECRET", patterns=patterns)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is too regular, or only stands for one."""
        return _PLACEHOLDER.match(pattern_text) is not None or not is_random(pattern_text)


class LabelledPassword(PatternRecognizer):
    """What is called a password and is no plain word."""

    def __init__(self) -> None:
        assigned = rf"(?:{_PASSWORD_NAMES}){_SET_TO}(?P<value>{_TYPED}{{6,200}})"
        told = rf"\b(?:{_PASSWORD_NAMES})\s(?:is|was)\s{{1,2}}[\"'`]?(?P<value>{_TYPED}{{6,100}})"
        super().__init__("SECRET", patterns=[Pattern("Assigned", assigned, LABELLED), Pattern("Told", told, LABELLED)])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is a word, or only stands for one."""
        return _PLACEHOLDER.match(pattern_text) is not None or is_word(pattern_text)


def secrets() -> list[PatternRecognizer]:
    """One of each."""
    return [IssuedSecret(), UrlPassword(), LabelledKey(), LabelledPassword()]


def is_random(text: str) -> bool:
    """Whether characters of two classes at least are as mixed as in a generated key."""
    counts = Counter(text).values()
    bits = -sum(count / len(text) * log2(count / len(text)) for count in counts)
    letters_and_digits = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
    return bits >= MIN_KEY_BITS and (letters_and_digits or _classes(text) > 2)


def is_word(text: str) -> bool:
    """Whether it has letters alone, or is written as words are."""
    core = text.strip(".:!?-_*")
    return core.isalpha() and (core.islower() or core.isupper() or core.istitle())


def _classes(text: str) -> int:
    return sum(each.search(text) is not None for each in _CLASSES)
