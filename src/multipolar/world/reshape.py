"""A world made smaller: countries and sectors merged, every sum of money kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.labels import check_names
from multipolar.world.names import select_countries, select_sectors
from multipolar.world.tables import FloatArray, Parameters, Tables

if TYPE_CHECKING:
    from multipolar.world.world import World

W = TypeVar("W", bound="World")


@dataclass(frozen=True)
class Merger:
    """Along one axis: the new names, and the new position of each old one."""

    names: tuple[str, ...]
    position: tuple[int, ...]
    members: tuple[tuple[str, ...], ...]

    def add_up(self, array: FloatArray, *axes: int) -> FloatArray:
        """`array` with these axes merged by addition; unmerged entries keep their last bit."""
        for axis in axes:
            source = np.moveaxis(array, axis, 0)
            total = np.zeros((len(self.names), *source.shape[1:]))
            for old, new in enumerate(self.position):
                total[new] += source[old]
            array = np.moveaxis(total, 0, axis)
        return array

    def mean(self, values: FloatArray, weights: FloatArray) -> FloatArray:
        """Weighted means along the only axis; plain means where the weights are zero."""
        plain = self.add_up(values, 0) / self.sizes
        total = self.add_up(weights, 0)
        weighted = self.add_up(values * weights, 0) / np.where(total > 0, total, 1.0)
        return np.where((total > 0) & (self.sizes > 1), weighted, plain)

    @property
    def sizes(self) -> FloatArray:
        """How many old names each new one stands for."""
        return np.array([len(members) for members in self.members], dtype=np.float64)


def aggregate(world: W, countries: Mapping[str, str | Sequence[str]], sectors: Mapping[str, str | Sequence[str]]) -> W:
    """The world with ``{new: members}`` merged; see `World.aggregate`."""
    if world.tables.rents is not None:
        raise WorldError(_("The world {name} carries mark-ups of corridors and cannot be merged any more; merge first, "
                           "then add the corridors.", name=world.name))
    by_country = merger(world.countries, {
        new: select_countries(members, world.countries, world.year).codes for new, members in countries.items()},
        _("country"))
    by_sector = merger(world.sectors, {
        new: select_sectors(members, world).codes for new, members in sectors.items()}, _("sector"))
    merged = [_("{new} is the sum of {members}.", new=new, members=", ".join(members))
              for axis in (by_country, by_sector)
              for new, members in zip(axis.names, axis.members, strict=True) if len(members) > 1]
    return replace(
        world, countries=by_country.names, sectors=by_sector.names,
        tables=_tables(world.tables, by_country, by_sector),
        parameters=_parameters(world.parameters, world.tables, by_sector),
        sector_isic={new: "+".join(dict.fromkeys(world.sector_isic[code] for code in members))
                     for new, members in zip(by_sector.names, by_sector.members, strict=True)
                     } if world.sector_isic else {},
        country_names=_shown(world.country_names, by_country), sector_names=_shown(world.sector_names, by_sector),
        parts=tuple(part.merged(world, by_country, by_sector) for part in world.parts),
        changes=(*world.changes, *merged))


def merger(old: Sequence[str], groups: Mapping[str, Sequence[str]], kind: str) -> Merger:
    """New names in the order of their first members; `WorldError` where a member is in two groups."""
    target: dict[str, str] = {}
    for new, members in groups.items():
        for member in members:
            if member in target:
                raise WorldError(_("The {kind} {member} is in both {first} and {second}; it can be merged into one "
                                   "only.", kind=kind, member=member, first=target[member], second=new))
            target[member] = new
    names: list[str] = []
    collected: dict[str, list[str]] = {}
    for code in old:
        new = target.get(code, code)
        if new == code and code not in target and code in groups:
            raise WorldError(_("{new} is the name of a {kind} that stays; choose another name for the merged one.",
                               new=new, kind=kind))
        if new not in collected:
            names.append(new)
        collected.setdefault(new, []).append(code)
    place = {name: number for number, name in enumerate(names)}
    return Merger(check_names(names, kind), tuple(place[target.get(code, code)] for code in old),
                  tuple(tuple(collected[name]) for name in names))


def _tables(tables: Tables, by_country: Merger, by_sector: Merger) -> Tables:
    def flows(array: FloatArray) -> FloatArray:
        return by_sector.add_up(by_country.add_up(array, 0, 2), 1)

    trade, duties = flows(tables.trade), flows(tables.tariffs * tables.trade)
    cells = by_country.sizes[:, None, None] * by_sector.sizes[:, None] * by_country.sizes
    plain = flows(tables.tariffs) / cells
    home = np.arange(len(by_country.names))
    weighted = duties / np.where(trade > 0, trade, 1.0)
    tariffs = np.where((trade > 0) & (cells > 1), weighted, plain)
    tariffs[home, :, home] = np.where((trade[home, :, home] > 0), tariffs[home, :, home], 0.0)
    to_users = None if tables.to_users is None else by_sector.add_up(flows(tables.to_users), 3)
    return Tables(trade, by_sector.add_up(by_country.add_up(tables.inputs, 1), 0, 2),
                  by_sector.add_up(by_country.add_up(tables.final, 1), 0), tariffs, to_users,
                  None if tables.to_final is None else flows(tables.to_final))


def _parameters(parameters: Parameters, tables: Tables, by_sector: Merger) -> Parameters:
    output, value_added = tables.output.sum(axis=0), tables.value_added.sum(axis=0)
    resource = parameters.resource_share
    weights = {"trade_elasticity": output, "resource_share": value_added, "capital_share": value_added,
               "supply_elasticity": value_added if resource is None else value_added * resource}
    merged: dict[str, Any] = {
        name: None if (values := getattr(parameters, name)) is None else by_sector.mean(values, weight)
        for name, weight in weights.items()}
    return replace(parameters, **merged)


def _shown(names: Mapping[str, str], axis: Merger) -> dict[str, str]:
    """Names to show: kept for what stays, the code itself for what is new."""
    return {new: names.get(members[0], new) if members == (new,) else new
            for new, members in zip(axis.names, axis.members, strict=True)} if names else {}
