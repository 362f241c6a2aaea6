"""Names in the languages of the page: countries from CLDR, groups and sectors from `names_ar.csv`."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from multipolar.desk.answers import Names
from multipolar.report.channels import country_name
from multipolar.world.world import World


def country_names_of(world: World, code: str) -> Names:
    """A country's name; the world's own where CLDR has none."""
    own = country_name(world, code)
    return Names(en=own, ar=_own_words("country").get(code) or _from_cldr().get(code) or own)


def group_names_of(name: str) -> Names:
    """A group's name: in English its code, which is how it is known."""
    return Names(en=name.replace("_", " "), ar=_own_words("group").get(name, name))


def sector_names_of(world: World, code: str) -> Names:
    """A sector's name; of part of a divided sector, CODE.part, the sector's with the part behind it."""
    whole, dot, part = code.partition(".")
    own = world.sector_names.get(code) or world.sector_names.get(whole, whole)
    arabic = _own_words("sector").get(whole, own)
    return Names(en=own, ar=f"{arabic}{dot}{part}")


@cache
def _own_words(kind: Literal["country", "group", "sector"]) -> Mapping[str, str]:
    text = files("multipolar.desk").joinpath("names_ar.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind}


@cache
def _from_cldr() -> Mapping[str, str]:
    """ISO alpha-3 -> Arabic name."""
    from babel import Locale
    from babel.core import get_global

    territories = Locale("ar").territories
    codes = {three: found[0] for three, found in get_global("territory_aliases").items() if len(three) == 3}
    return {three: territories[two] for three, two in (codes | {"XKX": "XK"}).items() if two in territories}
