"""Where derivatives are taken: an equilibrium as the padded arrays of the equations, and its derivatives as such.

`pulled` goes backwards, from weights on outcomes to every policy; `pushed` forwards, from one step of policy to every
outcome. Each is one linear solve and one pass through the equations, whatever the number of policies or outcomes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from multipolar.equilibrium.economy import pad, padded_size, widened
from multipolar.equilibrium.equations import Economy, State, sweep
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.linear import Method, solved
from multipolar.equilibrium.objectives import Objective, stacked
from multipolar.equilibrium.solve import Posed, find, pose
from multipolar.equilibrium.steps import Step, no_step, stepped
from multipolar.measures.scenario import Deficits, Horizon, Scenario, Sourcing
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

TOGETHER = 16
"""Steps of productivity that are solved as one: enough to keep the processor busy, few enough for its caches."""


@dataclass(frozen=True, eq=False)
class Standing:
    """A scenario's equilibrium: what was posed, the year in levels, and the solved arrays, padded to `padded_size`."""

    posed: Posed
    levels: Levels
    economy: Economy
    state: State

    @property
    def size(self) -> tuple[int, int]:
        """Number of countries and of sectors, without padding."""
        return len(self.levels.world.countries), len(self.levels.world.sectors)

    def cells(self, padded: Any) -> FloatArray:
        """An array (sector, importer, exporter) in the public order (exporter, sector, importer), without padding."""
        countries, sectors = self.size
        values: FloatArray = np.asarray(padded)[:sectors, :countries, :countries].transpose(2, 0, 1)
        return values

    def padded_cells(self, values: FloatArray) -> Any:
        """An array of the public order in the layout of a step."""
        return _padded(values.transpose(1, 2, 0), self.economy.kernel.shape[1:])

    def padded_industries(self, values: FloatArray) -> Any:
        """An array (country, sector) in the layout of a step."""
        return _padded(values.T, self.economy.log_productivity.shape)

    def padded_countries(self, values: FloatArray) -> Any:
        """An array (..., country) with countries that do not exist added."""
        return _padded(values, (*values.shape[:-1], *self.economy.transfers.shape))


def standing(world: World, scenario: Scenario, deficits: Deficits | None = None,
             horizon: Horizon | None = None, sourcing: Sourcing | None = None) -> Standing:
    """The equilibrium of a scenario, from which derivatives are taken.

    Raises:
        What `solve` raises.
    """
    posed = pose(world, scenario, deficits, horizon, sourcing)
    found = find(posed.base, posed.policy, posed.scenario.closure.deficits)
    size = padded_size(len(posed.base.countries), len(posed.base.sectors), len(found.economy.spending))
    economy = pad(found.economy, *size)
    return Standing(posed, found.levels, economy, widened(found.state, economy))


def _padded(values: FloatArray, shape: Sequence[int]) -> Any:
    return np.pad(values, [(0, wanted - have) for wanted, have in zip(shape, values.shape, strict=True)])


@partial(jax.jit, static_argnames=("method", "objective"))
def _pull(economy: Economy, state: State, weights: Float[Array, "..."], method: Method,
          objective: Objective) -> tuple[Step, Array]:
    """Derivative of sum(weights x objective) by every step of policy, and the residual of the linear equation."""
    rest = no_step(economy)

    def weighed(step: Step, at: State) -> Array:
        return (weights * objective(stepped(economy, step), at)).sum()

    direct, by_state = jax.grad(weighed, argnums=(0, 1))(rest, state)
    # Two pullbacks: one of both arguments would make the kernel's large cotangent in every product of the solve.
    _image, back = jax.vjp(lambda at: sweep(at, economy), state)
    adjoint, residual = method(lambda cotangent: back(cotangent)[0], by_state,
                               economy.domestic_response.swapaxes(1, 2))
    _image, pull = jax.vjp(lambda step: sweep(state, stepped(economy, step)), rest)
    return jax.tree.map(jnp.add, direct, pull(adjoint)[0]), residual


@partial(jax.jit, static_argnames=("method", "objective"))
def _push(economy: Economy, state: State, step: Step, method: Method,
          objective: Objective) -> tuple[Array, Array]:
    """The change of the objective along a step of policy, and the residual of the linear equation."""
    rest = no_step(economy)
    _image, moved = jax.jvp(lambda one: sweep(state, stepped(economy, one)), (rest,), (step,))
    _image, product = jax.linearize(lambda at: sweep(at, economy), state)
    tangent, residual = method(product, moved, economy.domestic_response)
    _value, change = jax.jvp(lambda one, at: objective(stepped(economy, one), at), (rest, state), (step, tangent))
    return change, residual


@partial(jax.jit, static_argnames=("method", "objective"))
def _push_productivity(economy: Economy, state: State, shifts: Float[Array, "step sector country"], method: Method,
                       objective: Objective) -> tuple[Array, Array]:
    """The same for several steps of productivity, as one linear equation: they share its products and its memory.

    Nothing but productivity moves, so no derivative of the kernel is taken.
    """
    def grown(shift: Array) -> Economy:
        return economy._replace(log_productivity=economy.log_productivity + shift)

    rest = jnp.zeros_like(economy.log_productivity)
    _image, moved = jax.linearize(lambda shift: sweep(state, grown(shift)), rest)
    _image, product = jax.linearize(lambda at: sweep(at, economy), state)
    # Countries' own unknowns are not moved together here: those of several steps do not lie beside one another.
    tangents, residual = method(jax.vmap(product), jax.vmap(moved)(shifts), economy.domestic_response[:, :0, :0])
    _value, change = jax.linearize(lambda shift, at: objective(grown(shift), at), rest, state)
    return jax.vmap(change)(shifts, tangents), residual


@partial(jax.jit, static_argnames="objective")
def _value(economy: Economy, state: State, objective: Objective) -> Array:
    return objective(economy, state)


def values(at: Standing, objective: Objective = stacked) -> FloatArray:
    """The objective in the equilibrium."""
    with jax.enable_x64(True):
        return np.asarray(_value(at.economy, at.state, objective))


def pulled(at: Standing, weights: FloatArray, objective: Objective = stacked) -> Step:
    """Derivative of sum(weights x objective) by every policy, as a padded step of NumPy arrays.

    Raises:
        NotConverged: the linear equation cannot be solved to tolerance.
    """
    with jax.enable_x64(True):
        step: Step = solved(lambda method: _pull(at.economy, at.state, jnp.asarray(weights), method, objective))
        plain: Step = jax.tree.map(np.asarray, step)
        return plain


def pushed(at: Standing, step: Step, objective: Objective = stacked) -> FloatArray:
    """Derivative of the objective along one padded step of policy.

    Raises:
        NotConverged: the linear equation cannot be solved to tolerance.
    """
    with jax.enable_x64(True):
        exact = jax.tree.map(lambda part: jnp.asarray(part, jnp.float64), step)
        return np.asarray(solved(lambda method: _push(at.economy, at.state, exact, method, objective)))


def pushed_productivity(at: Standing, shifts: FloatArray, objective: Objective = stacked) -> FloatArray:
    """Derivatives (step, ...) of the objective along several padded steps of productivity (step, sector, country).

    Raises:
        NotConverged: the linear equation cannot be solved to tolerance.
    """
    together = min(TOGETHER, len(shifts))
    fill = -len(shifts) % together
    padded = np.concatenate([shifts, np.zeros((fill, *shifts.shape[1:]))])
    with jax.enable_x64(True):
        parts = [_together(at, padded[first:first + together], objective)
                 for first in range(0, len(padded), together)]
    return np.concatenate(parts)[:len(shifts)]


def _together(at: Standing, shifts: FloatArray, objective: Objective) -> FloatArray:
    found = solved(lambda method: _push_productivity(at.economy, at.state, jnp.asarray(shifts), method, objective))
    return np.asarray(found)
