"""Capacity to make war: what military budgets and gifts of arms buy of a recipe with little substitution. NumPy.

    B^ = psi (oil and gas sales)^ + (1 - psi) I^
    M^ = (B^ B + arms') / ((B + arms) c_M)

c_M the CES cost of the recipe. Arms of the base year stand in both, so that nothing changes without a measure; what
intelligence given as a service is worth is the closed form of `input_loss` for the part that is cut.
"""

from dataclasses import dataclass

import numpy as np

from multipolar.equilibrium.economy import base_year
from multipolar.equilibrium.input_loss import output_after_cut
from multipolar.equilibrium.levels import Levels
from multipolar.measures.measure import MONTHS_IN_A_YEAR
from multipolar.world.military import Military
from multipolar.world.tables import FloatArray, quotient


@dataclass(frozen=True, eq=False)
class War:
    """Means of war by country; factors relative to the base year, NaN where no budget is known.

    budget (country,)        change of the military budget, as a factor
    cost (country,)          change of the cost of military means; infinite where an ingredient is lost
    arms (giver, receiver)   arms that arrive in the year, million USD
    intelligence (country,)  factor of what intelligence is still given
    capacity (country,)      M^
    """

    budget: FloatArray
    cost: FloatArray
    arms: FloatArray
    intelligence: FloatArray
    capacity: FloatArray


def recipe_cost(weight: FloatArray, price: FloatArray, elasticity: float) -> FloatArray:
    """The CES cost (country,) of ingredients with base-year weights (ingredient,) at price factors (ingredient,
    country)."""
    if elasticity == 1:
        cobb_douglas: FloatArray = np.exp(weight @ np.log(price))
        return cobb_douglas
    gap = 1 - elasticity
    with np.errstate(divide="ignore"):
        cost: FloatArray = (weight @ price**gap) ** (1 / gap)
    return cost


def war(levels: Levels) -> War:
    """The means of war of a solved year; the world must have `Military`."""
    world, part = levels.world, levels.world.part(Military)
    tables, known = world.tables, part.spending > 0
    sold = tables.output @ part.fuel
    oil = np.divide(levels.output @ part.fuel, sold, out=np.ones_like(sold), where=sold > 0)
    budget = part.oil_share * oil + (1 - part.oil_share) * levels.final_spending / tables.final_spending
    cost = recipe_cost(part.weight, _prices(levels, part), float(part.elasticity))
    arms, intelligence = part.arms.copy(), np.ones(len(known))
    for aid in levels.policy.aid:
        arms[aid.giver, aid.receiver] *= aid.factor * (1 - aid.delay / MONTHS_IN_A_YEAR)
        if aid.intelligence < 1:
            left = output_after_cut(float(part.intelligence), float(part.elasticity), aid.intelligence)
            intelligence[np.unique(aid.receiver)] *= left
    means = part.spending + part.received
    new = (budget * part.spending + arms.sum(axis=0)) / cost
    capacity = np.divide(new, means, out=np.full_like(new, np.nan), where=known) * intelligence
    return War(np.where(known, budget, np.nan), cost, arms, intelligence, capacity)


def _prices(levels: Levels, part: Military) -> FloatArray:
    """Price factors (ingredient, country): of what final users pay, sectors by what is spent on them; wages for labour.

    Infinite where a good of the recipe that was bought has no seller any more.
    """
    spent = levels.world.tables.expenditure
    lost = (base_year(levels.world).spending[-1] > 0) & (levels.spending[-1] <= 0)
    log_price = np.log(levels.paid_by_households)
    found = np.empty((len(part.ingredient), len(levels.wage)))
    for number, goods in enumerate(part.goods):
        share = goods[:, None] * spent
        total = share.sum(axis=0)
        mean = quotient((share * log_price).sum(axis=0), total)
        found[number] = np.exp(mean) if goods.any() else levels.wage
        found[number, (lost & (share > 0)).any(axis=0)] = np.inf
    return found
