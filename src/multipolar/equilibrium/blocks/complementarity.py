"""Complementarity as a fixed point: u >= lowest, gap >= 0, and one of the two binds."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray


def natural_map(unknown: Array, excess: Array, response: Any, lowest: Any = 0.0) -> Array:
    """The map whose fixed points solve u >= lowest, excess <= 0, (u - lowest) excess = 0.

    `excess` is by how much the constraint is broken, `response` about how much of it a unit of u takes away. Newton's
    method on the map's residual is a semismooth one (the natural residual of Facchinei & Pang 2003).
    """
    return jnp.maximum(lowest, unknown + excess / response)


def misfit(unknown: NDArray[np.float64], slack: NDArray[np.float64], lowest: Any = 0.0) -> float:
    """The largest distance from complementarity, |min(u - lowest, slack)|."""
    return float(np.abs(np.minimum(unknown - lowest, slack)).max(initial=0.0))
