"""A second implementation of the model, by another algorithm, written from the theory page alone.

Nothing is shared with the package but the numbers of a world. Unknown are wages and the rents of resources and of
specific capital only: given them, costs and prices are iterated in levels, the goods market is one dense linear system
in expenditure, and scipy.optimize.root clears the markets for factors. A closed flow has weight zero, a missing price
is infinite. Small worlds only.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import root

SMALLEST = 1e-300
"""Keeps logs defined where demand or a factor price underflows, or demand is negative on the way."""


@dataclass(frozen=True)
class Base:
    """A base year: trade T[i,s,n], inputs B[s,n,k], final F[s,n], tariffs t[i,s,n], elasticities theta[s].

    The nest: sigma, epsilon, phi; resource s_R[i,k] as a share of output and its elasticity sigma_r[i,k]; rho[k].
    """

    trade: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    tariffs: np.ndarray
    theta: np.ndarray
    sigma: float = 1.0
    epsilon: float = 1.0
    phi: float = 1.0
    resource: np.ndarray | float = 0.0
    sigma_r: np.ndarray | float = 1.0
    rho: np.ndarray | float = 0.0
    deficit: np.ndarray = field(init=False)

    def __post_init__(self):
        spent = ((1 + self.tariffs) * self.trade).sum(axis=0)
        output = self.trade.sum(axis=2)
        bought = self.inputs.sum(axis=0)
        put = object.__setattr__
        put(self, "resource", np.where(output > 0, self.resource, 0.0))
        put(self, "rho", np.broadcast_to(self.rho, output.shape))
        mixed = output - bought - self.resource * output                             # value added but for the resource
        put(self, "spent", spent)                                                    # X[s,n]
        put(self, "output", output)                                                  # Y[i,k]
        put(self, "labour", ((1 - self.rho) * mixed).sum(axis=1))                    # wL[i]
        put(self, "capital", self.rho * mixed)                                       # r_K K[i,k]
        put(self, "land", self.resource * output)                                    # r_R R[i,k]
        put(self, "omega", (output - bought).sum(axis=1))
        put(self, "income", self.final.sum(axis=0))                                  # I[n]
        put(self, "revenue", (self.tariffs * self.trade).sum(axis=(0, 1)))
        put(self, "deficit", self.income - self.omega - self.revenue)
        put(self, "share", part((1 + self.tariffs) * self.trade, spent))             # pi[i,s,n]
        put(self, "left", part(mixed, output - self.resource * output))              # a~ of (3a)
        put(self, "b", part(self.inputs, bought[None]))                              # within materials [s,n,k]
        put(self, "alpha", self.final / self.income)                                 # alpha[s,n]

    @classmethod
    def of(cls, world, horizon="long"):
        tables, own = world.tables, world.parameters
        theta, supply = own.trade_elasticity, np.zeros(len(world.sectors)) + (
            0.0 if own.supply_elasticity is None else own.supply_elasticity)
        substitution = own.value_added_elasticity, own.input_elasticity, own.final_demand_elasticity
        rho = np.zeros(len(world.sectors))
        if horizon == "short":
            theta = np.minimum(theta, np.maximum(0.4 * theta, 0.75))
            substitution, rho, supply = (0.5, 0.2, 0.9), own.capital_share, supply / 3
        output = tables.trade.sum(axis=2)
        held = part(output - tables.inputs.sum(axis=0), output) * (
            0.0 if own.resource_share is None else own.resource_share)
        return cls(tables.trade, tables.inputs, tables.final, tables.tariffs, theta, *substitution, held,
                   np.where(held > 0, supply * held / (1 - held), 1.0), rho)


@dataclass(frozen=True)
class Change:
    """What governments do, cell by cell: new tariffs, icebergs, closed flows, latent shares, A-hat, transfers."""

    tariffs: np.ndarray
    iceberg: np.ndarray
    closed: np.ndarray
    latent: np.ndarray
    productivity: np.ndarray
    transfers: np.ndarray

    @classmethod
    def none(cls, base):
        shape = base.trade.shape
        return cls(base.tariffs.copy(), np.ones(shape), np.zeros(shape, bool), np.full(shape, np.nan),
                   np.ones(shape[:2]), np.zeros(shape[0]))


def part(some, whole):
    """some / whole, nothing of nothing being nothing."""
    whole = np.broadcast_to(whole, some.shape)
    return np.where(whole > 0, some / np.where(whole > 0, whole, 1.0), 0.0)


def weights(base, change):
    """What stands before c^-theta in the price of a good: pi kappa^-theta, latent weights in the place of pi."""
    share = base.share.copy()
    lifted = ~np.isnan(change.latent)
    for s, n in np.argwhere(lifted.any(axis=0)):
        cells = lifted[:, s, n]
        remaining = 1 - base.share[cells, s, n].sum()
        share[cells, s, n] = remaining * change.latent[cells, s, n] / (1 - change.latent[cells, s, n].sum())
    chain = change.iceberg * (1 + change.tariffs) / (1 + base.tariffs)
    return np.where(change.closed, 0.0, share * chain ** -base.theta[:, None])


def index(shares, prices, elasticity):
    """The CES index over the first axis; Cobb-Douglas at one. What has no share counts for nothing, priced or not."""
    held, gap = shares > 0, 1 - np.asarray(elasticity, dtype=float)
    paid = np.where(held, prices, 1.0)
    with np.errstate(divide="ignore"):
        powers = np.where(held, shares * paid ** gap, 0.0).sum(axis=0) ** (1 / np.where(gap == 0, 1.0, gap))
    found = np.where(gap == 0, np.prod(paid ** np.where(held, shares, 0.0), axis=0), powers)
    return np.where(held.any(axis=0), found, 1.0)


def nest(base, price, wage, rent, yield_):
    """Changes of the cost of materials, of the mix and of everything [i,k]: (1)-(3) before productivity."""
    value_added = wage[:, None] ** (1 - base.rho) * yield_ ** base.rho
    materials = index(base.b, price[:, :, None], base.epsilon)
    mix = index(np.stack([base.left, 1 - base.left]), np.stack([value_added, materials]), base.sigma)
    full = index(np.stack([base.resource, 1 - base.resource]), np.stack([rent, mix]), base.sigma_r)
    return materials, mix, full


def prices(base, change, weight, factors):
    """Costs c[i,s], prices P[s,n] and shares pi'[i,s,n] at given wages and rents: (1)-(5) in levels, from P = 1."""
    theta, sold = base.theta[:, None], (weight > 0) & (base.output > 0)[:, :, None]
    price = np.ones_like(base.spent)
    for _ in range(20_000):
        cost = nest(base, price, *factors)[2] / change.productivity
        # Relative to the cheapest seller of each good, so that no power of a cost leaves the range of numbers.
        open_, each = sold & np.isfinite(cost)[:, :, None], cost[:, :, None]
        cheapest = np.where(open_, each, np.inf).min(axis=0)
        offers = np.where(open_, weight * (np.where(open_, each, 1.0) / np.where(open_, cheapest, 1.0)) ** -theta, 0.0)
        total = offers.sum(axis=0)
        new = np.where(total > 0, cheapest * np.where(total > 0, total, 1.0) ** (-1 / theta), np.inf)
        finite = np.isfinite(new) & np.isfinite(price)
        settled = np.array_equal(np.isfinite(new), np.isfinite(price)) and np.all(
            np.abs(new[finite] - price[finite]) <= 1e-15 * new[finite])
        price = new
        if settled:
            break
    return cost, price, part(offers, total)


def shares(base, price, factors):
    """Parts of revenue after the change: resource [i,k], each material [s,i,k], other value added [i,k]; (6)."""
    materials, mix, full = nest(base, price, *factors)
    # An industry that can do without what has no price any more, materials or all but the resource, buys none of it.
    works, mixes, bought = np.isfinite(full), np.isfinite(full) & np.isfinite(mix), np.isfinite(full) & np.isfinite(
        mix) & np.isfinite(materials)
    materials, mix, full = (np.where(known, each, 1.0) for known, each in (
        (bought, materials), (mixes, mix), (works, full)))
    resource = np.where(works, base.resource * (factors[1] / full) ** (1 - base.sigma_r), 0.0)
    spent = np.where(bought, (1 - resource) * (1 - base.left) * (materials / mix) ** (1 - base.sigma), 0.0)
    held = (base.b > 0) & np.isfinite(price)[:, :, None]
    each = np.where(held, base.b * (np.where(held, price[:, :, None], 1.0) / materials) ** (1 - base.epsilon), 0.0)
    return resource, spent * each, np.where(mixes, 1 - resource - spent, 0.0)


def final_shares(base, price):
    """alpha'[s,n] of (6) and P_F[n]."""
    overall, held = index(base.alpha, price, base.phi), base.alpha > 0
    return np.where(held, base.alpha * (np.where(held, price, 1.0) / overall) ** (1 - base.phi), 0.0), overall


def spending(base, change, share, materials, alpha, given):
    """X'[s,n] from what final users earn beside duties: equations (7), (8) and (10) as one linear system."""
    sectors, countries = base.spent.shape
    reaches = share / (1 + change.tariffs)
    duty = (share - reaches).sum(axis=0)                                             # of a dollar of X[s,n]
    system = np.zeros((sectors, countries, sectors, countries))
    for k in range(sectors):
        # X[s,i] += b'[s,i,k] M'[i,k] Y[i,k], Y[i,k] = sum over n of reaches[i,k,n] X[k,n]
        system[:, :, k, :] += materials[:, :, k][:, :, None] * reaches[:, k, :][None]
        for n in range(countries):
            system[:, n, k, n] += alpha[:, n] * duty[k, n]
    size = sectors * countries
    return np.linalg.solve(np.eye(size) - system.reshape(size, size), (alpha * given).reshape(size)).reshape(
        alpha.shape)


def in_use(base, weight, cost, price):
    """Industries [i,k] that have a cost and that final users buy from, directly or through other industries.

    Whoever goes on without materials, as they have no price any more, buys none of those that are left.
    """
    offered = (weight > 0) & (np.isfinite(cost) & (base.output > 0))[:, :, None]
    inputs = (base.b > 0) & np.isfinite(index(base.b, price[:, :, None], base.epsilon))[None]
    used = np.zeros(base.output.shape, bool)
    for _ in range(used.size + 1):
        wanted = (base.alpha > 0) | (inputs & used[None]).any(axis=2)
        used = (offered & wanted[None]).any(axis=2)
    return used


def linked(weight):
    """For each country the number of its component: countries that trade anything, directly or through others."""
    label = np.arange(weight.shape[0])
    trades = (weight > 0).any(axis=1)
    for _ in label:
        for i, n in np.argwhere(trades):
            label[label == max(label[i], label[n])] = min(label[i], label[n])
    return label


@dataclass(frozen=True)
class Found:
    """Wages [i], costs c[i,s], prices P[s,n], trade, X[s,n], D[n], parts of revenue (as of `shares`), Omega[n]."""

    wage: np.ndarray
    cost: np.ndarray
    price: np.ndarray
    trade: np.ndarray
    spent: np.ndarray
    deficit: np.ndarray
    parts: tuple
    omega: np.ndarray


def gap(demanded, supplied):
    """The log of demand over supply: nearly linear in log factor prices, however far off these are."""
    return np.log(np.maximum(demanded, SMALLEST) / np.maximum(supplied, SMALLEST))


def specific(base, change):
    """What resources and specific capital of the industries in use earned [i,k]; nothing in the others."""
    weight, ones = weights(base, change), np.ones_like(base.output)
    used = in_use(base, weight, *prices(base, change, weight, (np.ones(len(base.output)), ones, ones))[:2])
    return np.where(used, base.land, 0.0), np.where(used, base.capital, 0.0)


def unknowns(base, change, wage, rent, yield_):
    """The logs that `system` solves for, of wages [i] and of rents of resources and specific capital [i,k]."""
    land, capital = specific(base, change)
    return np.log(np.concatenate([wage, rent[land > 0], yield_[capital > 0]]))


def system(base, change, rule):
    """What has to be zero, the number of its unknowns, and the equilibrium that follows from its solution."""
    weight = weights(base, change)
    component = linked(weight)
    sums = (component[:, None] == component[None, :]).astype(float)
    first = np.array([component[i] == i for i in range(len(component))])
    fixed = base.deficit if rule == "fixed" else np.zeros_like(base.deficit)
    rate = base.deficit / base.omega if rule == "proportional" else np.zeros_like(base.deficit)
    ones = np.ones_like(base.output)
    land, capital = specific(base, change)
    countries, lands = len(component), (land > 0).sum()

    def at(logs):
        """Factor prices, in which every component's factor income is what it was, and all that follows."""
        wage, rent, yield_ = np.exp(logs[:countries]), ones.copy(), ones.copy()
        rent[land > 0], yield_[capital > 0] = np.exp(logs[countries:countries + lands]), np.exp(
            logs[countries + lands:])
        earned = wage * base.labour + (rent * land + yield_ * capital).sum(axis=1)
        scale = (sums @ base.omega) / (sums @ earned)
        factors = wage * scale, np.where(land > 0, rent * scale[:, None], 1.0), np.where(
            capital > 0, yield_ * scale[:, None], 1.0)
        omega = earned * scale
        lent = rate * omega - omega / (sums @ omega) * (sums @ (rate * omega))
        cost, price, share = prices(base, change, weight, factors)
        parts = shares(base, price, factors)
        spent = spending(base, change, share, parts[1], final_shares(base, price)[0],
                         omega + fixed + lent + change.transfers)
        trade = share / (1 + change.tariffs) * spent
        return Found(factors[0], cost, price, trade, spent, fixed + lent, parts, omega), factors

    def excess(logs, pinned=True):
        found, (wage, rent, yield_) = at(logs)
        output = found.trade.sum(axis=2)
        resource, _materials, value_added = found.parts
        demanded = gap(((1 - base.rho) * value_added * output).sum(axis=1), wage * base.labour)
        # Walras: one labour market of a component is redundant; in its place its mean log wage is pinned.
        demanded = np.where(first & pinned, part(sums @ logs[:countries], sums.sum(axis=1)), demanded)
        return np.concatenate([demanded, gap((resource * output)[land > 0], (rent * land)[land > 0]),
                               gap((base.rho * value_added * output)[capital > 0], (yield_ * capital)[capital > 0])])

    return excess, countries + lands + (capital > 0).sum(), lambda logs: at(logs)[0]


def equilibrium(base, change, rule, start=None):
    """The changes and levels that clear every market, sought from log factor prices `start`, or from the base year."""
    excess, size, at = system(base, change, rule)
    try:
        found = root(excess, np.zeros(size) if start is None else start, method="hybr", options={"xtol": 1e-15})
        if np.abs(excess(found.x)).max() > 1e-11:
            found = root(excess, found.x, method="krylov", options={"fatol": 1e-12, "maxiter": 100})
        error = np.abs(excess(found.x)).max()
    except np.linalg.LinAlgError as singular:
        raise ArithmeticError("the second implementation came where the goods market has no solution") from singular
    if not error < 1e-11:
        raise ArithmeticError(f"the second implementation ended with a residual of {error:.1e}")
    return at(found.x)


def without_deficits(base, start=None):
    """The base year solved again with D = 0 and no measure; tastes and techniques, so elasticities, stay."""
    found = equilibrium(base, Change.none(base), "zero", start)
    resource, materials, _value_added = found.parts
    inputs = materials * found.trade.sum(axis=2)
    # What final users do not buy is rounding, which would matter where the good has no price.
    final = np.where(base.alpha > 0, found.spent - inputs.sum(axis=2), 0.0)
    return replace(base, trade=found.trade, inputs=inputs, final=final, resource=resource)


def solve(base, change, rule):
    """Every variable of variables.csv by name, of the equilibrium sought from the base year."""
    if rule == "zero":
        base = without_deficits(base)
    return everything(base, change, equilibrium(base, change, rule))


def everything(base, change, found):
    """Every variable of variables.csv by name, in that table's units, from loops and sums over levels."""
    wage, cost, price, trade, spent, deficit, omega = (
        found.wage, found.cost, found.price, found.trade, found.spent, found.deficit, found.omega)
    countries = len(wage)
    output, duties = trade.sum(axis=2), change.tariffs * trade
    revenue = duties.sum(axis=(0, 1))
    income = omega + revenue + deficit + change.transfers
    alpha, overall = final_shares(base, price)
    welfare = income / base.income / overall
    works = base.output > 0
    shut, unsupplied = works & (output <= 0), (base.spent > 0) & (spent <= 0)
    landed = np.where(np.isfinite(cost), cost, 1.0)[:, :, None] * change.iceberg
    exports, imports = (np.array([sum(trade[i, :, n].sum() for i in range(countries) for n in range(countries)
                                      if i != n and (i, n)[axis] == at) for at in range(countries)]) for axis in (0, 1))
    real = {
        "real_income": 100 * (welfare - 1),
        "real_gdp": 100 * ((omega + revenue) / (base.omega + base.revenue) / overall - 1),
        "equivalent_variation": base.income * (welfare - 1),
        "real_wage": 100 * (wage / overall - 1),
        "wage": 100 * (wage - 1),
        "price_index": 100 * (overall - 1),
        "income": income,
        "factor_income": omega,
        "tariff_revenue": revenue,
        "rents": 0 * revenue,
        "given_away": 0 * revenue,
        "deficit": deficit,
        "transfers": change.transfers,
        "transit": 0 * change.transfers,       # no measure here sends goods through a third country
        "exports": exports,
        "imports": imports,
        "effective_tariff": 100 * part(revenue, imports),
        "terms_of_trade": 100 / base.income * (
            (base.trade * (np.where(np.isfinite(cost), cost, 1.0) - 1)[:, :, None]).sum(axis=(1, 2))
            - (base.trade * (landed - 1)).sum(axis=(0, 1))),
        "volume_of_trade": 100 / base.income * (base.tariffs * (trade - base.trade * landed)).sum(axis=(0, 1)),
        "revenue": output,
        "output": 100 * (part(output, base.output) / np.where(works, cost, 1.0) - 1) * works,
        "value_added": (found.parts[0] + found.parts[2]) * output,
        "producer_price": np.where(shut, np.nan, np.where(works, 100 * (cost - 1), 0.0)),
        "consumer_price": np.where(unsupplied, np.nan, np.where(base.spent > 0, 100 * (price - 1), 0.0)).T,
        "expenditure": spent.T,
        "trade": trade,
        "duties": duties,
    }
    return real | gains(base, change, cost, price, trade, spent, income, alpha,
                        {"wages": (omega, base.omega), "tariff_revenue": (revenue, base.revenue),
                         "rents": (0 * income, 0 * income), "gifts": (0 * income, 0 * income),
                         "deficit": (deficit, base.deficit), "transfers": (change.transfers, 0 * income)})


def mean(one, other):
    """The logarithmic mean."""
    if one <= 0 or other <= 0:
        return 0.0
    gap = np.log(one / other)
    return (one + other) / 2 if abs(gap) < 1e-9 else (one - other) / gap


def gains(base, change, cost, price, trade, spent, income, alpha, incomes):
    """The exact decomposition in log percent, one flow at a time: Sato (1976), Vartia (1976), Feenstra (1994)."""
    countries, sectors = base.output.shape
    scale = np.array([mean(*pair) for pair in zip(income, base.income, strict=True)])
    found = {f"gain_from_{name}": 100 * (new - old) / scale for name, (new, old) in incomes.items()}
    costs, barriers = np.zeros_like(trade), np.zeros_like(trade)
    lost, gained = np.zeros((countries, sectors)), np.zeros((countries, sectors))
    after = part((1 + change.tariffs) * trade, spent)
    for n in range(countries):
        bought, gone = (base.alpha[:, n] > 0) & (alpha[:, n] > 0), (base.alpha[:, n] > 0) & (alpha[:, n] == 0)
        held = base.alpha[bought, n].sum()
        upper = np.array([mean(*pair) for pair in zip(base.alpha[:, n] / held, alpha[:, n], strict=True)])
        # Final users may go on without a good where phi > 1: shared among such goods by what they weighed.
        lost[n, gone] = 100 * base.alpha[gone, n] / (1 - held) * np.log(held) / (base.phi - 1)
        for s in range(sectors):
            share, theta = upper[s] / upper.sum(), base.theta[s]
            if share == 0:
                continue
            stay = [i for i in range(countries) if base.share[i, s, n] > 0 and after[i, s, n] > 0]
            before, now = base.share[stay, s, n].sum(), after[stay, s, n].sum()
            if not stay:
                lost[n, s] = -100 * share * np.log(price[s, n])
                continue
            lost[n, s], gained[n, s] = 100 * share * np.log(before) / theta, -100 * share * np.log(now) / theta
            weight = np.array([mean(base.share[i, s, n] / before, after[i, s, n] / now) for i in stay])
            weight /= weight.sum()
            for i, w in zip(stay, weight, strict=True):
                chain = change.iceberg[i, s, n] * (1 + change.tariffs[i, s, n]) / (1 + base.tariffs[i, s, n])
                if not np.isnan(change.latent[i, s, n]):
                    # A lift of a flow that had some trade also makes it cheaper: by the ratio of weight to share.
                    lifted = weights(base, change)[i, s, n] * chain ** theta / base.share[i, s, n]
                    chain *= lifted ** (-1 / theta)
                costs[i, s, n] = -100 * share * w * np.log(cost[i, s])
                barriers[i, s, n] = -100 * share * w * np.log(chain)
    return found | {"gain_from_costs": costs, "gain_from_barriers": barriers, "gain_from_suppliers_lost": lost,
                    "gain_from_suppliers_gained": gained}
