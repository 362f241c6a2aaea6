"""Selectors of a measure resolved on a world: which flows, countries and goods it acts on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, union
from multipolar.measures.values import selector_text
from multipolar.world.names import (
    CountrySelection,
    SectorSelection,
    group_members,
    group_names,
    select_countries,
    select_sectors,
)

if TYPE_CHECKING:
    from multipolar.world.world import World

Selector = str | tuple[str, ...]

CUSTOMS_UNIONS = ("EU", "EU27", "EU28", "EAEU", "GCC", "MERCOSUR")
"""Groups whose members levy no duties on each other."""


@dataclass(frozen=True, eq=False)
class Flows:
    """The flows a measure acts on, members of groups that the world lacks, and remarks for the reader."""

    cells: Cells
    dropped: tuple[str, ...]
    notes: tuple[str, ...]


def select_flows(world: "World", exporter: Selector, sector: Selector, importer: Selector, *, coarse: bool) -> Flows:
    """Every flow of `sector` from `exporter` to `importer`; home sales are never among them.

    Raises:
        ScenarioError: nothing is selected, both ends are "others", or a customs union meets "all", its own members.
        UnknownName: a name does not exist.
    """
    sellers, buyers = select_ends(world, exporter, importer)
    _refuse_own_trade(world, importer, exporter, sellers)
    _refuse_own_trade(world, exporter, importer, buyers)
    goods = select_goods(world, sector, coarse=coarse)
    cells = Cells.product(sellers.indices, goods.indices, buyers.indices)
    if not len(cells):
        raise ScenarioError(_("{exporter} to {importer} selects no flow: a country's sales to itself are never meant.",
                              exporter=selector_text(exporter), importer=selector_text(importer)))
    return Flows(cells, tuple(dict.fromkeys(sellers.dropped + buyers.dropped)), goods.coarse)


def select_ends(world: "World", one: Selector, other: Selector) -> tuple[CountrySelection, CountrySelection]:
    """The countries at both ends, "others" being every country outside the opposite end."""
    if "others" in _items(one) and "others" in _items(other):
        raise ScenarioError(_("both ends are \"others\"; one of them must name countries or groups."))
    if "others" in _items(one):
        there = select_members(world, other)
        return select_members(world, one, other=there), there
    here = select_members(world, one)
    return here, select_members(world, other, other=here)


def select_members(world: "World", selector: Selector, *, other: CountrySelection | None = None) -> CountrySelection:
    """The countries of `world` that `selector` means; `other` is the selection at the other end."""
    return select_countries(selector, world.countries, world.year, other=other)


def select_goods(world: "World", selector: Selector, *, coarse: bool) -> SectorSelection:
    """The sectors of `world` that `selector` means."""
    return select_sectors(selector, world, coarse=coarse)


def joined_cells(world: "World", parts: Sequence[Cells]) -> Cells:
    """The union of several sets of cells, each cell once, in C order."""
    shape = len(world.countries), len(world.sectors)
    return Cells.from_flat(union([cells.flat(shape) for cells in parts], world.tables.trade.size)[0], shape)


def _items(selector: Selector) -> tuple[str, ...]:
    return (selector,) if isinstance(selector, str) else selector


def _refuse_own_trade(world: "World", selector: Selector, opposite: Selector, met: CountrySelection) -> None:
    """A customs union on "all" would act on the trade among its own members, which nobody means."""
    groups = tuple(item for item in _items(selector) if item.partition("@")[0] in group_names())
    if "all" not in _items(opposite) or not groups:
        return
    chosen = set(select_members(world, groups).codes)
    for name in sorted(CUSTOMS_UNIONS, key=lambda name: name not in groups):
        members = _members_of(name, world)
        inside = members & set(met.codes)
        if len(members) > 1 and members <= chosen and inside:
            raise ScenarioError(_(
                "{selector} on \"all\" would act on trade among the members of {union} itself, for example "
                "{one} with {other}. Write \"others\" for every country outside {selector}.",
                selector=selector_text(selector), union=name, one=min(inside), other=min(members - {min(inside)})))


def _members_of(union: str, world: "World") -> set[str]:
    """Codes of `world` that belong to `union` in its year; empty where it had no members then, or has none here."""
    if union not in group_names():
        return set()
    try:
        group_members(union, world.year)
        return set(select_countries(union, world.countries, world.year).codes)
    except ScenarioError:
        return set()
