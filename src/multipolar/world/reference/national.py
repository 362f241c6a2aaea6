"""What every industry buys, and what is left for final spending: national tables around given trade."""

from dataclasses import dataclass

import numpy as np

from multipolar.world.balance import ras
from multipolar.world.reference.facts import Facts
from multipolar.world.tables import FloatArray, Tables, quotient

# Home sales keep this part of what the accounts record; where exports leave less, output is raised. Resources keep
# all of it: what the border price adds to them is rent, not goods withdrawn from home.
LEAST_HOME_SALES, LEAST_HOME_RESOURCES = 0.5, 1.0
# Value added is at least this part of output, in every industry.
LEAST_VALUE_ADDED = 0.02
# How fob exports beyond the accounts' basic prices split into margins: wholesale trade and transport.
MARGINS = {"TRD": 0.6, "TRN": 0.4}
RENTS = ("COA", "OIL", "GAS", "MIN")


@dataclass(frozen=True, eq=False)
class Raised:
    """Output beyond the accounts, (country, sector): sold abroad although home sales had to keep their least part."""

    total: FloatArray
    passed_through: FloatArray      # imports of the same good sold on
    entrepot: FloatArray            # services that resell goods imported beyond the accounts
    rents: FloatArray               # resources, whose value added rises with it
    margins: FloatArray             # the rest: wholesale and transport on the way to the border


def close_tables(facts: Facts, abroad: FloatArray, tariffs: FloatArray) -> tuple[Tables, Raised]:
    """The whole base year from cross-border trade (exporter, sector, importer) and tariffs.

    GDP is hit by scaling value added down by the tariff revenue; final spending is what production and trade leave.
    """
    least = np.where(np.isin(facts.sectors, RENTS), LEAST_HOME_RESOURCES, LEAST_HOME_SALES)
    recorded = np.maximum(facts.output - facts.exports, 0.0)
    home = np.maximum(facts.output - abroad.sum(axis=2), least * recorded)
    trade = abroad.copy()
    diagonal = np.arange(len(facts.countries))
    trade[diagonal, :, diagonal] = home
    raised = _raised(facts, trade, abroad)
    output = trade.sum(axis=2)
    expenditure = (trade + tariffs * trade).sum(axis=0)
    value_added = _value_added(facts, raised, output, (tariffs * trade).sum(axis=(0, 1)))
    prior, final_prior = _purchases(facts, raised, expenditure)
    used = output.sum(axis=1) - value_added.sum(axis=1)
    split = ras(np.stack([expenditure.T - final_prior, final_prior], axis=2), expenditure.T,
                np.stack([used, expenditure.sum(axis=0) - used], axis=1))
    inputs = ras(prior, split[:, :, 0], output - value_added).transpose(1, 0, 2)
    final = np.where(split[:, :, 1].T > 0, expenditure - inputs.sum(axis=2), 0.0)
    return Tables(trade, inputs, final, tariffs), raised


def _raised(facts: Facts, trade: FloatArray, abroad: FloatArray) -> Raised:
    total = np.maximum(trade.sum(axis=2) - facts.output, 0.0)
    excess_imports = np.maximum(abroad.sum(axis=0).T - facts.imports, 0.0) * facts.goods
    passed = np.minimum(total, excess_imports)
    pool = (excess_imports - passed).sum(axis=1)
    rest = total - passed
    services = rest * ~facts.goods
    wanted = services.sum(axis=1)
    entrepot = services * np.minimum(1.0, quotient(pool, wanted))[:, None]
    rents = rest * np.isin(facts.sectors, RENTS)
    return Raised(total, passed, entrepot, rents, rest - entrepot - rents)


def _value_added(facts: Facts, raised: Raised, output: FloatArray, revenue: FloatArray) -> FloatArray:
    """(country, sector), adding up to GDP less tariff revenue, each at least its least part of output."""
    share = quotient(facts.value_added, facts.output)
    wanted = facts.value_added + share * raised.rents
    least = LEAST_VALUE_ADDED * output
    total = facts.gdp - revenue
    held = np.zeros(output.shape, dtype=bool)
    value_added = wanted
    for _round in range(output.shape[1]):
        scale = (total - np.where(held, least, 0.0).sum(axis=1)) / np.where(held, 0.0, wanted).sum(axis=1)
        value_added = np.where(held, least, wanted * scale[:, None])
        below = ~held & (value_added < least)
        if not below.any():
            break
        held |= below
    return value_added


def _purchases(facts: Facts, raised: Raised, expenditure: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Priors: purchases (country, good, user) from the pooled technology, final spending (country, good)."""
    prior = facts.technology[None, :, :] * (facts.output + raised.rents)[:, None, :]
    industries = np.arange(len(facts.sectors))
    prior[:, industries, industries] += raised.passed_through
    for code, part in MARGINS.items():
        prior[:, facts.sector(code), :] += part * raised.margins
    excess = np.maximum(expenditure.T - facts.output + facts.exports - facts.imports, 0.0) * facts.goods
    excess = np.maximum(excess - raised.passed_through, 0.0)
    resold = quotient(excess, excess.sum(axis=1, keepdims=True))
    resold = resold[:, :, None] * raised.entrepot[:, None, :]
    prior += resold
    supply = facts.output - facts.exports + facts.imports
    final_share = quotient(facts.final_use, supply)
    sold_on = np.minimum(raised.passed_through + resold.sum(axis=2), expenditure.T)
    return prior, np.clip(final_share, 0.0, 1.0) * (expenditure.T - sold_on)
