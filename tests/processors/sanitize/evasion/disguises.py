"""Ways to write a text so that a detector does not see what it says, and a person or a program still does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping

Disguise = Callable[[str], str]


def _each(write: Callable[[str], str]) -> Disguise:
    """Every character that is neither letter nor digit written so."""
    return lambda text: "".join(char if char.isalnum() else write(char) for char in text)


def _all(write: Callable[[str], str]) -> Disguise:
    return lambda text: "".join(map(write, text))


def _bytes_as(form: str) -> Callable[[str], str]:
    return lambda char: "".join(form.format(byte) for byte in char.encode())


def _shifted(begin: str, first: str, last: str) -> Callable[[str], str]:
    """Characters first to last as those that begin at `begin`."""
    return lambda char: chr(ord(begin) + ord(char) - ord(first)) if first <= char <= last else char


def _between(what: str) -> Disguise:
    return lambda text: what.join(text)


def _for(sign: str, other: str) -> Disguise:
    return lambda text: text.replace(sign, other)


def _in_the_middle(what: str, after: str = "") -> Disguise:
    return lambda text: f"{text[: len(text) // 2]}{what}{text[len(text) // 2 :]}{after}"


DISGUISES: Mapping[str, Disguise] = {
    "url, signs": _each(_bytes_as("%{:02X}")),
    "url, all, lower case": _all(_bytes_as("%{:02x}")),
    "html, decimal": _each(lambda char: f"&#{ord(char)};"),
    "html, hex, all": _all(lambda char: f"&#x{ord(char):X};"),
    "html, named": lambda text: text.replace("@", "&commat;").replace(".", "&period;").replace("-", "&hyphen;"),
    "json": lambda text: json.dumps(f"\n{text}\té").removeprefix('"').removesuffix('"'),
    "json, all": _all(lambda char: "".join(f"\\u{unit:04x}" for unit in _utf16(char))),
    "python, bytes": _all(_bytes_as("\\x{:02x}")),
    "rust": _each(lambda char: f"\\u{{{ord(char):x}}}"),
    "octal": _all(lambda char: f"\\{ord(char):03o}" if ord(char) < 0o400 else char),
    "markdown": _each(lambda char: f"\\{char}" if char in "-.@_+#*:/" else char),
    "quoted-printable": _all(lambda char: _bytes_as("={:02X}")(char) if char > " " else char),
    "quoted-printable, wrapped": _in_the_middle("=\r\n"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, url-safe, bare": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64, mime": lambda text: base64.encodebytes(f"{'Dear all, ' * 9}{text}".encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "full-width": _all(_shifted("！", "!", "~")),
    "bold": _all(lambda char: _shifted("𝟎", "0", "9")(_shifted("𝐚", "a", "z")(char))),
    "circled": _all(lambda char: "⓪" if char == "0" else _shifted("①", "1", "9")(_shifted("ⓐ", "a", "z")(char))),
    "arabic digits": _all(_shifted("٠", "0", "9")),
    "cyrillic": lambda text: text.translate(str.maketrans("aeopcx", "аеорсх")),
    "typographic dashes": _for("-", "\u2013"),
    "non-breaking hyphens": _for("-", "\u2011"),
    "ideographic stops": _for(".", "。"),
    "thin spaces": _for(" ", "\u2009"),
    "zero-width spaces": _between("\u200b"),
    "soft hyphens": _between("\xad"),
    "bidi": _in_the_middle("\u2066", "\u2069"),
    "variation selectors": _between("\ufe01"),
    "strikethrough": _all(lambda char: f"{char}\u0336"),
    "nul": _between("\0"),
    "colours": _in_the_middle("\x1b[31m", "\x1b[0m"),
    "tags": _all(lambda char: chr(0xE0000 + ord(char)) if " " <= char <= "~" else char),
    "selector bytes": lambda text: "x" + "".join(map(_selector, text.encode())),
    "html, markup": _in_the_middle('<b class="x">', "</b>"),
    "html, comment": _in_the_middle("<!-- -->"),
    "markdown, bold": _in_the_middle("**", "**"),
    "spaced": _between(" "),
    "spoken": lambda text: text.replace("@", " (at) ").replace(".", " dot "),
    "signs apart": lambda text: text.replace("@", " @ ").replace("-", " - "),
}


def _utf16(char: str) -> list[int]:
    data = char.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def _selector(byte: int) -> str:
    return chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16)


UNREADABLE = {
    ("bidi", "html, decimal"),
    ("colours", "colours"),
    ("nul", "colours"),
    ("signs apart", "html, comment"),
    ("typographic dashes", "html, comment"),
    ("non-breaking hyphens", "html, comment"),
    ("typographic dashes", "markdown"),
    ("non-breaking hyphens", "markdown"),
    ("quoted-printable, wrapped", "quoted-printable"),
    ("markdown, bold", "quoted-printable, wrapped"),
    ("markdown, bold", "spoken"),
    ("spaced", "quoted-printable, wrapped"),
    ("spoken", "spaced"),
    ("zero-width spaces", "selector bytes"),
    ("soft hyphens", "selector bytes"),
    ("strikethrough", "selector bytes"),
}
"""(outer, inner) where the outer one breaks the codes that the inner one made, so that nobody can read them back."""
