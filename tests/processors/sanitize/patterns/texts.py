"""Texts to compare engines on: prose, code and JSON with generated identifiers, mutations of them, and soups."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator

BEYOND_ASCII = "éßñüøàıİſKÀ٣٤०१२３ー–—−\u00a0\u2003\u200b\u3000（）［］＋／～中文日本ёΩ€£😀\u0301\u00ad\u2060'’“”"
ASCII = string.printable + "\x1c\x7f"
NUMERIC = string.digits * 6 + "-() .+/xX#,;:e@"
_FRAGMENTS = """+1 212 5550123 555 030 0 - ( ) / . , ; : :30 ext. x12 # ; ext=12 ٢ ٣٤٥ ３ € é İ K ſ % 12: 1644
+44 20 7946 0958 (212) 555-0123 +49 30 901820 110 0800 1111 2012-01-02 08:00 3/10/2011 12(3): 211-227 (2003)
GB82 WEST 1234 5698 7654 32 DE89370400440532013000 de89370400440532013000 4111111111111111 4111-1111-1111-1111 3400
:: ::1 fe80::1 ::ffff:1.2.3.4 1:2:3:4:5:6:7:8 10.0.0.1/24 256.1.1.1 http:// https://a.com/b 'example.net' www.x.org
ann@ex.co.uk a.b+c@d-e.fr @ os.path input_tokens e.g. v1 A1234567 V123456 AB1234563 X99 943 476 5919 9434765919
00:1b:44:11:3a:b7 001b.4411.3ab7 bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq 1BoatSLRHtKNngkdXEeobR76b53LETtpyT
123-45-6789 123456789 900-70-0000 2024-01-02 1/2/24 31.12.1999 JAN-24 5-MAY-2020 2024-01-02T10:20:30Z
123e4567-e89b-12d3-a456-426614174000 account driver passport 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2"""
PIECES = _FRAGMENTS.split()
TEMPLATES = (
    "Patient {word} {word}, born {date}, can be reached at {phone} or {mail}.",
    "Her SSN is {ssn}; the account {digits} at {iban} was closed on {date}.",
    "Charged {card} for {digits} units, invoice {code}, from {ip} at {host}.",
    "{word} said: see https://{host}/{word}?id={digits}#{word} (or {host}) before {date}",
    "def {word}(self, {word}={digits}):\n    return self.{word}.{word}[{digits}] / {digits}  # {code}",
    "{date} {word}[{digits}]: {ip}:{digits} GET /{word}/{code} 200 {digits}ms trace={uuid}",
    "Call {phone}, fax {phone} ext. {digits}; licence {code}, passport {digits}.",
    "Dose {digits}/{digits} mg, BP 120/80, score {digits}.{digits}, v{digits}",
)
HOSTILE = (
    "1 2 3 4 5 6 7 8 9 0 " * 20,
    "a" * 300,
    "a.b." * 80,
    "::" * 100,
    "1.1.1." * 50,
    "a@b@c." * 50,
    "0000000 , " * 20,
    "(((((((1" * 30,
)


def documents(seed: int, count: int) -> Iterator[str]:
    """So many texts, the same for the same seed."""
    rng = random.Random(seed)
    kinds: tuple[Callable[[random.Random], str], ...] = (prose, mutated, as_json, soup, numbers, noise)
    for _ in range(count):
        yield rng.choice(kinds)(rng)


def prose(rng: random.Random) -> str:
    """A few sentences."""
    return " ".join(_filled(rng.choice(TEMPLATES), rng) for _ in range(rng.randint(1, 4)))


def mutated(rng: random.Random) -> str:
    """Sentences with characters put in, taken out and changed."""
    chars = list(rng.choice((prose, as_json))(rng))
    for _ in range(rng.randint(1, 8)):
        alphabet = rng.choice((BEYOND_ASCII, ASCII, NUMERIC))
        at = rng.randrange(len(chars) + 1)
        chars[at : at + rng.choice((0, 0, 1, 3))] = rng.choices(alphabet, k=rng.randint(0, 3))
    return "".join(chars)


def as_json(rng: random.Random) -> str:
    """What recognisers were not made for."""
    return json.dumps({"input": prose(rng), "usage": {"input_tokens": rng.randrange(9999)}, "id": _code(rng)})


def soup(rng: random.Random) -> str:
    """Pieces of identifiers in any order."""
    return "".join(rng.choice(PIECES) + rng.choice(("", " ", " ", "-", ", ", "\n")) for _ in range(rng.randint(1, 16)))


def numbers(rng: random.Random) -> str:
    """Digits and what stands between digits."""
    return "".join(rng.choices(NUMERIC, k=rng.randint(3, 60)))


def noise(rng: random.Random) -> str:
    """Anything, or what takes long."""
    hostile = rng.random() < 0.02
    return rng.choice(HOSTILE) if hostile else "".join(rng.choices(BEYOND_ASCII + ASCII, k=rng.randint(1, 60)))


def _filled(template: str, rng: random.Random) -> str:
    fields = {name: make(rng) for name, make in _FIELDS.items()}
    return template.format(**fields)


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choices(string.digits, k=size))


def _shaped(rng: random.Random, shapes: str) -> str:
    shape = rng.choice(shapes.split("|"))
    return "".join(rng.choice(string.digits) if char == "0" else char for char in shape)


def _code(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 3))) + _digits(rng, rng.randint(1, 12))


def _card(rng: random.Random) -> str:
    body = rng.choice("3456") + _digits(rng, 14)
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(body)]
    check = -sum(number - 9 * (number > 9) for number in doubled) % 10
    number = f"{body}{check}"
    return rng.choice((number, " ".join(number[at : at + 4] for at in range(0, 16, 4))))


def _iban(rng: random.Random) -> str:
    account = _digits(rng, 18)
    check = 98 - int(account + "131400") % 97  # D is 13 and E is 14
    number = f"DE{check:02}{account}"
    return rng.choice((number, number.lower(), " ".join(number[at : at + 4] for at in range(0, 22, 4))))


def _host(rng: random.Random) -> str:
    return f"{_word(rng)}.{rng.choice(('com', 'org', 'co.uk', 'de', 'local', 'community', 'py'))}"


def _word(rng: random.Random) -> str:
    word = "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 9)))
    return rng.choice((word, word.title()))


def _ip(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(300)) for _ in range(4))


_FIELDS: dict[str, Callable[[random.Random], str]] = {
    "word": _word,
    "date": lambda rng: _shaped(rng, "1900-01-00|0/1/2000|10/20/00|00.10.2000|2020-10-00T00:00:00Z|00-MAY-2010"),
    "phone": lambda rng: _shaped(
        rng, "212-555-0000|(212) 000-0000|+44 20 0000 0000|030 0000000|+1000000000|06 00 00 00 00"
    ),
    "mail": lambda rng: f"{_word(rng)}.{_word(rng)}@{_host(rng)}",
    "ssn": lambda rng: _shaped(rng, "000-00-0000|000000000|000 00 0000"),
    "digits": lambda rng: _digits(rng, rng.randint(1, 18)),
    "code": _code,
    "card": _card,
    "iban": _iban,
    "host": _host,
    "ip": _ip,
    "uuid": lambda rng: _shaped(rng, "00000000-0000-4000-8000-000000000000|0a0b0c0d-00ff-4a4a-8b8b-0c0c0c0c0c0c"),
}
