"""Nuclear fuel: who depends on Russian enrichment, and what a sudden ban would cost at most and at least.

At most: nobody replaces the banned fuel, there are no stocks, and no other plant runs longer. Electricity then falls by
the dependence times nuclear power's share of it, and output by the closed form of Bachmann et al. (2022). At least: the
value of what is no longer bought, over GDP.
"""

from dataclasses import dataclass

from multipolar.equilibrium.input_loss import output_after_cut
from multipolar.world.names import select_countries, select_sectors
from multipolar.world.reference.energy import rows
from multipolar.world.world import World

ELASTICITIES = (0.04, 0.1)
"""Of substitution between electricity and everything else within months: the two of Bachmann et al. (2022)."""
DEPENDENCE = "share of enrichment services (SWU)"
ELECTRICITY = "nuclear share of electricity"
VALUE = "imports of enriched uranium from Russia, value"
ELECTRICITY_SECTOR = "electricity"


@dataclass(frozen=True)
class Dependence:
    """One buyer of Russian enrichment. Shares and losses in percent; None where a figure was not read.

    dependence        of its enrichment services, bought from Russia, in `dependence_year`
    electricity       nuclear power's share of its electricity
    cost_share        electricity, gas and water in spending over GDP, from the world's tables: too large for
                      electricity alone
    loss_at_most      (low, high) of GDP, at the two elasticities
    loss_at_least     imports' value over GDP
    """

    code: str
    dependence: float
    dependence_year: str
    electricity: float
    cost_share: float
    loss_at_most: tuple[float, float]
    loss_at_least: float | None
    sources: tuple[str, ...]


def dependences(world: World) -> tuple[Dependence, ...]:
    """Every buyer of whom both shares were read and that is in this world, most dependent first."""
    found = _latest(DEPENDENCE)
    made = [_dependence(world, code, row) for code, row in found.items() if code in _latest(ELECTRICITY)]
    return tuple(sorted(made, key=lambda one: -one.dependence * one.electricity))


def _dependence(world: World, code: str, row: dict[str, str]) -> Dependence:
    members = select_countries(code, world.countries, world.year).indices
    sectors = select_sectors(ELECTRICITY_SECTOR, world, coarse=True).indices
    tables = world.tables
    gdp = float((tables.factor_income + tables.tariff_revenue)[members].sum())
    share = float(tables.expenditure[sectors][:, members].sum()) / gdp
    dependence, power = float(row["value"]), _latest(ELECTRICITY)[code]
    remaining = 1 - dependence / 100 * float(power["value"]) / 100
    losses = sorted(100 * (1 - output_after_cut(share, elasticity, remaining)) for elasticity in ELASTICITIES)
    value = _latest(VALUE).get(code)
    least = None if value is None else 100 * float(value["value"]) * 1e3 / gdp
    return Dependence(code, dependence, row["year"], float(power["value"]), 100 * share, (losses[0], losses[1]), least,
                      tuple(one["source"] for one in (row, power, value) if one))


def _latest(item: str) -> dict[str, dict[str, str]]:
    """The row of the latest year of an item, by country; a figure with a plain year comes before one without."""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(rows("nuclear"), key=lambda row: row["year"].isdigit() and int(row["year"])):
        if row["item"].startswith(item):
            found[row["country"]] = row
    return found
