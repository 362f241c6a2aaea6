"""What trade is paid with and what that costs, from levels: the variables that need settlement shares. NumPy only.

Scenarios without a measure on rails hold every pair's mix and cost of rails as in the base year.
"""

from functools import lru_cache

import numpy as np

from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.thickness import radius
from multipolar.measures.logit import base_use
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray, quotient

PERCENT = 100.0


@lru_cache(maxsize=2)
def shares(levels: Levels) -> FloatArray:
    """s' (exporter, importer, rail)."""
    settled = levels.policy.settlement
    if settled is None:
        return levels.world.part(Settlement).share
    from multipolar.equilibrium.blocks.rails import Rails

    solved = levels.block(Rails)
    return settled.share if solved is None else solved[0].shares(solved[1], len(levels.wage))


def log_cost(levels: Levels) -> FloatArray:
    """ln kappa (exporter, importer) of settlement, from measures and from thickness, what a payee earns included; zero
    where a pair is closed."""
    settled = levels.policy.settlement
    if settled is None:
        return np.zeros((len(levels.wage), len(levels.wage)))
    return settled.log_cost + log_fees(levels) + (0.0 if levels.burned_by_pair is None else levels.burned_by_pair)


def log_fees(levels: Levels) -> FloatArray:
    """ln of what a pair pays over what payees of rails leave of it (exporter, importer)."""
    from multipolar.equilibrium.blocks.rails import Rails

    solved = levels.block(Rails) if levels.policy.settlement is not None else None
    return np.zeros((len(levels.wage), len(levels.wage))) if solved is None else solved[0].log_fees(
        solved[1], len(levels.wage))


def spent_on_settling(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """What settling costs beyond the base year, and all that is paid (exporter, importer), million USD; without home
    sales."""
    paid = abroad(levels.paid_to_producers) * np.exp(log_fees(levels))
    return -paid * np.expm1(-log_cost(levels)), paid


def share_by_pair(levels: Levels) -> FloatArray:
    """Rails in what a pair of countries pays (exporter, importer, rail), percent; zero where nothing is left."""
    return PERCENT * shares(levels)


def share_by_country(levels: Levels) -> FloatArray:
    """Rails in a country's payments abroad (country, rail), percent."""
    return PERCENT * base_use(levels.paid_to_producers, shares(levels))


def share_in_world(levels: Levels) -> FloatArray:
    """Rails in the payments of all trade between countries (rail,), percent."""
    paid = abroad(levels.paid_to_producers)
    total: FloatArray = PERCENT * np.einsum("in,inc->c", paid, shares(levels)) / paid.sum()
    return total


def cost_by_pair(levels: Levels) -> FloatArray:
    """Change of the cost of delivering goods through what settling costs (exporter, importer), percent."""
    return PERCENT * np.expm1(log_cost(levels))


def variety_by_pair(levels: Levels) -> FloatArray:
    """The part of it that is the gain of variety from opened rails (exporter, importer), percent; zero or less."""
    settled = levels.policy.settlement
    return np.zeros_like(log_cost(levels)) if settled is None else PERCENT * np.expm1(settled.log_variety)


def cost_of_trade(levels: Levels) -> FloatArray:
    """What settling costs beyond the base year, over a country's exports and imports (country,), percent."""
    melted, paid = spent_on_settling(levels)
    traded = paid.sum(axis=0) + paid.sum(axis=1)
    lost = melted.sum(axis=0) + melted.sum(axis=1)
    cost: FloatArray = PERCENT * quotient(lost, traded)
    return cost


def change_by_pair(levels: Levels) -> FloatArray:
    """Change of recorded trade between countries (exporter, importer), million USD."""
    return abroad(levels.trade_by_pair - levels.world.tables.trade_by_pair)


def trade_lost(levels: Levels) -> FloatArray:
    """Exports and imports (country,) that fall with some partners and do not rise with others, million USD."""
    fallen, risen = _fallen_and_risen(levels)
    return np.maximum(fallen - risen, 0.0)


def trade_moved(levels: Levels) -> FloatArray:
    """Exports and imports (country,) that fall with some partners and rise with others, million USD."""
    return np.minimum(*_fallen_and_risen(levels))


def _fallen_and_risen(levels: Levels) -> tuple[FloatArray, FloatArray]:
    change = change_by_pair(levels)
    fallen, risen = np.maximum(-change, 0.0), np.maximum(change, 0.0)
    return fallen.sum(axis=0) + fallen.sum(axis=1), risen.sum(axis=0) + risen.sum(axis=1)


def feedback(levels: Levels) -> FloatArray:
    """The spectral radius of d ln S' / d ln S_hat at the answer; a number without dimensions."""
    part = levels.world.part(Settlement)
    theta = levels.world.parameters.trade_elasticity
    return np.asarray(radius(levels.landed, levels.tariffs, shares(levels), theta, part.eta, part.nu))


PAYMENTS = {
    "settlement_share": share_by_pair,
    "settlement_use": share_by_country,
    "settlement_world": share_in_world,
    "settlement_cost": cost_by_pair,
    "settlement_variety": variety_by_pair,
    "settlement_cost_of_trade": cost_of_trade,
    "settlement_radius": feedback,
    "trade_change": change_by_pair,
    "trade_lost": trade_lost,
    "trade_moved": trade_moved,
}
"""By name, in the order of variables.csv."""
