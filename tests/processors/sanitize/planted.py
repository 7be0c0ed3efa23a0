"""Strategies for personal data of each kind, made valid, and for text to put it in."""

from __future__ import annotations

from hypothesis import strategies as st

_WORD = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ漢字", min_size=1, max_size=8)
_NAME = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9)
words = st.lists(_WORD, max_size=5).map(" ".join)


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def luhn_completed(stem: str) -> str:
    """The digits with the one that makes their Luhn sum right."""
    doubled = [int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(stem))]
    return stem + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def iban_completed(country: str, account: str) -> str:
    """The account number with its country and check digits."""
    number = "".join(str(int(char, 36)) for char in account + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


emails = st.builds("{}.{}@{}.{}".format, _NAME, _NAME, _NAME, st.sampled_from(["org", "co.uk", "health", "local"]))
ssns = st.builds("{}{sep}{}{sep}{}".format, _digits(3), _digits(2), _digits(4), sep=st.sampled_from("- ."))
ips = st.lists(st.integers(1, 254).filter(lambda octet: octet != 127).map(str), min_size=4, max_size=4).map(".".join)
ibans = st.builds(iban_completed, st.just("DE"), _digits(18))
cards = st.one_of(
    st.builds(luhn_completed, _digits(14).map("4".__add__)),
    st.builds(luhn_completed, _digits(14).map("2".__add__).filter(lambda stem: "2221" <= stem[:4] <= "2720")),
    st.builds(luhn_completed, _digits(17).map("4".__add__)),
)
phones = st.builds(
    "{}{}-555-{}".format, st.sampled_from(["", "+1 ", "+1-"]), st.sampled_from(["212", "415", "617"]), _digits(4)
)
urls = st.builds(
    "{}{}.{}{}/{}".format,
    st.sampled_from(["https://", "http://www.", ""]),
    _NAME,
    st.sampled_from(["com", "community", "co.uk"]),
    st.sampled_from(["", ":8080"]),
    _NAME,
)

codes = st.one_of(emails, ssns, ibans, cards)
"""Values that are personal data wherever they stand."""

values = st.one_of(codes, ips, phones, urls)
"""Values of every kind."""

_SEAMS = [" ", "-", ".", ":", "::", "/", "@", "\n", "\0", "\u200b", "\u212a", "ſ", "٣", "１２３", "🏥", "ab:cd"]
soup = st.lists(st.one_of(values, words, st.sampled_from(_SEAMS), st.text(max_size=4)), max_size=8).map("".join)
"""Personal data and other text run together, with characters that patterns trip over."""
