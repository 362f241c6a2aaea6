"""Industries and final users that go on without a good nobody sells any more, where elasticities above 1 allow it.

With P = ∞ a part drops out of a CES index with an elasticity above 1. What is left is the same index with shares made
to add up again, times a constant; so such an economy is one with other base-year shares and lower productivity, and the
equations need not know infinite prices.
"""

from typing import Any

import numpy as np

from multipolar.equilibrium.structure import by_user
from multipolar.world.tables import FloatArray


def without_lost(arrays: dict[str, Any], living_goods: Any, living_industries: Any) -> dict[str, FloatArray]:
    """The arrays of an economy that change where living users lost goods.

    `living_goods` is (group, country, sector), `living_industries` (country, sector).
    With weights that no longer add up to one an index is T^(1/(1-e)) times the one of weights over T.
    """
    final = np.where(living_goods.transpose(0, 2, 1), arrays["final_shares"], 0.0)
    kept = final.sum(axis=(0, 1))
    changed = {"final_shares": final / np.where(kept > 0, kept, 1.0)}
    shares = arrays["input_shares"]
    lost = (shares > 0) & ~by_user(living_goods)
    short = (lost.any(axis=2) & living_industries).T
    if not short.any():
        return changed
    epsilon, sigma = float(arrays["input_elasticity"]), float(arrays["value_added_elasticity"])
    left = np.where(lost, 0.0, shares)
    weight = left.sum(axis=2).T if epsilon > 1 else np.where(short, 0.0, 1.0)
    materials = np.log(np.where(weight > 0, weight, 1.0)) / ((1 - epsilon) if epsilon > 1 else 1.0)
    added, unit = _renewed(arrays["mix_share"], materials, weight > 0, np.float64(sigma))
    here, resource = arrays["resource_sector"], arrays["resource_share"]
    mix = unit[here]
    own, unit[here] = _renewed(resource, mix, np.isfinite(mix), arrays["resource_elasticity"])
    # As what the resource leaves, a small rest would have no digits, nor would the wages that it pays.
    has = np.isfinite(mix) & np.isfinite(unit[here])
    fall = np.where(has, mix, 0.0) - np.where(has, unit[here], 0.0)
    rest = np.where(has, arrays["rest_share"] * np.exp((1 - arrays["resource_elasticity"]) * fall), 0.0)
    changed["input_shares"] = np.where(short.T[:, :, None], left / np.where(weight > 0, weight, 1.0).T[:, :, None],
                                       shares)
    changed["resource_share"] = np.where(short[here], own, resource)
    changed["rest_share"] = np.where(short[here], rest, arrays["rest_share"])
    changed["mix_share"] = np.where(short, added, arrays["mix_share"])
    changed["log_productivity"] = np.where(short, arrays["log_productivity"] - unit, arrays["log_productivity"])
    return changed


def _renewed(share: FloatArray, log_price: FloatArray, has: Any, elasticity: Any) -> tuple[FloatArray, FloatArray]:
    """The first part's share once the second costs e^`log_price` as before or, without `has`, is gone; ln of the index.

    Infinite where the index cannot do without the second part.
    """
    gap = np.broadcast_to(1 - np.asarray(elasticity), share.shape)
    price = np.where(has, log_price, 0.0)
    second = np.where(has, (1 - share) * np.exp(gap * price), 0.0)
    total = share + second
    safe = np.where(total > 0, total, 1.0)
    index = np.where(gap == 0, (1 - share) * price, np.log(safe) / np.where(gap == 0, 1.0, gap))
    stands = has | ((gap < 0) & (share > 0)) | (share >= 1)
    return np.where(gap == 0, share, share / safe), np.where(stands, index, np.inf)
