"""Random worlds and scenarios for `make stress`, and what share of them must have which features."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import multipolar as mp

COUNTRIES, SECTORS = (2, 12), (1, 8)
TRADE_ELASTICITY, ELASTICITY = (0.5, 50.0), (0.1, 2.0)
LARGEST_DEFICIT = 0.1
"""Of value added."""
LEAST_SHARE = {"bans": 0.15, "isolated countries": 0.15, "zero cells": 0.15, "a good with a single maker": 0.05}
"""What part of all worlds must have each feature."""
RULES = ("fixed", "zero", "proportional")


@dataclass(frozen=True)
class Case:
    """One draw."""

    seed: int
    world: mp.World
    scenario: mp.Scenario

    def features(self) -> dict[str, bool]:
        """Which of the features of LEAST_SHARE it has."""
        trade, policy = self.world.tables.trade, self.scenario.policy(self.world)
        closed = np.zeros(trade.shape, dtype=bool)
        closed[policy.closed.exporter, policy.closed.sector, policy.closed.importer] = True
        abroad = ~np.eye(len(trade), dtype=bool)
        open_pairs = ((trade > 0) & ~closed).any(axis=1) & abroad
        return {
            "bans": bool(closed.any()),
            "isolated countries": bool((~(open_pairs.any(axis=0) | open_pairs.any(axis=1))).any()),
            "zero cells": bool((trade.transpose(0, 2, 1)[abroad] == 0).any()),
            "a good with a single maker": bool(((self.world.tables.output > 0).sum(axis=0) == 1).any()),
        }

    def check(self) -> None:
        """Whether the draw keeps to the ranges above; they are part of what the run claims."""
        tables, own = self.world.tables, self.world.parameters
        assert COUNTRIES[0] <= len(self.world.countries) <= COUNTRIES[1]
        assert SECTORS[0] <= len(self.world.sectors) <= SECTORS[1]
        assert TRADE_ELASTICITY[0] <= own.trade_elasticity.min()
        assert own.trade_elasticity.max() <= TRADE_ELASTICITY[1]
        for elasticity in (own.value_added_elasticity, own.input_elasticity, own.final_demand_elasticity):
            assert ELASTICITY[0] <= elasticity <= ELASTICITY[1]
        assert np.abs(tables.deficit / tables.factor_income).max() <= LARGEST_DEFICIT * (1 + 1e-9)


def drawn(seed: int) -> Case:
    """The case of a seed: the same on every machine."""
    draw = np.random.default_rng([2026, seed])
    world = _world(draw, int(draw.integers(COUNTRIES[0], COUNTRIES[1] + 1)),
                   int(draw.integers(SECTORS[0], SECTORS[1] + 1)), seed)
    closure = {"deficits": RULES[seed % 3], "horizon": "short" if draw.random() < 0.25 else "long"}
    return Case(seed, world, mp.Scenario(name=f"stress {seed}", measures=_measures(draw, world), closure=closure))


def _world(draw: Any, n: int, s: int, seed: int) -> mp.World:
    """Shares drawn at random; money so that markets clear at drawn deficits."""
    shares = _trade_shares(draw, n, s)
    rates = np.where(draw.random((n, s, n)) < 0.5, 0.3 * draw.random((n, s, n)), 0.0)
    rates[np.arange(n), :, np.arange(n)] = 0.0
    inputs = draw.dirichlet(np.ones(s), (n, s)) * draw.uniform(0.1, 0.75, (n, s, 1))      # (country, user, good)
    inputs *= draw.random((n, s, s)) >= 0.15
    alpha = draw.dirichlet(np.ones(s), n) * (draw.random((n, s)) >= 0.1) + np.eye(1, s) * 0.2
    alpha /= alpha.sum(axis=1, keepdims=True)
    spending = _cleared(draw, shares, rates, inputs, alpha)
    trade = shares * spending.T[None] / (1 + rates)
    bought = np.einsum("nk,nks->snk", trade.sum(axis=2), inputs)
    codes = [f"C{at}" for at in range(n)]
    elasticity = np.exp(draw.uniform(*np.log(TRADE_ELASTICITY), s))
    # What final users do not buy is rounding once industries have bought.
    final = np.where(alpha.T > 0, np.maximum(spending.T - bought.sum(axis=2), 0.0), 0.0)
    world = mp.World.from_tables(trade, bought, final, countries=codes, regions=codes,
                                 sectors=[f"s{at}" for at in range(s)], year=2020, name=f"stress {seed}",
                                 tariffs=rates, trade_elasticity=np.clip(elasticity, *TRADE_ELASTICITY))
    return world.with_parameters(**_nest(draw, s))


def _trade_shares(draw: Any, n: int, s: int) -> Any:
    """pi (exporter, sector, importer): home sales lead; some flows, and some makers, are missing."""
    size = np.exp(draw.normal(0.0, 1.2, n))
    appeal = np.exp(draw.normal(0.0, 1.0, (n, s, n))) * size[:, None, None]
    if s > 1 and draw.random() < 0.6:
        appeal[:, 1:] *= draw.random((n, s - 1, n)) >= draw.uniform(0.05, 0.6)
    home = np.arange(n)
    appeal[home, :, home] = appeal.sum(axis=0).T * draw.uniform(0.2, 6.0, (n, s)) + 0.1
    if s > 1 and draw.random() < 0.25:
        maker, good = draw.integers(n), draw.integers(1, s)
        appeal[:, good] = np.where(np.arange(n)[:, None] == maker, np.maximum(appeal[:, good], 0.1), 0.0)
    return appeal / appeal.sum(axis=0)


def _nest(draw: Any, s: int) -> dict[str, Any]:
    """Elasticities, resources and specific capital; a quarter of the elasticities are exactly one."""
    def elasticity() -> float:
        return 1.0 if draw.random() < 0.25 else float(np.clip(np.exp(draw.uniform(*np.log(ELASTICITY))), *ELASTICITY))

    nest = {name: elasticity() for name in ("value_added_elasticity", "input_elasticity", "final_demand_elasticity")}
    return nest | {"resource_share": np.where(draw.random(s) < 0.3, draw.uniform(0.05, 0.6, s), 0.0),
                   "supply_elasticity": draw.uniform(*ELASTICITY, s),
                   "capital_share": np.where(draw.random(s) < 0.8, draw.uniform(0.05, 0.5, s), 0.0)}


def _cleared(draw: Any, shares: Any, rates: Any, inputs: Any, alpha: Any) -> Any:
    """X (country, good) at which markets clear, with deficits of at most LARGEST_DEFICIT of value added.

    What final users have beside duties, Omega + D, comes back as Omega = G (Omega + D) with columns of G that sum to
    one: its Perron vector for D = 0, and what a given D adds to it.
    """
    n, s = alpha.shape
    received = shares / (1 + rates)
    sales = np.zeros((n, s, n, s))                                     # Y[i, k] from X[n, k]
    for good in range(s):
        sales[:, good, :, good] = received[:, good, :]
    buys = np.einsum("nks,nkml->nsml", inputs, sales)
    duty = (shares - received).sum(axis=0).T                           # (country, good) of a dollar of X
    for country in range(n):
        buys[country, :, country, :] += np.outer(alpha[country], duty[country])
    final = np.zeros((n, s, n))
    final[np.arange(n), :, np.arange(n)] = alpha
    per_dollar = np.linalg.solve(np.eye(n * s) - buys.reshape(n * s, -1), final.reshape(n * s, n))
    value_added = np.einsum("nk,nkml->nml", 1 - inputs.sum(axis=2), sales).reshape(n, n * s)
    returned = value_added @ per_dollar
    income = np.linalg.lstsq(np.vstack([returned - np.eye(n), np.ones(n)]), np.r_[np.zeros(n), 1000.0 * n],
                             rcond=None)[0]
    deficit = draw.uniform(-LARGEST_DEFICIT, LARGEST_DEFICIT, n) * income
    deficit -= deficit.sum() * income / income.sum()
    more = np.linalg.lstsq(np.vstack([returned - np.eye(n), np.ones(n)]), np.r_[-returned @ deficit, 0.0],
                           rcond=None)[0]
    part = 1.0
    while (np.abs(part * deficit) > LARGEST_DEFICIT * (income + part * more)).any():
        part /= 2
    return (per_dollar @ (income + part * (more + deficit))).reshape(n, s)


def _measures(draw: Any, world: mp.World) -> list[Any]:
    """One to four measures of any kind; three in ten cut a country off."""
    found: list[Any] = []
    codes, goods = world.countries, [*world.sectors, "all"]
    for _ in range(draw.integers(1, 5)):
        one, other = (str(code) for code in draw.choice(codes, 2, replace=False))
        good, rise = str(draw.choice(goods)), float(draw.uniform(0.0, 1.0))
        kinds = [mp.Tariff(importer=one, exporter="all", sector=good, add=2 * rise),
                 mp.TradeCost(importer=one, exporter=other, sector=good, ad_valorem=3 * rise),
                 mp.TradeCost(importer="all", exporter=one, sector=good, ad_valorem=-0.5 * rise),
                 mp.Productivity(country=one, sector=good, change=rise - 0.5),
                 mp.ExportBan(exporter=one, importer=other, sector=good),
                 mp.ImportBan(importer=one, exporter=other, sector=good),
                 mp.Embargo(sides=(one, other), sector=good),
                 mp.Transfer(payer=one, receiver=other, amount=0.05 * rise * float(
                     world.tables.factor_income[[codes.index(one), codes.index(other)]].min()))]
        found.append(kinds[draw.integers(len(kinds))])
    if draw.random() < 0.3:
        found.append(mp.Embargo(sides=(str(draw.choice(codes)), "all")))
    return found
