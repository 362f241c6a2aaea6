"""A world made finer: a sector or a country divided in two, every sum of money kept; `aggregate` undoes it.

The two parts of a sector use the same techniques and elasticities and differ in who buys how much of which from whom.
The two parts of a country have the same techniques and tastes, and differ in size and, where figures are given, in what
they trade with whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.labels import check_names
from multipolar.world.tables import FloatArray, Parameters, Tables, quotient

if TYPE_CHECKING:
    from multipolar.world.world import World

W = TypeVar("W", bound="World")

ROUNDING = 1e-9
"""Spending below zero by less than this part of what is split is rounding."""


@dataclass(frozen=True, eq=False)
class Division:
    """One name of an axis in two: the first part takes its place, the second comes right behind it.

    names   all names of the axis afterwards
    first   the first part's share: of flows (exporter, importer) of a sector; of the whole, for a country
    """

    axis: Literal["sector", "country"]
    at: int
    names: tuple[str, ...]
    first: FloatArray

    def position(self, old: int) -> int:
        """Where an old name is now; the divided one is at its first part."""
        return old + (old > self.at)

    def twice(self, array: FloatArray, *axes: int) -> FloatArray:
        """The array with the divided entry repeated along these axes."""
        for axis in axes:
            array = np.insert(array, self.at + 1, np.take(array, self.at, axis=axis), axis=axis)
        return array

    def apart(self, array: FloatArray, axis: int, first: Any) -> FloatArray:
        """The array with the divided entry along an axis in two; `first` fits an entry, or is one number."""
        array = np.moveaxis(self.twice(array, axis), axis, 0)
        whole = array[self.at].copy()
        array[self.at] = whole * first
        array[self.at + 1] = whole - array[self.at]
        return np.moveaxis(array, 0, axis)


def split_sector(world: W, sector: str, share: Any, names: tuple[str, str]) -> W:
    """The world with a sector in two; see `World.split_sector`."""
    at = world.sector_index(sector)
    countries = len(world.countries)
    first = np.array(np.broadcast_to(np.asarray(share, dtype=np.float64), (countries, countries)))
    if not (np.isfinite(first).all() and (first >= 0).all() and (first <= 1).all()):
        worst = first[~((first >= 0) & (first <= 1))][0]
        raise WorldError(_("A share of {sector} is {share:g}; the part of a flow that is split off lies between 0 and "
                           "1 (100 %).", sector=sector, share=float(worst)))
    codes = check_names((*world.sectors[:at], *names, *world.sectors[at + 1:]), _("sector"))
    division = Division("sector", at, codes, first)
    made = _tables_by_sector(world.tables, division)
    return replace(
        world, sectors=codes, tables=made, parameters=_parameters(world.parameters, division),
        sector_isic=_renamed(world.sector_isic, sector, names), sector_names=_shown(world.sector_names, sector, names),
        parts=tuple(part.divided(world, division, made) for part in world.parts),
        changes=(*world.changes, _("{sector} is divided into {one} and {other}.", sector=sector, one=names[0],
                                   other=names[1])))


def _tables_by_sector(tables: Tables, division: Division) -> Tables:
    at, first = division.at, division.first
    trade = division.apart(tables.trade, 1, first)
    rents = None if tables.rents is None else _rents_by_sector(tables.rents, division)
    tariffs = division.twice(tables.tariffs, 1)
    plain = replace(tables, trade=trade, tariffs=tariffs, rents=rents, inputs=np.zeros((1, 1, 1)), to_users=None,
                    to_final=None, final=np.zeros((1, 1)))
    made = quotient(plain.output[:, at], tables.output[:, at])
    if tables.to_users is None or tables.to_final is None:
        bought = quotient(plain.expenditure[at], tables.expenditure[at])
        inputs = division.apart(tables.inputs, 0, bought[:, None])
        final, to_users, to_final = division.apart(tables.final, 0, bought), None, None
    else:
        gross = (1 + tables.tariffs[:, at]) * tables.landed_over_recorded[:, at]
        to_users = division.apart(tables.to_users, 1, first[:, :, None])
        to_final = division.apart(tables.to_final, 1, first)
        part = np.einsum("in,ink->nk", gross * first, tables.to_users[:, at])
        inputs = division.apart(tables.inputs, 0, quotient(part, tables.inputs[at]))
        sold = (gross * first * tables.to_final[:, at]).sum(axis=0)
        final = division.apart(tables.final, 0, quotient(sold, tables.final[at]))
        to_users = division.apart(to_users, 3, made)
    inputs = division.apart(inputs, 2, made)
    return Tables(trade, inputs, final, tariffs, to_users, to_final, rents)


def _rents_by_sector(rents: FloatArray, division: Division) -> FloatArray:
    """Both parts of a flow with a mark-up carry it."""
    moved = np.array(rents)
    moved[:, 1] += rents[:, 1] > division.at
    again = moved[rents[:, 1] == division.at]
    again[:, 1] += 1
    both = np.concatenate([moved, again])
    exporter, importer = both[:, 0].astype(int), both[:, 2].astype(int)
    part = division.first[exporter, importer]
    flows = ((both[:, 1] != division.at) | (part > 0)) & ((both[:, 1] != division.at + 1) | (part < 1))
    kept: FloatArray = both[flows]
    return kept


def _parameters(parameters: Parameters, division: Division) -> Parameters:
    """The same numbers for both parts."""
    names = "trade_elasticity", "resource_share", "supply_elasticity", "capital_share"
    changed: dict[str, Any] = {}
    for name in names:
        values = getattr(parameters, name)
        if values is not None:
            changed[name] = division.twice(values, values.ndim - 1)
    return replace(parameters, **changed)


def _renamed(texts: Mapping[str, str], old: str, names: tuple[str, str]) -> dict[str, str]:
    """Both parts with the whole's text, so that a group that contains the whole contains both."""
    return {new: text for code, text in texts.items() for new in (names if code == old else (code,))}


def _shown(texts: Mapping[str, str], old: str, names: tuple[str, str]) -> dict[str, str]:
    """Names to show: the whole's with the part's own code behind."""
    if not texts:
        return {}
    label = texts.get(old, old)
    parts = {name: _("{whole} ({part})", whole=label, part=name.removeprefix(f"{old}.")) for name in names}
    return {new: parts.get(new, text) for code, text in texts.items() for new in (names if code == old else (code,))}


def split_country(world: W, country: str, name: str, size: float, exports: Mapping[str, float] | None,
                  imports: Mapping[str, float] | None) -> W:
    """The world with a country taken out of another; see `World.split_country`."""
    at = world.country_index(country)
    if not (np.isfinite(size) and 0 < size < 1):
        raise WorldError(_("The size of {name} is {size:g} of {country}; it must lie between 0 and 1, both excluded.",
                           name=name, size=size, country=country))
    if world.tables.rents is not None or world.records_uses:
        raise WorldError(_("The world {world} carries mark-ups or a record of users, and its countries cannot be "
                           "divided any more; divide them first.", world=world.name))
    codes = check_names((*world.countries[:at + 1], name, *world.countries[at + 1:]), _("country"))
    division = Division("country", at, codes, np.array(1 - size))
    outward = _by_partner(world, at, exports, size, 0)
    inward = _by_partner(world, at, imports, size, 2)
    made = _tables_by_country(world, division, outward, inward, name)
    names = {**world.country_names, **({name: name} if world.country_names and name not in world.country_names else {})}
    return replace(world, countries=codes, tables=made, country_names=names,
                   parts=tuple(part.divided(world, division, made) for part in world.parts),
                   changes=(*world.changes, _("{name} is taken out of {country}.", name=name, country=country)))


def _by_partner(world: "World", at: int, figures: Mapping[str, float] | None, size: float, axis: int) -> FloatArray:
    """The new country's share (partner,) of what the old one sells to (axis 0) or buys from (axis 2) each partner."""
    share = np.full(len(world.countries), size)
    totals = world.tables.trade_by_pair
    total = totals[at] if axis == 0 else totals[:, at]
    for code, value in (figures or {}).items():
        partner = world.country_index(code)
        if partner == at or not 0 <= value <= total[partner]:
            raise WorldError(_("The trade with {code} is {value:g} million USD; it must lie between 0 and what "
                               "{country} trades with it, {total:,.0f}, and be with another country.", code=code,
                               value=value, country=world.countries[at], total=float(total[partner])))
        share[partner] = value / total[partner] if total[partner] else 0.0
    return share


def _tables_by_country(world: "World", division: Division, outward: FloatArray, inward: FloatArray,
                       name: str) -> Tables:
    tables, at, new = world.tables, division.at, division.at + 1
    size = 1 - float(division.first)
    home = tables.trade[at, :, at]
    trade = division.apart(tables.trade, 0, (1 - outward)[None, :])
    trade = division.apart(trade, 2, 1 - division.twice(inward, 0)[:, None])
    tariffs = division.twice(tables.tariffs, 0, 2)
    # Each sells its part of the home market to both, so that what they make does not depend on who buys there.
    for seller, part in ((at, 1 - size), (new, size)):
        trade[seller, :, at], trade[seller, :, new] = home * part, 0.0
    made, before = trade.sum(axis=2), tables.output[at]
    inputs = division.twice(tables.inputs, 1)
    for place in (at, new):
        inputs[:, place] = tables.inputs[:, at] * quotient(made[place], before)
    wanted = inputs[:, new].sum(axis=1) + size * tables.final[:, at]
    abroad = (trade[:, :, new] * (1 + tariffs[:, :, new])).sum(axis=0)
    bought = np.clip(quotient(wanted - abroad, home * (1 + tariffs[at, :, at])), 0.0, 1.0)
    for seller, part in ((at, 1 - size), (new, size)):
        trade[seller, :, at], trade[seller, :, new] = home * part * (1 - bought), home * part * bought
    spent = (trade * (1 + tariffs)).sum(axis=0)
    final = division.twice(tables.final, 1)
    for place in (at, new):
        final[:, place] = spent[:, place] - inputs[:, place].sum(axis=1)
    short = np.argwhere(final[:, [at, new]] < -ROUNDING * np.maximum(spent[:, [at, new]], 1.0))
    if len(short):
        sector, part = short[0]
        raise WorldError(_("With these figures {country} would use more {sector} than it buys and makes; give a "
                           "larger size, smaller exports or larger imports.",
                           country=(world.countries[at], name)[part], sector=world.sectors[sector]))
    return Tables(trade, inputs, np.maximum(final, 0.0), tariffs)
