"""What the page shows of an outcome beside the results by country; each view is one function of the outcome.

Before is the baseline's year where the scenario names one, else the base year.
"""

from typing import Any

import numpy as np

from multipolar.desk.answers import Number
from multipolar.desk.pictures import (
    BeforeAfter,
    ChannelRow,
    Controlled,
    CorridorFlow,
    Decomposition,
    Fuels,
    Matrix,
    SectorsOf,
    Seen,
    SettlementOf,
    Trade,
    War,
    WarRow,
)
from multipolar.desk.requests import Views
from multipolar.equilibrium.outcome import Outcome
from multipolar.errors import ScenarioError
from multipolar.report.chain import Chain
from multipolar.report.controlled import controlled_goods
from multipolar.report.economies import cell, economy
from multipolar.report.fuels import withheld_note
from multipolar.report.rails import payments, settled_country, settled_trade_of
from multipolar.report.war import means
from multipolar.variables import variable
from multipolar.world.energy import Energy, own_unit, produced
from multipolar.world.names import select_sectors
from multipolar.world.settlement import abroad
from multipolar.world.tables import FloatArray

OF_SECTORS = ("output", "revenue", "value_added", "producer_price", "consumer_price", "expenditure")
"""Variables by country and sector that the page shows of one country."""


def seen(outcome: Outcome, asked: Views) -> Seen:
    """The views asked for.

    Raises:
        UnknownName: of no country, group, sector or fuel of the world.
        WorldError: the world lacks what a view shows.
    """
    return Seen(
        decomposition=asked.decomposition and decomposition(outcome, asked.decomposition.economy),
        trade=asked.trade and trade(outcome, asked.trade.sector),
        sectors=asked.sectors and sectors_of(outcome, asked.sectors.country),
        settlement=asked.settlement and settlement_of(outcome, asked.settlement.country),
        fuels=asked.fuels and fuels(outcome, asked.fuels.fuel),
        controlled=asked.controlled and controlled(outcome), war=asked.war and war(outcome))


def decomposition(outcome: Outcome, name: str) -> Decomposition:
    """The channels of an economy's change; of real GDP where it is cut off under proportional deficits."""
    found = cell(Chain(outcome), economy(outcome.world, name))
    return Decomposition(economy=name, percent=found.percent, unit=found.headline,
                         channels=[ChannelRow.model_validate(one.to_dict()) for one in found.channels])


def trade(outcome: Outcome, sector: str) -> Trade:
    """Recorded trade of a sector, a group of sectors, or all, between every two countries."""
    world = outcome.world
    chosen = select_sectors(sector, world, coarse=True).indices
    before = outcome.baseline.values("trade") if outcome.baseline else world.tables.trade
    pairs = [abroad(flows[:, chosen].sum(axis=1)) for flows in (before, outcome.values("trade"))]
    return Trade(sector=sector, unit=variable("trade").unit, countries=list(world.countries), before=pairs[0].tolist(),
                 after=pairs[1].tolist())


def sectors_of(outcome: Outcome, country: str) -> SectorsOf:
    """Industries and goods of one country; exports and imports before and after."""
    world, at = outcome.world, outcome.world.country_index(country)
    found = {name: _numbers(outcome.values(name)[at]) for name in OF_SECTORS}
    units = {name: variable(name).unit for name in OF_SECTORS}
    before = outcome.baseline.values("trade") if outcome.baseline else world.tables.trade
    for moment, flows in (("_before", before), ("", outcome.values("trade"))):
        home = flows[at, :, at]
        found |= {f"exports{moment}": _numbers(flows[at].sum(axis=1) - home),
                  f"imports{moment}": _numbers(flows[:, :, at].sum(axis=0) - home)}
    units |= dict.fromkeys(("exports_before", "imports_before", "exports", "imports"), variable("trade").unit)
    return SectorsOf(country=country, sectors=list(world.sectors), units=units, variables=found)


def settlement_of(outcome: Outcome, country: str | None) -> SettlementOf:
    """In what the trade of a country, or of the world, is paid, and what that costs."""
    world = outcome.world
    found, paid = settled_trade_of(world, country, outcome), payments(outcome, country)
    sides = settled_country(world, country, outcome) if country is not None else ()
    return SettlementOf(
        economy=country or "world", rails=list(found.shares), trade=found.trade, trade_after=paid.trade_after,
        before=found.shares, after=found.shares_after or {},
        quality="; ".join(f"{side.what}: {side.quality}" for side in sides),
        sources=list(dict.fromkeys(source for side in sides for source in side.sources)), cost=paid.cost)


def fuels(outcome: Outcome, fuel: str) -> Fuels:
    """Who sells a fuel to whom, in its own unit, and between the ends of corridors; after is withheld where dollars
    alone would miss the world's balance."""
    world, energy = outcome.world, outcome.world.part(Energy)
    at = energy.good_index(fuel)
    drift = float(outcome.values("fuel_drift")[at])
    flows = outcome.values("fuel_flows")[:, at]
    withheld = withheld_note(fuel, drift) if np.isnan(flows).any() else ""
    before, made_before = energy.quantity[:, at], produced(energy.quantity, energy.passed_on)[:, at]
    if outcome.baseline is not None:
        before = outcome.baseline.values("fuel_flows")[:, at]
        made_before = outcome.baseline.values("fuel_production")[:, at]
    return Fuels(
        fuel=fuel, unit=own_unit(fuel), withheld=withheld, countries=list(world.countries), before=_matrix(before),
        after=[] if withheld else _matrix(flows),
        production=BeforeAfter(before=_numbers(made_before),
                               after=[] if withheld else _numbers(outcome.values("fuel_production")[:, at])),
        corridors=_corridors(outcome, energy, at, before, flows))


def _corridors(outcome: Outcome, energy: Energy, good: int, before: FloatArray,
               after: FloatArray) -> list[CorridorFlow]:
    """All of the fuel between the ends of each corridor, by whatever way it goes."""
    countries, found = outcome.world.countries, []
    for at in np.flatnonzero(energy.carries[:, good]):
        for exporter in np.flatnonzero(energy.origin[at]):
            for importer in np.flatnonzero(energy.destination[at]):
                found.append(CorridorFlow(
                    name=energy.corridor[at], exporter=countries[exporter], importer=countries[importer],
                    before=_number(before[exporter, importer]), after=_number(after[exporter, importer])))
    return found


def controlled(outcome: Outcome) -> Controlled:
    """Where controlled goods go, or why there is nothing to say."""
    try:
        return Controlled.model_validate(controlled_goods(outcome).to_dict())
    except ScenarioError as error:
        return Controlled(refused=str(error))


def war(outcome: Outcome) -> War:
    """Means of war side by side."""
    return War(units={"spending, arms": "million USD", "changes": "percent"}, rows=[
        WarRow(country=one.code, spending=one.spending, capacity=_number(one.capacity), budget=_number(one.budget),
               cost=_number(one.cost), arms_before=one.arms_before, arms=one.arms) for one in means(outcome)])


def _number(value: Any) -> Number:
    return float(value) if np.isfinite(value) else None


def _numbers(values: FloatArray) -> list[Number]:
    found: list[Number] = values.tolist()
    return found if np.isfinite(values).all() else [_number(value) for value in found]


def _matrix(values: FloatArray) -> Matrix:
    found: Matrix = values.tolist()
    return found if np.isfinite(values).all() else [_numbers(row) for row in values]
