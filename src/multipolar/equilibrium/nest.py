"""Costs and prices of what is left, in logs, at given factor prices: the map whose bounds decide on finite prices.

Equations (2)-(4) in NumPy, on goods and industries that may be few, at prices that may be far from the base year's or
infinite, which the solver's own program never meets.
"""

from dataclasses import dataclass

import numpy as np

from multipolar.equilibrium.structure import VALUE_ADDED_TOLERANCE, BoolArray, Structure, Substitution, some
from multipolar.world.tables import FloatArray

#: Sums below this have lost digits to underflow and are made again in logs.
SMALLEST_SUM = 1e-250


@dataclass(frozen=True, eq=False)
class Nest:
    """Equations (2)-(4) in logs among living goods and industries, at given factor prices.

    Prices are (row, good): a row is a country, or where every industry sources apart a country and a user.

    kernel       (good, row, exporter): π κ̂^−θ, zero where closed or the seller is dead
    inputs       (row, user of the row, good): b of what can still be bought
    added, bought, resource, mix  (country, user): logs of the shares of value added, materials, the resource and all
                 else; −inf where there is none, or where it is lost and others stand in for it
    goods        (row, good): has a seller
    """

    kernel: FloatArray
    inputs: FloatArray
    added: FloatArray
    bought: FloatArray
    resource: FloatArray
    mix: FloatArray
    substitution: Substitution
    goods: BoolArray

    @classmethod
    def of(cls, structure: Structure, cells: BoolArray, goods: BoolArray, living: BoolArray) -> "Nest":
        """The nest of what is left, goods (good, country) and living (country, sector)."""
        substitution, by_use = structure.substitution, structure.kernel_by_use
        bought = structure.input_shares.sum(axis=2)
        shares = structure.input_shares / np.where(bought > 0, bought, 1.0)[:, :, None]
        sold = goods.T[:, None, :] if by_use is None else sold_by_use(structure, cells)
        left = shares * sold
        lost, mix_lost = without_parts(structure, sold)
        added = added_share(structure)
        resource = np.where(substitution.with_resource(), substitution.resource_share, 0.0)
        if by_use is None:
            kernel = structure.kernel if living.all() else structure.kernel * cells
            rows = goods.T
        else:
            countries, sectors = bought.shape
            kernel = (by_use[:-1] * cells).transpose(1, 2, 0, 3).reshape(sectors, countries * sectors, countries)
            left = left.reshape(countries * sectors, 1, sectors)
            rows = sold.reshape(countries * sectors, sectors)
        return cls(
            kernel, left,
            added=_log(np.where(added > VALUE_ADDED_TOLERANCE, added, 0.0)),
            bought=_log(np.where(lost, 0.0, bought / (1 - resource))),
            resource=_log(np.broadcast_to(resource, bought.shape)),
            mix=_log(np.where(mix_lost, 0.0, 1 - resource)),
            substitution=substitution, goods=rows)

    def by_country(self, chosen: BoolArray) -> BoolArray:
        """Goods (country, good) that are chosen (row, good) for some user there."""
        return some(chosen.reshape(len(self.added), -1, chosen.shape[1]), axis=1)

    def by_group(self, chosen: BoolArray) -> BoolArray:
        """Goods (group, country, good) from goods (row, good); what final users pay apart moves no other price."""
        if len(chosen) == len(self.added):
            return chosen[None]
        apart = chosen.reshape(len(self.added), -1, chosen.shape[1]).transpose(1, 0, 2)
        return np.concatenate([apart, np.zeros_like(apart[:1])])

    def log_price(self, price: FloatArray, factors: float = 0.0) -> FloatArray:
        """ln G (row, good) at log prices and log factor prices; factor prices of −inf make it G∞."""
        exponents = self._exponents(self.log_cost(price, factors))
        total = log_sum(self.kernel, exponents)
        result: FloatArray = np.where(self.goods, -total.T / self.substitution.trade, factors)
        return result

    def log_cost(self, price: FloatArray, factors: float) -> FloatArray:
        """ln c (country, user), equations (2)-(3), over productivity."""
        return self._costs(price, factors)[2] - np.log(self.substitution.productivity)

    def derivatives(self, price: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shares by which log prices move others: within materials (row, user, good), of materials in cost (country,
        user), and of sellers (good, row, exporter)."""
        substitution = self.substitution
        materials, mix, full = self._costs(price, 0.0)
        gaps = 1 - substitution.value_added, 1 - substitution.resource
        exponents = self._exponents(full - np.log(substitution.productivity))
        total = log_sum(self.kernel, exponents)
        own = materials.reshape(self.inputs.shape[:2])
        within = _shares(self.inputs, (1 - substitution.inputs) * price, (1 - substitution.inputs) * own)
        with np.errstate(invalid="ignore"):
            passed = _part(self.bought, gaps[0] * (materials - mix)) * _part(self.mix, gaps[1] * (mix - full))
        return within, np.asarray(passed), _shares(self.kernel, exponents, total)

    def _exponents(self, cost: FloatArray) -> FloatArray:
        return np.asarray(-self.substitution.trade[:, None] * cost.T)

    def _costs(self, price: FloatArray, factors: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Logs of materials, of the mix with value added, and with the resource, before productivity."""
        substitution = self.substitution
        outside = np.full(self.added.shape, factors)
        materials = log_index(self.inputs, price, 1 - substitution.inputs).reshape(self.added.shape)
        gap = np.asarray(1 - substitution.value_added)
        mix = _pair(self.added, outside, self.bought, materials, gap)
        return materials, mix, _pair(self.resource, outside, self.mix, mix, 1 - substitution.resource)


def without_parts(structure: Structure, sold: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Industries (country, user) that can have no materials any more, and those that lose value added with them.

    `sold` is (country, user, good). Whoever lives on without materials buys none of those that are still sold; whoever
    lives on its resource alone, as its mix of value added with materials has no finite price, employs nobody.
    """
    substitution, needed = structure.substitution, structure.input_shares > 0
    lost = some(needed & ~sold, axis=2)
    if substitution.inputs > 1:
        lost &= ~some(needed & sold, axis=2)
    alone = (added_share(structure) > VALUE_ADDED_TOLERANCE) & (substitution.value_added > 1)
    return lost, lost & ~alone


def sold_by_use(structure: Structure, cells: BoolArray) -> BoolArray:
    """Whether somebody sells a good to an industry (country, user, good)."""
    assert structure.kernel_by_use is not None
    return some((structure.kernel_by_use[:-1] > 0) & cells, axis=3).transpose(2, 0, 1)


def added_share(structure: Structure) -> FloatArray:
    """ã = (a − s_R)/(1 − s_R) (country, user): value added in what is not resource."""
    resource = structure.substitution.resource_share
    added: FloatArray = (structure.value_added_share - resource) / (1 - resource)
    return added


def log_index(weights: FloatArray, values: FloatArray, gap: float) -> FloatArray:
    """Log CES index with weights (batch, row, column) of log values (batch, column), which may be infinite."""
    if gap != 0:
        return log_sum(weights, gap * values) / gap
    endless = np.isinf(values)
    if not endless.any():
        return product(weights, values)
    index = product(weights, np.where(endless, 0.0, values))
    for infinity in (np.inf, -np.inf):
        index[product(weights > 0, values == infinity) > 0] = infinity
    return index


def log_sum(weights: FloatArray, terms: FloatArray) -> FloatArray:
    """ln Σ w e^t (batch, row) of weights (batch, row, column) and terms (batch, column), which may be infinite.

    A matrix-vector product; rows in which that underflows are added up again, each from its own largest term.
    """
    endless = terms == np.inf
    finite = np.where(endless, -np.inf, terms)
    top = finite.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = product(weights, np.exp(finite - top))
    small = total < SMALLEST_SUM
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(total) + top
        if small.any():
            batch, row = np.nonzero(small)
            logs = np.log(weights[batch, row]) + finite[batch]
            highest = logs.max(axis=1, keepdims=True)
            highest = np.where(np.isfinite(highest), highest, 0.0)
            result[batch, row] = np.log(np.exp(logs - highest).sum(axis=1)) + highest[:, 0]
    if endless.any():
        result[product(weights > 0, endless) > 0] = np.inf
    return result


def product(weights: FloatArray | BoolArray, values: FloatArray | BoolArray) -> FloatArray:
    """Σ over columns: (batch, row, column) by (batch, column)."""
    return np.asarray((weights @ values[:, :, None])[:, :, 0], dtype=np.float64)


def _pair(first_share: FloatArray, first: FloatArray, second_share: FloatArray, second: FloatArray,
          gap: FloatArray) -> FloatArray:
    """Log CES index of two log prices with log shares; a part with share zero counts for nothing, even at infinity."""
    with np.errstate(invalid="ignore", divide="ignore"):
        one = np.where(first_share == -np.inf, -np.inf, first_share + gap * first)
        two = np.where(second_share == -np.inf, -np.inf, second_share + gap * second)
        powers = np.logaddexp(one, two) / gap
        if (gap != 0).all():
            return np.asarray(powers)
        geometric = np.where(first_share == -np.inf, 0.0, np.exp(first_share) * first) + np.where(
            second_share == -np.inf, 0.0, np.exp(second_share) * second)
    return np.where(gap == 0, geometric, powers)


def _part(share: FloatArray, exponent: FloatArray) -> FloatArray:
    """A part's share after the change; zero where it was zero."""
    return np.exp(np.where(share == -np.inf, -np.inf, share + exponent))


def _shares(weights: FloatArray, terms: FloatArray, total: FloatArray) -> FloatArray:
    """Parts w e^t of each sum, made in logs so that none overflows; zero where the sum is empty."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.exp(np.log(weights) + terms[:, None, :] - total[:, :, None])
    return np.where(weights > 0, shares, 0.0)


def _log(values: FloatArray) -> FloatArray:
    """Natural log, −inf at zero."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))
