"""Hypothesis strategies: small worlds, measures on them, and both as a case that can be solved."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from tests.reference.worlds import small_world

import multipolar as mp
from multipolar.equilibrium.outcome import Outcome

RULES = ("fixed", "zero", "proportional")


@dataclass(frozen=True)
class Case:
    """A world of at most four countries and four sectors, measures on it, and a deficit rule."""

    world: mp.World
    measures: tuple[Any, ...]
    rule: str

    def solve(self, **changed: Any) -> Outcome:
        """The outcome, for the case or with fields changed; a case without equilibrium is not looked at."""
        case = replace(self, **changed)
        try:
            return mp.solve(case.world, mp.Scenario(name="drawn", measures=case.measures), deficits=case.rule)
        except mp.NoEquilibrium:
            assume(False)
            raise

    def in_order(self, countries: np.ndarray, sectors: np.ndarray) -> mp.World:
        """The world with its countries and sectors in another order."""
        world, tables = self.world, self.world.tables
        return mp.World.from_tables(
            tables.trade[np.ix_(countries, sectors, countries)], tables.inputs[np.ix_(sectors, countries, sectors)],
            tables.final[np.ix_(sectors, countries)], tariffs=tables.tariffs[np.ix_(countries, sectors, countries)],
            countries=[world.countries[at] for at in countries], regions=world.countries, year=world.year,
            sectors=[world.sectors[at] for at in sectors],
            trade_elasticity=world.parameters.trade_elasticity[sectors])


@st.composite
def worlds(draw, countries=(2, 4), sectors=(1, 4), **given):
    """`small_world` of a drawn shape; `given` fixes its other arguments."""
    seed, number, goods = draw(st.integers(0, 10_000)), draw(st.integers(*countries)), draw(st.integers(*sectors))
    return small_world(seed, number, goods, **given)


@st.composite
def measures(draw, world):
    """Up to three measures; bans leave good 0 alone, so that payments can return."""
    one, other = draw(st.permutations(world.countries))[:2]
    good, rate = st.sampled_from(["all", *world.sectors]), st.floats(0.01, 1.5)
    amount = 0.05 * float(world.tables.factor_income.min())
    kinds = [
        st.builds(mp.Tariff, importer=st.just(one), exporter=st.just("all"), sector=good, add=rate),
        st.builds(mp.TradeCost, importer=st.just(one), exporter=st.just(other), sector=good,
                  ad_valorem=st.floats(-0.2, 1.5)),
        st.builds(mp.Productivity, country=st.just(one), sector=good, change=st.floats(-0.3, 0.5)),
        st.builds(mp.Transfer, payer=st.just(one), receiver=st.just(other),
                  amount=st.floats(0.01 * amount, amount)),
    ]
    if len(world.sectors) > 1:
        kinds.append(st.just(mp.ImportBan(importer=other, exporter=one, sector=world.sectors[-1])))
    return tuple(draw(st.lists(st.one_of(kinds), min_size=1, max_size=3)))


@st.composite
def cases(draw, **given):
    """A world with measures and a deficit rule."""
    world = draw(worlds(**given))
    return Case(world, draw(measures(world)), draw(st.sampled_from(RULES)))
