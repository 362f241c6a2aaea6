"""What a scenario does to fuels: the seller's budget, the buyer's price of gas, and where the tonnes go."""

from dataclasses import dataclass

import numpy as np

from multipolar.equilibrium.economy import resource_share
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.tonnes import real_flows
from multipolar.measures.brief import EnergyQuestion
from multipolar.report.economies import MILLION_IN_A_BILLION
from multipolar.report.fuels import Balance, balance
from multipolar.world.energy import Energy, in_own_unit, own_unit
from multipolar.world.names import select_countries
from multipolar.world.reference.energy import rows
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

OTHERS = "others"
BUDGET_YEAR = "2023"
SHARE_OF_BUDGET = "oil and gas share of federal budget revenue"
SHARE_OF_GDP = "oil and gas revenue of the federal budget over GDP"
"""Items of russia_budget.csv, percent."""


@dataclass(frozen=True)
class Amount:
    """Something before and after."""

    before: float
    after: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def percent(self) -> float:
        """The change in percent; zero of nothing."""
        return 100 * (self.after / self.before - 1) if self.before > 0 else 0.0


@dataclass(frozen=True)
class Budget:
    """What happens to an exporter's money from oil and gas, and to the part of it in the government's budget.

    share     oil and gas in all revenue of the budget in the base year, percent, as published
    billions  the same in billion USD
    exports   by fuel: recorded exports, billion USD
    receipts  what the oil and gas industries sell for, at home and abroad, billion USD
    rent      what the ground under them earns, billion USD
    by_receipts, by_rent   the budget's part if taxes follow receipts, or rent; billion USD
    sources   of the published shares
    """

    share: float
    billions: float
    exports: dict[str, Amount]
    receipts: Amount
    rent: Amount
    by_receipts: Amount
    by_rent: Amount
    sources: tuple[str, ...]

    @property
    def sales(self) -> float:
        """Change of receipts, percent."""
        return self.receipts.percent

    @property
    def rents(self) -> float:
        """Change of the rent, percent: what a tax that takes rents loses."""
        return self.rent.percent

    @property
    def loss(self) -> tuple[float, float]:
        """Percent of all revenue, the smaller loss first; negative is a gain."""
        ends = sorted((-self.share * self.sales / 100, -self.share * self.rents / 100))
        return ends[0], ends[1]

    @property
    def loss_billions(self) -> tuple[float, float]:
        """The same in billion USD."""
        ends = sorted((-self.by_receipts.change, -self.by_rent.change))
        return ends[0], ends[1]


@dataclass(frozen=True)
class GasPrice:
    """What the buyer pays: from all suppliers, percent change; from the seller, dollars a 1000 m3 at the border.

    after is None where nothing is bought from the seller any more.
    """

    all_suppliers: float
    before: float
    after: float | None


@dataclass(frozen=True)
class Streams:
    """Trade in one fuel between named groups, before and after: (seller, buyer), in the fuel's own unit."""

    good: str
    unit: str
    sellers: tuple[str, ...]
    buyers: tuple[str, ...]
    before: FloatArray
    after: FloatArray


@dataclass(frozen=True)
class EnergyAnswer:
    """Everything that a brief says of fuels in one scenario; parts are None where the world or figures lack them.

    barrel is what the seller receives for oil, USD f.o.b.
    """

    budget: Budget | None
    gas: GasPrice | None
    barrel: Amount | None
    balances: tuple[Balance, ...]
    streams: tuple[Streams, ...]


def energy_answer(outcome: Outcome, question: EnergyQuestion, economies: tuple[str, ...]) -> EnergyAnswer:
    """The answer of one equilibrium; `economies` are the brief's rows that are in this world."""
    world = outcome.world
    fuels = [fuel for fuel in question.fuels if fuel in world.part(Energy).good]
    balances = tuple(balance(world, fuel, outcome, economies=economies) for fuel in fuels)
    return EnergyAnswer(_budget(outcome, question.seller), _gas_price(outcome, question),
                        _barrel(outcome, question.seller), balances,
                        tuple(_streams(outcome, fuel, question, economies)
                              for fuel, made in zip(fuels, balances, strict=True) if not made.withheld))


def _budget(outcome: Outcome, seller: str) -> Budget | None:
    world, energy = outcome.world, outcome.world.part(Energy)
    published = {row["item"]: row for row in rows("russia_budget")
                 if row["country"] == seller and row["year"] == BUDGET_YEAR}
    if not published or seller not in world.countries or not {"oil", "gas"} <= set(energy.good):
        return None
    place = world.country_index(seller)
    sectors = {good: int(energy.position[energy.good_index(good)]) for good in ("oil", "gas")}
    years = None, _year_before(outcome), outcome.levels
    sales, rents = zip(*(_earned(year, world, place, list(sectors.values())) for year in years), strict=True)
    gdp = float((world.tables.factor_income + world.tables.tariff_revenue)[place]) / MILLION_IN_A_BILLION
    revenue = float(published[SHARE_OF_GDP]["value"]) / 100 * gdp
    exports = {good: Amount(*(_exported(year, world, place, at) for year in years[1:]))
               for good, at in sectors.items()}
    by_sales, by_rents = (Amount(*(revenue * year / earned[0] if earned[0] > 0 else revenue for year in earned[1:]))
                          for earned in (sales, rents))
    return Budget(float(published[SHARE_OF_BUDGET]["value"]), revenue, exports, Amount(*sales[1:]), Amount(*rents[1:]),
                  by_sales, by_rents,
                  tuple(dict.fromkeys(published[item]["source"] for item in (SHARE_OF_BUDGET, SHARE_OF_GDP))))


def _exported(levels: Levels | None, world: World, place: int, sector: int) -> float:
    """Recorded exports of one sector, billion USD; None is the base year."""
    sold = (world.tables.trade if levels is None else levels.trade)[place, sector]
    return float(sold.sum() - sold[place]) / MILLION_IN_A_BILLION


def _barrel(outcome: Outcome, seller: str) -> Amount | None:
    world, energy = outcome.world, outcome.world.part(Energy)
    if "oil" not in energy.good or seller not in world.countries:
        return None
    at = world.country_index(seller), energy.good_index("oil")
    scale = in_own_unit(1.0, "million bbl", "oil")
    before = energy.price if outcome.baseline is None else outcome.baseline.values("fuel_price")
    found = Amount(float(before[at]) * scale, float(outcome.values("fuel_price")[at]) * scale)
    return found if found.before > 0 and found.after > 0 else None


def _year_before(outcome: Outcome) -> Levels | None:
    """The year that an outcome is relative to; None is the base year."""
    return None if outcome.baseline is None else outcome.baseline.levels


def _earned(levels: Levels | None, world: World, place: int, sectors: list[int]) -> tuple[float, float]:
    """What industries of a country sell for, and what the resource under them earns, billion USD."""
    if levels is None:
        sales, part = world.tables.output[place, sectors], resource_share(world).T[place, sectors]
    else:
        sales, part = levels.output[place, sectors], levels.shares["resource"][place, sectors]
    return float(sales.sum()) / MILLION_IN_A_BILLION, float((part * sales).sum()) / MILLION_IN_A_BILLION


def _gas_price(outcome: Outcome, question: EnergyQuestion) -> GasPrice | None:
    world, energy = outcome.world, outcome.world.part(Energy)
    ends = question.seller, question.buyer
    if "gas" not in energy.good or not set(ends) <= set(world.countries):
        return None
    good = energy.good_index("gas")
    sector = int(energy.position[good])
    seller, buyer = (world.country_index(code) for code in ends)
    at = seller, sector, buyer
    quantity, value = float(energy.quantity[seller, good, buyer]), float(world.tables.trade[at])
    if not (quantity > 0 and value > 0):
        return None
    growth = [_dearer(year, at) for year in (_year_before(outcome), outcome.levels)]
    before = value / quantity * (1.0 if growth[0] is None else growth[0])
    return GasPrice(float(outcome.values("consumer_price")[buyer, sector]), before,
                    None if growth[1] is None else value / quantity * growth[1])


def _dearer(levels: Levels | None, at: tuple[int, int, int]) -> float | None:
    """Change of the recorded price of one flow, as a factor; None where it is not sold any more."""
    if levels is None:
        return 1.0
    before, after = (float(values[at]) for values in real_flows(levels))
    sold = float(levels.trade[at])
    return sold / float(levels.world.tables.trade[at]) * before / after if after > 0 and sold > 0 else None


def _streams(outcome: Outcome, fuel: str, question: EnergyQuestion, economies: tuple[str, ...]) -> Streams:
    """Trade between the named sellers and buyers and everyone else; home use is left out."""
    world, energy = outcome.world, outcome.world.part(Energy)
    good = energy.good_index(fuel)
    base = energy.quantity if outcome.baseline is None else outcome.baseline.values("fuel_flows")
    sellers = _groups(world, (question.seller, *question.others))
    buyers = _groups(world, tuple(name for name in economies if name not in (question.seller, *question.others)))
    flows = []
    for quantity in (base[:, good], outcome.values("fuel_flows")[:, good]):
        abroad = np.array(quantity)
        np.fill_diagonal(abroad, 0.0)
        flows.append(np.array([[abroad[np.ix_(one, two)].sum() for two in buyers.values()]
                               for one in sellers.values()]))
    return Streams(fuel, own_unit(fuel), tuple(sellers), tuple(buyers), *flows)


def _groups(world: World, names: tuple[str, ...]) -> dict[str, list[int]]:
    """Positions of the members of each name, each country once, and of all the others under "others"."""
    left = list(range(len(world.countries)))
    found: dict[str, list[int]] = {}
    for name in names:
        members = select_countries(name, world.countries, world.year).indices.tolist()
        chosen = [place for place in members if place in left]
        if chosen:
            found[name] = chosen
            left = [place for place in left if place not in chosen]
    return found | {OTHERS: left}
