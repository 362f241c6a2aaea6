"""Small worlds for the tests: drawn at random with zero cells and idle industries, balanced to a wanted deficit."""

import numpy as np

import multipolar as mp

MONEY = 1000.0


def small_world(seed, countries=3, sectors=2, *, deficit=0.1, tariffs=0.3, gaps=0.2, idle=True, materials=0.7,
                theta=(1.0, 12.0), own_supply=False):
    """A world drawn like published tables: home sales lead, some flows are zero, one industry may be empty.

    deficit    the largest |D| / factor income, 0 for balanced trade
    tariffs    the highest rate; half of all flows pay none
    gaps       part of flows abroad that are zero; good 0 is always traded, so that payments can return
    idle       whether the last industry of the last country is empty (with two countries or sectors, or more)
    materials  the highest part of output that inputs cost, 0 for none
    own_supply whether every good is in supply at home
    """
    draw = np.random.default_rng([seed, countries, sectors])
    n, s = countries, sectors
    size = np.exp(draw.normal(0.0, 1.0, n))
    appeal = np.exp(draw.normal(0.0, 1.0, (n, s, n))) * size[:, None, None]
    if s > 1:
        appeal[:, 1:] *= draw.random((n, s - 1, n)) >= gaps
    home = np.arange(n)
    appeal[home, :, home] = appeal.sum(axis=0).T * draw.uniform(0.5, 4.0, (n, s)) + 0.1
    if idle and n > 1 and s > 1 and not own_supply:
        appeal[-1, -1, :] = 0.0
        appeal[0, -1, -1] += 1.0
    shares = appeal / appeal.sum(axis=0)                               # pi (exporter, sector, importer)
    rates = np.where(draw.random((n, s, n)) < 0.5, tariffs * draw.random((n, s, n)), 0.0)
    rates[home, :, home] = 0.0
    cost = draw.uniform(0.2, 1.0, (n, s)) * materials                  # 1 - a (country, user)
    inputs = draw.dirichlet(np.ones(s), (n, s)) * (draw.random((n, s, s)) >= gaps / 2)    # (country, user, good)
    alpha = 0.2 / s + 0.8 * draw.dirichlet(np.ones(s), n)              # (country, good)
    alpha /= alpha.sum(axis=1, keepdims=True)
    rate = draw.uniform(-deficit, deficit, n)
    spending = _cleared(shares, rates, cost[:, :, None] * inputs, 1 - cost * inputs.sum(axis=2), alpha, rate)
    spending *= MONEY * n / spending.sum()
    trade = shares * spending.T[None] / (1 + rates)
    bought = np.einsum("nk,nks->snk", trade.sum(axis=2), cost[:, :, None] * inputs)
    return mp.World.from_tables(
        trade, bought, spending.T - bought.sum(axis=2), countries=codes(n), regions=codes(n), sectors=goods(s),
        year=2020, name=f"small {seed}", tariffs=rates,
        trade_elasticity=np.exp(draw.uniform(*np.log(theta), s)))


def nested(world, seed):
    """The world with substitution, resources and specific capital; of all numbers some are at their limits."""
    draw, sectors = np.random.default_rng([seed, 3]), len(world.sectors)

    def elasticity():
        return 1.0 if draw.random() < 0.25 else float(draw.uniform(0.2, 2.0))

    return world.with_parameters(
        value_added_elasticity=elasticity(), input_elasticity=elasticity(), final_demand_elasticity=elasticity(),
        resource_share=np.where(draw.random(sectors) < 0.6, draw.uniform(0.05, 0.6, sectors), 0.0),
        supply_elasticity=draw.uniform(0.1, 2.0, sectors),
        capital_share=np.where(draw.random(sectors) < 0.8, draw.uniform(0.05, 0.5, sectors), 0.0))


def tables_world(trade, inputs=None, *, theta=5.0, tariffs=None):
    """A world from trade before tariffs; without inputs unless given (sector, importer, user)."""
    trade = np.asarray(trade, dtype=float)
    countries, sectors, _ = trade.shape
    rates = np.zeros_like(trade) if tariffs is None else np.asarray(tariffs, dtype=float)
    bought = np.zeros((sectors, countries, sectors)) if inputs is None else inputs
    return mp.World.from_tables(
        trade, bought, ((1 + rates) * trade).sum(axis=0) - bought.sum(axis=2), countries=codes(countries),
        regions=codes(countries), sectors=goods(sectors), year=2020, tariffs=rates, trade_elasticity=theta)


def solved(world, *measures, **given):
    """The outcome of some measures."""
    return mp.solve(world, mp.Scenario(measures=measures), **given)


def codes(number):
    return [f"C{at}" for at in range(number)]


def goods(number):
    return [f"s{at}" for at in range(number)]


def _cleared(shares, rates, inputs, value_added, alpha, rate):
    """X (country, good) of markets that clear when each country's deficit is (rate - mean rate) x factor income.

    Spending is the Perron vector of "what spending X makes everybody buy"; the mean rate is found on the way.
    """
    n, s = alpha.shape
    received = shares / (1 + rates)
    sales = np.zeros((n, s, n, s))                                     # Y[i, k] from X[n, k]
    for good in range(s):
        sales[:, good, :, good] = received[:, good, :]
    duty = np.einsum("isn,isn->ns", shares, rates / (1 + rates))       # revenue of n per dollar of X[n, s]
    mean = 0.0
    for _ in range(200):
        earned = value_added * (1 + (rate - mean)[:, None])            # I of n per dollar of Y[n, k]
        buys = np.einsum("nks,nkml->nsml", inputs, sales)
        buys += np.einsum("ns,nk,nkml->nsml", alpha, earned, sales)
        own = np.einsum("ns,nl->nsl", alpha, duty)
        for country in range(n):
            buys[country, :, country, :] += own[country]
        values, vectors = np.linalg.eig(buys.reshape(n * s, n * s))
        spending = np.abs(vectors[:, np.argmax(values.real)].real).reshape(n, s)
        income = (value_added * np.einsum("nkml,ml->nk", sales, spending)).sum(axis=1)
        before, mean = mean, (rate * income).sum() / income.sum()
        if abs(mean - before) < 1e-15:
            break
    return spending
