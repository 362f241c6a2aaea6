"""Indices with constant elasticity of substitution in logs, in JAX; an elasticity of one is exact and costs nothing."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array

SMALLEST_PART = 1e-15
"""A CES index of prices that all go to nothing stops here; an equilibrium never has it."""


def transformed(log_price: Array, elasticity: Array) -> Array:
    """What a CES index adds up: p^(1-e) - 1, without loss of digits where e is near one; ln p where it is one."""
    gap = 1 - elasticity
    return _unless(gap == 0, lambda logs: logs, lambda logs: jnp.expm1(gap * logs), log_price)


def log_index(weighted: Array, elasticity: Array) -> Array:
    """The log CES index from the share-weighted sum of `transformed` prices: ln(1 + sum)/(1 - e), or the sum itself."""
    gap = 1 - elasticity
    return _unless(gap == 0, lambda sums: sums, lambda sums: jnp.log1p(
        jnp.maximum(sums, -1 + SMALLEST_PART)) / jnp.where(gap == 0, 1.0, gap), weighted)


def power(log_price: Array, gap: Array) -> Array:
    """p^gap; one where the gap is zero."""
    return _unless(gap == 0, jnp.ones_like, lambda logs: jnp.exp(gap * logs), log_price)


def _unless(unit: Array, plain: Callable[[Array], Array], costly: Callable[[Array], Array], values: Array) -> Array:
    """`plain` where an elasticity is one, else `costly`, which is computed only if some elasticity is not one.

    Logs and exponentials are half the time of a sweep, and in most worlds most elasticities are one.
    """
    if not unit.ndim:
        chosen: Array = jax.lax.cond(unit, plain, costly, values)
        return chosen
    return jnp.where(unit, plain(values), costly(values))


def two_part_index(share: Array, first: Array, second: Array, elasticity: Array) -> Array:
    """Log CES index of two log prices, `share` the base-year share of the first."""
    # Relative to their mean: an index is homogeneous, and prices that fall together would lose all their digits.
    mean = share * first + (1 - share) * second
    weighted = share * transformed(first - mean, elasticity) + (1 - share) * transformed(second - mean, elasticity)
    return mean + log_index(weighted, elasticity)
