"""Upper bounds on quantities shipped, with a rent: ln mu >= 0 complementary to ln bound - ln quantity >= 0.

The unknown is m = ln(mu/mu0), one for each bound; a bound covers one flow or a weighted set of flows. mu0 is the
mark-up that the base year carries, one but on corridors. The map is a natural residual,
m = max(-ln mu0, m + (ln q - ln bound)/(1 + theta)), so that Newton's method on it is a semismooth one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int
from numpy.typing import NDArray

from multipolar.equilibrium.blocks.block import Block, Data, padded, padded_length
from multipolar.equilibrium.blocks.complementarity import misfit, natural_map
from multipolar.equilibrium.wedges import Flows, Offer
from multipolar.world.tables import IntArray
from multipolar.world.world import World

SMALLEST_QUANTITY = 1e-300


class Quota(Block):
    """Q bounds over members of the list of cells; `weight` (member,) adds to one over each bound."""

    member_cell: Int[Data, " member"]
    member_bound: Int[Data, " member"]
    weight: Float[Data, " member"]
    log_bound: Float[Data, " bound"]
    """ln of the largest quantity relative to the base year; infinite in padding."""
    lowest: Float[Data, " bound"]
    """-ln mu0."""
    steepness: Float[Data, " bound"]
    """1 + theta of the goods covered."""
    cells: Float[Data, " cell"]
    """Zeros, one for each cell of the world's wedges."""

    @classmethod
    def prepare(cls, world: World, specs: Sequence[Mapping[str, Any]], places: Sequence[IntArray],
                cells: int) -> "Quota":
        """All quotas of a policy as one block; flows of one bound weigh by their base-year value."""
        counts = np.array([len(data["limit"]) for data in specs])
        first = np.concatenate([[0], np.cumsum(counts)])
        bound = np.concatenate([data["bound"] + start for data, start in zip(specs, first[:-1], strict=True)])
        value = np.concatenate([world.tables.trade[data["exporter"], data["sector"], data["importer"]]
                                for data in specs])
        limit = np.concatenate([data["limit"] for data in specs])
        lowest = np.concatenate([data.get("lowest", np.zeros(len(data["limit"]))) for data in specs])
        theta = world.parameters.trade_elasticity[np.concatenate([data["sector"] for data in specs])]
        total = np.bincount(bound, weights=value, minlength=len(limit))
        steepness = 1 + np.bincount(bound, weights=value * theta, minlength=len(limit)) / total
        bounds, members = padded_length(len(limit)), padded_length(len(bound))
        return cls(
            member_cell=padded(np.concatenate(places), members, 0), member_bound=padded(bound, members, 0),
            weight=padded(value / total[bound], members, 0.0), log_bound=padded(np.log(limit), bounds, np.inf),
            lowest=padded(lowest, bounds, 0.0),
            steepness=padded(steepness, bounds, 1.0), cells=np.zeros(cells))

    def start(self) -> NDArray[np.float64]:
        """No bound binds more than in the base year."""
        return np.zeros(len(self.log_bound))

    def offer(self, unknown: Float[Array, " bound"]) -> Offer:
        """The rent of every bound on each of its flows; bounds on one flow add up."""
        rent = jnp.asarray(self.cells).at[self.member_cell].add(
            jnp.where(self.weight > 0, unknown[self.member_bound], 0.0))
        return Offer(jnp.zeros_like(rent), rent)

    def response(self, unknown: Float[Array, " bound"], flows: Flows) -> Float[Array, " bound"]:
        """m + excess quantity, never below zero."""
        quantity = jax.ops.segment_sum(self.weight * flows.shipped[self.member_cell], self.member_bound,
                                       len(self.log_bound))
        excess = jnp.log(jnp.maximum(quantity, SMALLEST_QUANTITY)) - self.log_bound
        return natural_map(unknown, excess, self.steepness, self.lowest)

    def check(self, unknown: NDArray[np.float64], flows: Flows) -> float:
        """The larger of a quantity beyond its bound and of a rent without a binding bound, in logs."""
        quantity = np.zeros(len(unknown))
        np.add.at(quantity, np.asarray(self.member_bound),
                  np.asarray(self.weight) * np.asarray(flows.shipped)[np.asarray(self.member_cell)])
        slack = np.asarray(self.log_bound) - np.log(np.maximum(quantity, SMALLEST_QUANTITY))
        return misfit(unknown, slack, np.asarray(self.lowest))
