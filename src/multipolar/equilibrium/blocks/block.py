"""Door 3: what is solved together with prices. A new mechanism is one file beside this one.

A block's unknowns are logs, zero where it does nothing. It offers costs and rents at its cells, sees the flows that
follow, and answers with its fixed-point map; the solver stacks that under the equations and never knows its name.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import equinox as eqx
import numpy as np
from jax import Array
from jaxtyping import Float
from numpy.typing import NDArray

from multipolar.equilibrium.wedges import Flows, Offer

if TYPE_CHECKING:
    from multipolar.equilibrium.levels import Levels

Data = Array | np.ndarray[Any, Any]
"""A block is prepared in NumPy and solved in JAX."""

LENGTHS = (0, 16, 64, 256, 1024, 4096, 16384)
"""Lists are padded to one of these, so that few programs are compiled."""


def padded_length(length: int) -> int:
    """The length a list is padded to."""
    return next((size for size in LENGTHS if size >= length), length)


def padded(values: Any, length: int, fill: float | int) -> Any:
    """The list with entries that have no effect added."""
    return np.pad(values, (0, length - len(values)), constant_values=fill)


class Block(eqx.Module):
    """One mechanism; several measures of a kind are one block. Arrays are padded to few sizes.

    `cells` holds zeros, one for each cell of the world's wedges: what an offer starts from.
    """

    cells: eqx.AbstractVar[Float[Data, " cell"]]

    @abstractmethod
    def start(self) -> NDArray[np.float64]:
        """Its unknowns in the base year."""

    @abstractmethod
    def offer(self, unknown: Float[Array, "..."]) -> Offer:
        """What it adds to the price chain at each cell of the world's wedges, in logs."""

    @abstractmethod
    def response(self, unknown: Float[Array, "..."], flows: Flows) -> Float[Array, "..."]:
        """Its fixed-point map: equilibrium is unknown = response(unknown, flows)."""

    def other_starts(self) -> tuple[NDArray[np.float64], ...]:
        """Unknowns from which another equilibrium might be found, where there can be several; by default none."""
        return ()

    @abstractmethod
    def check(self, unknown: NDArray[np.float64], flows: Flows) -> float:
        """How far the answer is from what the block demands, from flows recomputed in levels, in NumPy."""

    def notes(self, levels: "Levels", unknown: NDArray[np.float64]) -> tuple[str, ...]:
        """Sentences for the reader on what the solved unknowns mean; by default none."""
        return ()
