"""A world as the page knows it: names in its languages, groups, corridors, and what it rests on."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from multipolar.desk.answers import (
    AssumptionRow,
    CorridorRow,
    CountryRow,
    FuelRow,
    GroupRow,
    SectorGroupRow,
    SectorRow,
    WorldData,
)
from multipolar.desk.names import country_names_of, group_names_of, sector_names_of
from multipolar.errors import InputError
from multipolar.report.assumptions import assumptions, limits
from multipolar.world.energy import Energy, own_unit
from multipolar.world.military import Military
from multipolar.world.names import group_members, group_names, sector_groups, select_countries, select_sectors
from multipolar.world.settlement import Settlement
from multipolar.world.technology import Controlled
from multipolar.world.world import World


class Selection(Protocol):
    """What a selector means in a world."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the world."""


def world_data(world: World) -> WorldData:
    """Everything the page needs to know of a world before it solves anything."""
    energy = world.part(Energy) if world.has_part(Energy) else None
    return WorldData(
        name=world.name, year=world.year, hash=world.hash, countries=_countries(world), groups=_groups(world),
        sectors=_sectors(world), sector_groups=_sector_groups(world),
        rails=list(world.part(Settlement).rail) if world.has_part(Settlement) else [],
        fuels=[FuelRow(name=good, unit=own_unit(good)) for good in energy.good] if energy else [],
        has_military=world.has_part(Military), has_controlled=world.has_part(Controlled),
        corridors=_corridors(world, energy) if energy else [], sources=dict(sorted(world.sources.items())),
        assumptions=[AssumptionRow(**one.to_dict()) for one in assumptions(
            world, settlement=world.has_part(Settlement), war=world.has_part(Military))],
        limits=list(limits(world)))


def _countries(world: World) -> list[CountryRow]:
    tables = world.tables
    return [CountryRow(code=code, names=country_names_of(world, code), gdp=float(tables.gdp[at]),
                       trade_balance=-float(tables.deficit[at]), members=_members(code, world.year))
            for at, code in enumerate(world.countries)]


def _members(code: str, year: int) -> list[str]:
    """The countries that an aggregate stands for; none for a country, and for the rest of the world."""
    return list(group_members(code, year)) if code in group_names() else []


@lru_cache(maxsize=64)
def groups_present(countries: tuple[str, ...], year: int, names: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Those of the groups that have members in a world of these countries, with these members."""
    found = {name: _codes(lambda name: select_countries(name, countries, year), name) for name in names}
    return {name: codes for name, codes in found.items() if codes}


def _groups(world: World) -> list[GroupRow]:
    return [GroupRow(name=name, names=group_names_of(name), members=list(codes))
            for name, codes in groups_present(world.countries, world.year, group_names()).items()]


def _sectors(world: World) -> list[SectorRow]:
    sold = world.tables.output.sum(axis=0)
    return [SectorRow(code=code, names=sector_names_of(world, code), output=float(sold[at]))
            for at, code in enumerate(world.sectors)]


def _sector_groups(world: World) -> list[SectorGroupRow]:
    """Standard groups that are whole sectors of this world."""
    found = ((name, text, _codes(lambda name: select_sectors(name, world), name))
             for name, text in sector_groups().items())
    return [SectorGroupRow(name=name, description=text, sectors=list(codes)) for name, text, codes in found if codes]


def _codes(select: Callable[[str], Selection], name: str) -> Sequence[str]:
    """What a group means in the world; nothing where the world cannot say."""
    try:
        return select(name).codes
    except InputError:
        return ()


def _corridors(world: World, energy: Energy) -> list[CorridorRow]:
    rows = []
    for at, name in enumerate(energy.corridor):
        good = int(np.argmax(energy.carries[at]))
        for exporter in np.flatnonzero(energy.origin[at]):
            for importer in np.flatnonzero(energy.destination[at]):
                carried = float(energy.carried[at])
                rows.append(CorridorRow(
                    name=name, exporter=world.countries[exporter], importer=world.countries[importer],
                    sector=world.sectors[int(energy.position[good])], flow=carried if carried >= 0 else None,
                    unit=own_unit(energy.good[good])))
    return rows
