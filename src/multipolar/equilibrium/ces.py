"""Indices with constant elasticity of substitution in logs, in JAX; an elasticity of one is exact and costs no logs."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array

SMALLEST_PART = 1e-15
"""A CES index of prices that all go to nothing stops here; an equilibrium never has it."""

Arrays = TypeVar("Arrays")


def transformed(log_price: Array, elasticity: Array) -> Array:
    """What a CES index adds up: p^(1-e) - 1, without loss of digits where e is near one; ln p where it is one."""
    gap = 1 - elasticity
    return jnp.where(gap == 0, log_price, jnp.expm1(gap * log_price))


def log_index(weighted: Array, elasticity: Array) -> Array:
    """The log CES index from the share-weighted sum of `transformed` prices: ln(1 + sum)/(1 - e), or the sum itself."""
    gap = 1 - elasticity
    unit = gap == 0
    powers = jnp.log1p(jnp.maximum(weighted, -1 + SMALLEST_PART)) / jnp.where(unit, 1.0, gap)
    return jnp.where(unit, weighted, powers)


def unless_unit(elasticity: Array, plain: Callable[[], Arrays], general: Callable[[], Arrays]) -> Arrays:
    """`plain()` where the one elasticity of all is one, else `general()`.

    Only one of the two is computed: logs and exponentials are half of a sweep, and in most worlds most elasticities
    are one.
    """
    chosen: Arrays = jax.lax.cond(elasticity == 1, plain, general)
    return chosen


class TwoParts(NamedTuple):
    """A CES index of two prices, in logs, and their shares after the change, which add up to one."""

    log_index: Array
    first: Array
    second: Array


def two_parts(first_share: Array, second_share: Array, first: Array, second: Array, elasticity: Array) -> TwoParts:
    """The CES index of two log prices, from their base-year shares."""
    gap = 1 - elasticity

    def geometric() -> TwoParts:
        return TwoParts(first_share * first + second_share * second, first_share, second_share)

    def general() -> TwoParts:
        # Over the part whose share falls, the other rises: what is added up is positive, so that all keep their digits.
        apart = gap * (first - second)
        falls = apart < 0
        growth = jnp.expm1(jnp.where(falls, -apart, apart))
        added = jnp.where(falls, second_share, first_share) * growth
        risen, total = 1 + growth, 1 + added
        return TwoParts(jnp.where(falls, first, second) + jnp.log1p(added) / jnp.where(gap == 0, 1.0, gap),
                        jnp.where(falls, first_share, first_share * risen) / total,
                        jnp.where(falls, second_share * risen, second_share) / total)

    if not jnp.ndim(elasticity):
        return unless_unit(elasticity, geometric, general)
    each: TwoParts = jax.tree.map(lambda one, other: jnp.where(gap == 0, one, other), geometric(), general())
    return each
