"""Finding z = T(z): Anderson acceleration with safeguards, and Newton-Krylov where it stalls. Knows no measure.

Both run through optimistix, so that implicit derivatives of the solution come with them; the linear solves of the
adjoint are matrix-free (the default adjoint would build a dense Jacobian of gigabytes).
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import lineax as lx
import optimistix as optx
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float, Int, PyTree

from multipolar.equilibrium.equations import Economy, State, sweep_and_purse

TOLERANCE = 1e-11
"""Largest log change of a price, wage or expenditure in a sweep at which iteration stops."""

STEEP = 10.0
"""Trade shares magnify an error of prices by theta: above this elasticity the tolerance shrinks in proportion."""

DEPTH = 8
"""Remembered steps of Anderson acceleration."""

LONGEST_STEP = 2.0
"""No unknown moves by more than this log change in one step."""

SETBACK = 30.0
"""Residuals this many times the best so far empty the memory and start again from the best point."""


class AndersonState(eqx.Module):
    """What is remembered between steps; histories are rings of the last `DEPTH` differences."""

    residual: Float[Array, ""]
    best: Float[Array, ""]
    best_point: Float[Array, " unknown"]
    best_step: Float[Array, " unknown"]
    last_point: Float[Array, " unknown"]
    last_step: Float[Array, " unknown"]
    points: Float[Array, "depth unknown"]
    steps: Float[Array, "depth unknown"]
    remembered: Int[Array, ""]
    mixing: Float[Array, ""]


class Anderson(optx.AbstractFixedPointSolver[State, None, AndersonState]):
    """Anderson acceleration (type II; Walker & Ni 2011) of z = T(z), safeguarded.

    The next point is the combination of remembered steps that would cancel the residual if T were affine. A step is
    never longer than `LONGEST_STEP`; when the residual grows `SETBACK`-fold or is not finite, memory is emptied and
    the search goes on from the best point with half the mixing.
    """

    rtol: float
    atol: float
    norm: Callable[[PyTree], Array]
    mixing: Array
    strictness: Array
    """The tolerance is `atol` times this: a traced number, where optimistix's own is part of the program."""

    def init(self, fn: Any, y: Any, args: Any, options: Any, f_struct: Any, aux_struct: Any,
             tags: Any) -> AndersonState:
        """Nothing remembered yet."""
        flat, _ = ravel_pytree(y)
        infinite = jnp.asarray(jnp.inf, flat.dtype)
        ring = jnp.zeros((DEPTH, flat.size), flat.dtype)
        return AndersonState(infinite, infinite, flat, jnp.zeros_like(flat), flat, jnp.zeros_like(flat), ring, ring,
                             jnp.asarray(0), self.mixing)

    def step(self, fn: Any, y: Any, args: Any, options: Any, state: AndersonState,
             tags: Any) -> tuple[Any, AndersonState, Any]:
        """One sweep and the accelerated move that follows from it; the converged point itself is not moved."""
        image, aux = fn(y, args)
        point, unravel = ravel_pytree(y)
        step = ravel_pytree(image)[0] - point
        residual = jnp.max(jnp.abs(step))
        lost = ~jnp.isfinite(residual) | (residual > SETBACK * state.best)
        better = residual < state.best
        moved = AndersonState(
            residual=residual,
            best=jnp.where(better, residual, state.best),
            best_point=jnp.where(better, point, state.best_point),
            best_step=jnp.where(better, step, state.best_step),
            last_point=point,
            last_step=step,
            points=_remember(state.points, point - state.last_point, state.remembered),
            steps=_remember(state.steps, step - state.last_step, state.remembered),
            remembered=jnp.where(lost, 0, state.remembered + 1),
            mixing=jnp.where(lost, state.mixing / 2, state.mixing),
        )
        move = jnp.where(lost, moved.mixing * moved.best_step, _accelerated(moved))
        move = move * jnp.minimum(1.0, LONGEST_STEP / jnp.maximum(jnp.max(jnp.abs(move)), LONGEST_STEP))
        start = jnp.where(lost, moved.best_point, point)
        moved = eqx.tree_at(lambda s: (s.last_point, s.last_step), moved,
                            (start, jnp.where(lost, moved.best_step, step)))
        settled = residual < self.atol * self.strictness
        return unravel(jnp.where(settled, point, start + move)), moved, aux

    def terminate(self, fn: Any, y: Any, args: Any, options: Any, state: AndersonState,
                  tags: Any) -> tuple[Bool[Array, ""], Any]:
        """Whether the last sweep moved nothing by more than the tolerance."""
        return state.residual < self.atol * self.strictness, optx.RESULTS.successful

    def postprocess(self, fn: Any, y: Any, aux: Any, args: Any, options: Any, state: AndersonState, tags: Any,
                    result: Any) -> tuple[Any, Any, dict[str, Any]]:
        """The point as it stands; the best one where the search ended without an answer."""
        _, unravel = ravel_pytree(y)
        done = state.residual < self.atol * self.strictness
        flat = jnp.where(done, ravel_pytree(y)[0], state.best_point)
        return unravel(flat), aux, {"residual": jnp.where(done, state.residual, state.best)}


def _remember(ring: Float[Array, "depth unknown"], row: Float[Array, " unknown"],
              count: Int[Array, ""]) -> Float[Array, "depth unknown"]:
    """The ring with its oldest row replaced; emptied when nothing is remembered (the first difference is none)."""
    kept = jnp.where(count == 0, jnp.zeros_like(ring), ring)
    return kept.at[count % DEPTH].set(jnp.where(count == 0, 0.0, row))


def _accelerated(state: AndersonState) -> Float[Array, " unknown"]:
    """The move from the last point: its own step less the part that remembered steps predict."""
    gram = state.steps @ state.steps.T
    scale = jnp.trace(gram) / DEPTH
    # Columns that are empty or nearly parallel get weight zero through the ridge, whatever the units.
    system = gram + (1e-13 * scale + 1e-300) * jnp.eye(DEPTH, dtype=gram.dtype)
    weights = jnp.linalg.solve(system, state.steps @ state.last_step)
    predicted = (state.points + state.mixing * state.steps).T @ weights
    move: Array = state.mixing * state.last_step - predicted
    return move


_ADJOINT = optx.ImplicitAdjoint(linear_solver=lx.GMRES(rtol=1e-10, atol=1e-12, restart=40, stagnation_iters=40))


def fixed_point(economy: Economy, start: State, solver: Any, most_steps: int) -> optx.Solution[State, Array]:
    """The solution of z = T(z) by `solver`; does not raise, its `result` says how it ended, its `aux` is the purse."""
    return optx.fixed_point(sweep_and_purse, solver, start, economy, has_aux=True, max_steps=most_steps,
                            adjoint=_ADJOINT, throw=False)


def strictness(economy: Economy) -> Float[Array, ""]:
    """The part of `TOLERANCE` that this economy's steepest demand needs."""
    return jnp.minimum(1.0, STEEP / jnp.max(economy.trade_elasticity))


class Attempt(NamedTuple):
    """Where a solver ended: the residual is the largest log change in one sweep from the state.

    `purse` is the smallest I'/Omega' of a country in the last sweep.
    """

    state: State
    residual: Float[Array, ""]
    steps: Int[Array, ""]
    purse: Float[Array, ""]


@partial(jax.jit, static_argnames=("most_steps",))
def accelerate(economy: Economy, start: State, mixing: float | Float[Array, ""], most_steps: int) -> Attempt:
    """Anderson acceleration from `start`; steps are sweeps."""
    solver = Anderson(rtol=0.0, atol=TOLERANCE, norm=optx.max_norm, mixing=jnp.asarray(mixing),
                      strictness=strictness(economy))
    found = fixed_point(economy, start, solver, most_steps)
    return Attempt(found.value, found.stats["residual"], found.stats["num_steps"], found.aux)


@partial(jax.jit, static_argnames=("most_steps",))
def newton(economy: Economy, start: State, most_steps: int) -> Attempt:
    """Newton-Krylov on T(z) - z from `start`, by Jacobian products only."""
    linear = lx.GMRES(rtol=1e-8, atol=1e-13, restart=60, stagnation_iters=60)
    stop: Any = TOLERANCE * strictness(economy)
    found = fixed_point(economy, start, optx.Newton(rtol=0.0, atol=stop, linear_solver=linear), most_steps)
    image, purse = sweep_and_purse(found.value, economy)
    residual = jnp.max(jnp.stack([jnp.max(jnp.abs(new - old)) for new, old in zip(image, found.value, strict=True)]))
    return Attempt(found.value, residual, found.stats["num_steps"], purse)
