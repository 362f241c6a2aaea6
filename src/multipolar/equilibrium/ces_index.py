"""CES indices of prices, as the equations have them: over the first axis, from base-year shares and log changes."""

from typing import Any

import numpy as np

from multipolar.world.tables import FloatArray


def ces_index(shares: FloatArray, log_prices: FloatArray, elasticity: Any) -> FloatArray:
    """A CES index over the first axis, from base-year shares and log price changes; Cobb-Douglas at one.

    Prices are taken relative to their geometric mean, so that those which fall together keep their digits.
    """
    gap = np.asarray(1.0 - np.asarray(elasticity, dtype=np.float64))
    endless = np.isposinf(log_prices)
    if not (gap.any() or endless.any()):
        geometric: FloatArray = np.exp(_mean(shares, log_prices))
        return geometric
    finite = np.where(endless, 0.0, shares).sum(axis=0)
    mean = _mean(shares, np.where(endless, 0.0, log_prices)) / np.where(finite > 0, finite, 1.0)
    safe = np.where(gap == 0, 1.0, gap)
    powers = (shares * np.expm1(safe * (log_prices - mean))).sum(axis=0)
    powers = np.log1p(np.maximum(powers, -1 + 1e-15)) / safe
    index: FloatArray = np.exp(mean * np.where(gap == 0, finite, 1.0) + np.where(gap == 0, 0.0, powers))
    if endless.any():
        # At one, or below, any endless price makes the index endless; above one only where nothing else is left.
        some, none_left = (endless & (shares > 0)).any(axis=0), (endless | (shares <= 0)).all(axis=0)
        index = np.where(np.where(gap < 0, none_left & endless.any(axis=0), some), np.inf, index)
    return index


def _mean(shares: FloatArray, log_prices: FloatArray) -> FloatArray:
    """Sum over the first axis of shares times log prices; without their product in memory where all users pay alike."""
    if log_prices.ndim == 3 and log_prices.shape[2] == 1:
        alike: FloatArray = np.einsum("snk,sn->nk", shares, log_prices[:, :, 0])
        return alike
    mean: FloatArray = (shares * log_prices).sum(axis=0)
    return mean
