"""A second implementation of the model, by another algorithm, written from the theory page alone.

Nothing is shared with the package but the numbers of a world. Unknown are the wages only: given wages, costs and
prices are iterated in levels, the goods market is one dense linear system in expenditure, and scipy.optimize.root
clears labour markets. A closed flow has weight zero, a missing price is infinite. Small worlds only.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import root


@dataclass(frozen=True)
class Base:
    """A base year: trade T[i,s,n], inputs B[s,n,k], final F[s,n], tariffs t[i,s,n], elasticities theta[s]."""

    trade: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    tariffs: np.ndarray
    theta: np.ndarray
    deficit: np.ndarray = field(init=False)

    def __post_init__(self):
        spent = ((1 + self.tariffs) * self.trade).sum(axis=0)
        output = self.trade.sum(axis=2)
        labour = output - self.inputs.sum(axis=0)
        put = object.__setattr__
        put(self, "spent", spent)                                                    # X[s,n]
        put(self, "output", output)                                                  # Y[i,k]
        put(self, "labour", labour.sum(axis=1))                                      # wL[i]
        put(self, "income", self.final.sum(axis=0))                                  # I[n]
        put(self, "revenue", (self.tariffs * self.trade).sum(axis=(0, 1)))
        put(self, "deficit", self.income - self.labour - self.revenue)
        put(self, "share", part((1 + self.tariffs) * self.trade, spent))             # pi[i,s,n]
        put(self, "a", part(labour, output))                                         # value added over output
        put(self, "b", part(self.inputs, output[None]))                              # inputs over output [s,n,k]
        put(self, "alpha", self.final / self.income)                                 # alpha[s,n]

    @classmethod
    def of(cls, world):
        tables = world.tables
        return cls(tables.trade, tables.inputs, tables.final, tables.tariffs, world.parameters.trade_elasticity)


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


def prices(base, change, weight, wage):
    """Costs c[i,s], prices P[s,n] and shares pi'[i,s,n] at given wages: (1)-(5) iterated in levels, from P = 1."""
    theta = base.theta[:, None]
    price = np.ones_like(base.spent)
    for _ in range(20_000):
        # Infinite prices of goods that an industry does not buy count for nothing: inf ** 0 = 1.
        materials = np.prod(price[:, :, None] ** base.b, axis=0)
        cost = wage[:, None] ** base.a * materials / change.productivity
        offers = weight * (cost ** -base.theta)[:, :, None] * (base.output > 0)[:, :, None]
        total = offers.sum(axis=0)
        new = np.where(total > 0, np.where(total > 0, total, 1.0) ** (-1 / theta), np.inf)
        finite = np.isfinite(new) & np.isfinite(price)
        settled = np.array_equal(np.isfinite(new), np.isfinite(price)) and np.all(
            np.abs(new[finite] - price[finite]) <= 4e-16 * new[finite])
        price = new
        if settled:
            break
    return cost, price, part(offers, total)


def spending(base, change, share, wage, deficit, lent):
    """X'[s,n] at given wages and shares: equations (7), (8) and (10) as one linear system."""
    sectors, countries = base.spent.shape
    reaches = share / (1 + change.tariffs)
    duty = (share - reaches).sum(axis=0)                                             # of a dollar of X[s,n]
    system = np.zeros((sectors, countries, sectors, countries))
    for k in range(sectors):
        # X[s,i] += b[s,i,k] Y[i,k], Y[i,k] = sum over n of reaches[i,k,n] X[k,n]
        system[:, :, k, :] += base.b[:, :, k][:, :, None] * reaches[:, k, :][None]
        for n in range(countries):
            system[:, n, k, n] += base.alpha[:, n] * duty[k, n]
    given = base.alpha * (wage * base.labour + deficit + lent + change.transfers)
    size = sectors * countries
    return np.linalg.solve(np.eye(size) - system.reshape(size, size), given.reshape(size)).reshape(given.shape)


def linked(weight):
    """For each country the number of its component: countries that trade anything, directly or through others."""
    label = np.arange(weight.shape[0])
    trades = (weight > 0).any(axis=1)
    for _ in label:
        for i, n in np.argwhere(trades):
            label[label == max(label[i], label[n])] = min(label[i], label[n])
    return label


def equilibrium(base, change, rule):
    """The changes and levels that clear every market."""
    weight = weights(base, change)
    component = linked(weight)
    sums = (component[:, None] == component[None, :]).astype(float)
    world_income = sums @ base.labour
    fixed = base.deficit if rule == "fixed" else np.zeros_like(base.deficit)
    rate = base.deficit / base.labour if rule == "proportional" else np.zeros_like(base.deficit)

    def at(log_wage):
        wage = np.exp(log_wage)
        wage = wage * world_income / (sums @ (wage * base.labour))                   # each component's numeraire
        omega = wage * base.labour
        lent = rate * omega - omega / (sums @ omega) * (sums @ (rate * omega))
        cost, price, share = prices(base, change, weight, wage)
        spent = spending(base, change, share, wage, fixed, lent)
        trade = share / (1 + change.tariffs) * spent
        return wage, cost, price, trade, spent, fixed + lent

    def excess(log_wage):
        wage, _cost, _price, trade, _spent, _deficit = at(log_wage)
        demanded = (base.a * trade.sum(axis=2)).sum(axis=1) / (wage * base.labour) - 1
        # Walras: one labour market of a component is redundant; in its place its mean log wage is pinned.
        first = np.array([component[i] == i for i in range(len(wage))])
        return np.where(first, part(sums @ log_wage, sums.sum(axis=1)), demanded)

    start = np.zeros(len(base.labour))
    found = root(excess, start, method="hybr", options={"xtol": 1e-15})
    if np.abs(excess(found.x)).max() > 1e-11:
        found = root(excess, found.x, method="krylov", options={"fatol": 1e-12})
    error = np.abs(excess(found.x)).max()
    if not error < 1e-11:
        raise ArithmeticError(f"the second implementation ended with a residual of {error:.1e}")
    return at(found.x)


def without_deficits(base):
    """The base year solved again with D = 0 and no measure."""
    _wage, _cost, _price, trade, spent, _deficit = equilibrium(base, Change.none(base), "zero")
    output = trade.sum(axis=2)
    inputs = base.b * output
    return replace(base, trade=trade, inputs=inputs, final=spent - inputs.sum(axis=2))


def solve(base, change, rule):
    """Every variable of variables.csv by name, in that table's units, from loops and sums over levels."""
    if rule == "zero":
        base = without_deficits(base)
    wage, cost, price, trade, spent, deficit = equilibrium(base, change, rule)
    countries = len(wage)
    output, duties = trade.sum(axis=2), change.tariffs * trade
    revenue, omega = duties.sum(axis=(0, 1)), wage * base.labour
    income = omega + revenue + deficit + change.transfers
    bought = base.alpha > 0
    index = np.exp(np.where(bought, base.alpha * np.log(np.where(bought, price, 1.0)), 0.0).sum(axis=0))
    welfare = income / base.income / index
    works = base.output > 0
    shut, unsupplied = works & (output <= 0), (base.spent > 0) & (spent <= 0)
    landed = np.where(np.isfinite(cost), cost, 1.0)[:, :, None] * change.iceberg
    exports, imports = (np.array([sum(trade[i, :, n].sum() for i in range(countries) for n in range(countries)
                                      if i != n and (i, n)[axis] == at) for at in range(countries)]) for axis in (0, 1))
    real = {
        "real_income": 100 * (welfare - 1),
        "real_gdp": 100 * ((omega + revenue) / (base.labour + base.revenue) / index - 1),
        "equivalent_variation": base.income * (welfare - 1),
        "real_wage": 100 * (wage / index - 1),
        "wage": 100 * (wage - 1),
        "price_index": 100 * (index - 1),
        "income": income,
        "factor_income": omega,
        "tariff_revenue": revenue,
        "deficit": deficit,
        "transfers": change.transfers,
        "exports": exports,
        "imports": imports,
        "effective_tariff": 100 * part(revenue, imports),
        "terms_of_trade": 100 / base.income * (
            (base.trade * (np.where(np.isfinite(cost), cost, 1.0) - 1)[:, :, None]).sum(axis=(1, 2))
            - (base.trade * (landed - 1)).sum(axis=(0, 1))),
        "volume_of_trade": 100 / base.income * (base.tariffs * (trade - base.trade * landed)).sum(axis=(0, 1)),
        "revenue": output,
        "output": 100 * (part(output, base.output) / np.where(works, cost, 1.0) - 1) * works,
        "value_added": base.a * output,
        "producer_price": np.where(shut, np.nan, np.where(works, 100 * (cost - 1), 0.0)),
        "consumer_price": np.where(unsupplied, np.nan, np.where(base.spent > 0, 100 * (price - 1), 0.0)).T,
        "expenditure": spent.T,
        "trade": trade,
        "duties": duties,
    }
    return real | gains(base, change, cost, price, trade, spent, income,
                        {"wages": (omega, base.labour), "tariff_revenue": (revenue, base.revenue),
                         "deficit": (deficit, base.deficit), "transfers": (change.transfers, 0 * income)})


def mean(one, other):
    """The logarithmic mean."""
    if one <= 0 or other <= 0:
        return 0.0
    gap = np.log(one / other)
    return (one + other) / 2 if abs(gap) < 1e-9 else (one - other) / gap


def gains(base, change, cost, price, trade, spent, income, incomes):
    """The exact decomposition in log percent, one flow at a time: Sato (1976), Vartia (1976), Feenstra (1994)."""
    countries, sectors = base.output.shape
    scale = np.array([mean(*pair) for pair in zip(income, base.income, strict=True)])
    found = {f"gain_from_{name}": 100 * (new - old) / scale for name, (new, old) in incomes.items()}
    costs, barriers = np.zeros_like(trade), np.zeros_like(trade)
    lost, gained = np.zeros((countries, sectors)), np.zeros((countries, sectors))
    after = part((1 + change.tariffs) * trade, spent)
    for n in range(countries):
        for s in range(sectors):
            share, theta = base.alpha[s, n], base.theta[s]
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
