"""Names and what they stand for: countries, dated groups, sectors, sector groups, and the selectors that scenarios use.

Country codes are ISO 3166-1 alpha-3 with XKX, ROW and REU (`countries.csv`). A group counts the members that it had at
the end of a year: the world's own year, or the one written after an at sign, ``BRICS@2024`` (`groups.csv`; the two
voting blocs come from `blocs.csv`). Sector groups are ranges of ISIC revision 4 (`sector_groups.csv`).
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import InputError, ScenarioError, UnknownName, nearest_names
from multipolar.world.isic import Atom, complete_parts, covers, overlaps, read_isic
from multipolar.world.tables import IntArray

_FOLDER = Path(__file__).parent

WEST_THRESHOLD, EAST_THRESHOLD = 0.7, -0.5
"""UN General Assembly ideal points of 2023 at or above / at or below which a country is in WEST_BLOC / EAST_BLOC.

Japan and Switzerland, at the coalition's lower edge, have 0.81 and 0.73; Russia and Kazakhstan, at the other side's
upper edge, -0.53 and -0.51. The gaps round the thresholds are wide above (Turkey has 0.51) and narrow below (-0.47).
"""


class NotInWorld(UnknownName):
    """A name that exists but that this world cannot answer to; the message says why, and what would do instead."""

    def __init__(self, name: str, kind: str, message: str, nearest: Sequence[str] = ()) -> None:
        self.name, self.kind, self.nearest = name, kind, list(nearest)
        InputError.__init__(self, message)


@dataclass(frozen=True, eq=False)
class CountrySelection:
    """Countries of a world in its order: positions, codes, and members of groups that the world lacks."""

    indices: IntArray
    codes: tuple[str, ...]
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class SectorSelection:
    """Sectors of a world in its order; `coarse` has a sentence for each that a group only part of which was asked."""

    indices: IntArray
    codes: tuple[str, ...]
    coarse: tuple[str, ...] = ()


class SectorsOfWorld(Protocol):
    """What `select_sectors` needs of a world."""

    @property
    def sectors(self) -> tuple[str, ...]:
        """Sector codes."""

    @property
    def sector_isic(self) -> Mapping[str, str]:
        """Sector code -> ISIC revision 4 text; empty where the world does not record it."""


@dataclass(frozen=True)
class _Membership:
    member: str
    first: int
    last: int


def _rows(file: str) -> list[dict[str, str]]:
    with (_FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def country_names() -> Mapping[str, str]:
    """Code -> English name of every country this package knows, ROW (the rest) and REU (the rest of EU27) included."""
    return {row["code"]: row["name"] for row in _rows("countries.csv")}


@cache
def _groups() -> dict[str, list[_Membership]]:
    groups: dict[str, list[_Membership]] = {}
    for row in _rows("groups.csv"):
        membership = _Membership(row["member"], int(row["from_year"] or 0), int(row["to_year"] or 9999))
        groups.setdefault(row["group"], []).append(membership)
    for row in _rows("blocs.csv"):
        if row["bloc"] != "rest":
            groups.setdefault(f"{row['bloc'].upper()}_BLOC", []).append(_Membership(row["country"], 0, 9999))
    return groups


@cache
def ideal_points() -> Mapping[str, float]:
    """Code -> ideal point in votes of the UN General Assembly in 2023, for countries that vote."""
    return {row["country"]: float(row["ideal_point_2023"]) for row in _rows("blocs.csv") if row["ideal_point_2023"]}


def group_names() -> tuple[str, ...]:
    """Every dated group of countries, in the order of the data files."""
    return tuple(_groups())


def group_members(name: str, year: int) -> tuple[str, ...]:
    """Member codes of a group at the end of `year`, or of the year written in the name (``BRICS@2024``)."""
    group, at, written = name.partition("@")
    if group not in _groups():
        raise unknown_country(group)
    if at and not (written.isdecimal() and len(written) == 4):
        raise ScenarioError(_("{name!r} has no year after the at sign; write for example {example!r}.",
                              name=name, example=f"{group}@2024"))
    year = int(written) if at else year
    members = tuple(m.member for m in _groups()[group] if m.first <= year <= m.last)
    if not members:
        first = min(m.first for m in _groups()[group])
        raise ScenarioError(_("{group} had no members in {year}; write {example!r} or a later year to say which "
                              "membership is meant.", group=group, year=year, example=f"{group}@{first}"))
    return members


def unknown_country(name: str, also: Iterable[str] = ()) -> UnknownName:
    """The exception for a name that is no country and no group; a country's English name proposes its code."""
    by_name = {english: code for code, english in country_names().items()}
    spelled = [f"{by_name[english]} ({english})" for english in nearest_names(name, by_name)] if len(name) > 3 else []
    # A slip of the pen in a code most likely meant a country of this world.
    slips = nearest_names(name, also) if len(name) == 3 else []
    known = slips or [*spelled, *also, *country_names(), *_groups()]
    return UnknownName(name, _("country or group"), known)


def select_countries(selector: str | Sequence[str], world_countries: Sequence[str], year: int, *,
                     other: CountrySelection | Sequence[str] | None = None) -> CountrySelection:
    """The countries that a selector means in a world.

    A code, a group ("EU27", "BRICS@2024"), "all", "others" (outside `other`, the selection at the other end of the
    flow), "-HUN" (removed, whatever its place in the list), or a list of these. "all" leaves out the other end where
    that is a single country. Members of a group that the world lacks are listed in `dropped`; a region of the world
    that lies wholly inside the group (REU in EU27) stands for its members. `UnknownName` for what does not exist,
    `NotInWorld` for a country named alone that the world lacks, `ScenarioError` where nothing is left.
    """
    ends = other.codes if isinstance(other, CountrySelection) else other
    return _selected_countries(tuple(_items(selector)), tuple(world_countries), year,
                               None if ends is None else tuple(ends))


@lru_cache(maxsize=256)
def _selected_countries(items: tuple[str, ...], world_countries: tuple[str, ...], year: int,
                        other: tuple[str, ...] | None) -> CountrySelection:
    """`select_countries`, kept: every solve asks for the same few, and reads them only."""
    resolver = _Resolver(world_countries, year, other)
    taken: set[str] = set()
    removed: set[str] = set()
    dropped: dict[str, None] = {}
    for item in items:
        removal = item.startswith("-")
        found, missing = resolver.resolve(item.removeprefix("-").strip(), removal=removal)
        (removed if removal else taken).update(found)
        dropped.update(dict.fromkeys(missing))
    chosen = tuple(code for code in world_countries if code in taken and code not in removed)
    if not chosen:
        raise ScenarioError(_("{selector!r} selects no country of this world{dropped}.", selector=_shown(items),
                              dropped=_(" (it lacks {codes})", codes=", ".join(dropped)) if dropped else ""))
    indices = np.array([world_countries.index(code) for code in chosen], dtype=np.int64)
    indices.flags.writeable = False
    return CountrySelection(indices, chosen, tuple(dropped))


@dataclass(frozen=True)
class _Resolver:
    """One item of a selector -> codes of the world, and members that the world lacks."""

    countries: tuple[str, ...]
    year: int
    other: tuple[str, ...] | None

    def resolve(self, name: str, *, removal: bool) -> tuple[set[str], list[str]]:
        if name == "all":
            single = self.other if self.other is not None and len(self.other) == 1 else ()
            return set(self.countries) - set(single), []
        if name == "others":
            if self.other is None:
                raise ScenarioError(_("\"others\" means the countries outside the selection at the other end, and "
                                      "there is no other end here; name countries, a group, or \"all\"."))
            return set(self.countries) - set(self.other), []
        if name in self.countries:
            return {name}, []
        if name.partition("@")[0] in _groups():
            return self._group(group_members(name, self.year))
        if name not in country_names():
            raise unknown_country(name.partition("@")[0], self.countries)
        region = next((code for code in self.countries if name in self._inside(code)), None)
        if removal and region is None:
            return set(), [name]
        raise _not_in_world(name, region)

    def _group(self, members: tuple[str, ...]) -> tuple[set[str], list[str]]:
        wanted = set(members)
        regions = {code: inside for code in self.countries if (inside := self._inside(code)) and inside <= wanted}
        covered = wanted.intersection(self.countries).union(*regions.values())
        found = wanted.intersection(self.countries) | set(regions)
        return found, [member for member in members if member not in covered]

    def _inside(self, code: str) -> set[str]:
        """Members of a country of the world that is itself a group, such as REU or EU27; else none."""
        return {m.member for m in _groups().get(code, []) if m.first <= self.year <= m.last}


def _not_in_world(code: str, region: str | None) -> NotInWorld:
    name, kind = country_names()[code], _("country in this world")
    if region is not None:
        return NotInWorld(code, kind, _("{code} ({name}) is not apart in this world: it is part of {region}. Name "
                                        "{region}, or use a world that lists {code}.", code=code, name=name,
                                        region=region), [region])
    return NotInWorld(code, kind, _("{code} ({name}) is not in this world. A country named alone must be; members of "
                                    "a group that a world lacks are left out.", code=code, name=name))


@cache
def sector_groups() -> Mapping[str, str]:
    """Standard sector group -> ISIC revision 4 text."""
    return {row["group"]: row["isic"] for row in _rows("sector_groups.csv")}


def select_sectors(selector: str | Sequence[str], world: SectorsOfWorld, *, coarse: bool = False) -> SectorSelection:
    """The sectors that a selector means in a world.

    A sector code of the world or of one that was divided (its parts are CODE.one and CODE.other), a standard group
    ("electronics"), "all", "-oil", or a list of these; groups in one list
    are joined before they are compared with the world's sectors. A group that is only part of a world's sector is a
    `ScenarioError`, unless `coarse`, which takes the whole sector and says so in the result's `coarse`. `UnknownName`
    for what is neither a sector nor a group, and for a group where the world has no ISIC codes.
    """
    items = _items(selector)
    taken, notes = _match([item for item in items if not item.startswith("-")], world, coarse)
    removed, more = _match([item[1:].strip() for item in items if item.startswith("-")], world, coarse)
    chosen = tuple(code for code in world.sectors if code in taken and code not in removed)
    if not chosen:
        raise ScenarioError(_("{selector!r} selects no sector of this world.", selector=_shown(selector)))
    indices = np.array([world.sectors.index(code) for code in chosen], dtype=np.int64)
    return SectorSelection(indices, chosen, (*notes, *more))


def _match(names: list[str], world: SectorsOfWorld, coarse: bool) -> tuple[set[str], list[str]]:
    taken: set[str] = set()
    groups: list[str] = []
    for name in names:
        if name == "all":
            taken.update(world.sectors)
        elif name in world.sectors:
            taken.add(name)
        elif parts := [code for code in world.sectors if code.startswith(f"{name}.")]:
            taken.update(parts)     # a sector that was divided
        else:
            _require_group(name, world)
            groups.append(name)
    wanted: frozenset[Atom] = complete_parts(frozenset().union(*(read_isic(sector_groups()[g]) for g in groups)))
    notes: list[str] = []
    for code, isic in world.sector_isic.items():
        atoms = read_isic(isic)
        if covers(wanted, atoms):
            taken.add(code)
        elif overlaps(wanted, atoms) and code not in taken:
            notes.append(_partial(code, isic, groups, atoms, coarse))
            taken.add(code)
    return taken, notes


def _require_group(name: str, world: SectorsOfWorld) -> None:
    if name not in sector_groups():
        raise UnknownName(name, _("sector or sector group"), [*world.sectors, *sector_groups()])
    if not world.sector_isic:
        raise NotInWorld(name, _("sector in this world"), _(
            "{name!r} is a standard group of sectors, and this world does not say which ISIC industries its sectors "
            "are. Name sectors by their codes ({codes}), or give the world `sector_isic`.",
            name=name, codes=", ".join(world.sectors[:4]) + (", …" if len(world.sectors) > 4 else "")))
    wanted = read_isic(sector_groups()[name])
    if not any(overlaps(wanted, read_isic(isic)) for isic in world.sector_isic.values()):
        raise ScenarioError(_("No sector of this world is in the group {name!r} (ISIC {isic}).",
                              name=name, isic=sector_groups()[name]))


def _partial(code: str, isic: str, groups: list[str], atoms: frozenset[Atom], coarse: bool) -> str:
    group = next(name for name in groups if overlaps(read_isic(sector_groups()[name]), atoms))
    if not coarse:
        raise ScenarioError(_(
            "{group!r} (ISIC {wanted}) is only a part of sector {code!r} of this world (ISIC {isic}). Name {code!r} "
            "itself, or say `coarse: true` to take the whole sector.",
            group=group, wanted=sector_groups()[group], code=code, isic=isic))
    return _("{group} (ISIC {wanted}) is only a part of {code} (ISIC {isic}): the whole sector is taken.",
             group=group, wanted=sector_groups()[group], code=code, isic=isic)


def _items(selector: str | Sequence[str]) -> list[str]:
    items: list[Any] = [selector] if isinstance(selector, str) else list(selector)
    for item in items:
        if not isinstance(item, str) or not item.strip("- "):
            raise ScenarioError(_("{item!r} is not a name; a selector is a name or a list of names, and a minus sign "
                                  "before a name removes it.", item=item))
    if items and all(item.startswith("-") for item in items):
        raise ScenarioError(_("{selector!r} only removes; write what it is removed from, for example {example!r}.",
                              selector=_shown(selector), example=["all", items[0]]))
    return [item.strip() for item in items]


def _shown(selector: str | Sequence[str]) -> str:
    return selector if isinstance(selector, str) else ", ".join(selector)
