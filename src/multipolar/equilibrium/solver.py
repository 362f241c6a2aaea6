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

from multipolar.equilibrium.equations import Economy, State, sweep, sweep_and_purse

TOLERANCE = 1e-11
"""Largest log change of a price, wage or expenditure in a sweep at which iteration stops."""

STEEP = 10.0
"""Trade shares magnify an error of prices by theta: above this elasticity the tolerance shrinks in proportion."""

MOST_STEPS = 100_000
"""A bound on any search, far beyond the patience that is asked for."""

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
    gram: Float[Array, "depth depth"]
    """Products of the remembered differences of steps; one row of it changes in a step."""
    remembered: Int[Array, ""]
    mixing: Float[Array, ""]
    taken: Int[Array, ""]
    """Steps so far."""


class Anderson(optx.AbstractFixedPointSolver[State, Any, AndersonState]):
    """Anderson acceleration (type II; Walker & Ni 2011) of z = T(z), safeguarded.

    The next point is the combination of remembered steps that would cancel the residual if T were affine. A step is
    never longer than `LONGEST_STEP`; when the residual grows `SETBACK`-fold or is not finite, memory is emptied and
    the search goes on from the best point with half the mixing, which then recovers step by step.
    """

    rtol: float
    atol: float
    norm: Callable[[PyTree], Array]
    mixing: Array
    strictness: Array
    """The tolerance is `atol` times this: a traced number, where optimistix's own is part of the program."""
    guide: Callable[[Array, Any], Array]
    """From what a sweep moves, and the arguments of the map, to the step that is remembered and taken."""
    patience: Array | int = MOST_STEPS
    """The most steps, likewise traced."""

    def init(self, fn: Any, y: Any, args: Any, options: Any, f_struct: Any, aux_struct: Any,
             tags: Any) -> AndersonState:
        """Nothing remembered yet."""
        flat, _ = ravel_pytree(y)
        infinite = jnp.asarray(jnp.inf, flat.dtype)
        ring = jnp.zeros((DEPTH, flat.size), flat.dtype)
        return AndersonState(infinite, infinite, flat, jnp.zeros_like(flat), flat, jnp.zeros_like(flat), ring, ring,
                             jnp.zeros((DEPTH, DEPTH), flat.dtype), jnp.asarray(0), self.mixing, jnp.asarray(0))

    def step(self, fn: Any, y: Any, args: Any, options: Any, state: AndersonState,
             tags: Any) -> tuple[Any, AndersonState, Any]:
        """One sweep and the accelerated move that follows from it; the converged point itself is not moved."""
        image, aux = fn(y, args)
        point, unravel = ravel_pytree(y)
        misfit = ravel_pytree(image)[0] - point
        residual = jnp.max(jnp.abs(misfit))
        step = self.guide(misfit, args)
        lost = ~jnp.isfinite(residual) | (residual > SETBACK * state.best)
        better = residual < state.best
        slot = state.remembered % DEPTH
        difference = jnp.where(lost, 0.0, step - state.last_step)
        steps = state.steps.at[slot].set(difference)
        products = steps @ difference
        moved = AndersonState(
            residual=residual,
            best=jnp.where(better, residual, state.best),
            best_point=jnp.where(better, point, state.best_point),
            best_step=jnp.where(better, step, state.best_step),
            last_point=point,
            last_step=step,
            points=state.points.at[slot].set(jnp.where(lost, 0.0, point - state.last_point)),
            steps=steps,
            gram=state.gram.at[slot].set(products).at[:, slot].set(products),
            remembered=jnp.where(lost, 0, state.remembered + 1),
            taken=state.taken + 1,
            mixing=jnp.where(lost, state.mixing / 2, jnp.minimum(self.mixing, 1.1 * state.mixing)),
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
        """Whether the last sweep moved nothing by more than the tolerance, or patience is at an end."""
        settled = state.residual < self.atol * self.strictness
        return settled | (state.taken >= self.patience), optx.RESULTS.successful

    def postprocess(self, fn: Any, y: Any, aux: Any, args: Any, options: Any, state: AndersonState, tags: Any,
                    result: Any) -> tuple[Any, Any, dict[str, Any]]:
        """The point as it stands; the best one where the search ended without an answer."""
        _, unravel = ravel_pytree(y)
        done = state.residual < self.atol * self.strictness
        flat = jnp.where(done, ravel_pytree(y)[0], state.best_point)
        return unravel(flat), aux, {"residual": jnp.where(done, state.residual, state.best)}


def _accelerated(state: AndersonState) -> Float[Array, " unknown"]:
    """The move from the last point: its own step less the part that remembered steps predict."""
    # The first step after a start has no difference; slots fill from the second on, and start again after a setback.
    slots, differences = jnp.arange(DEPTH), state.remembered - 1
    valid = jnp.where(differences >= DEPTH, True, (slots >= 1) & (slots <= differences))
    gram = jnp.where(valid[:, None] & valid[None, :], state.gram, 0.0)
    scale = jnp.trace(gram) / DEPTH
    # Columns that are empty or nearly parallel get weight zero through the ridge, whatever the units.
    system = gram + (1e-13 * scale + 1e-300) * jnp.eye(DEPTH, dtype=gram.dtype)
    weights = jnp.linalg.solve(system, jnp.where(valid, state.steps @ state.last_step, 0.0))
    predicted = weights @ state.points + state.mixing * (weights @ state.steps)
    move: Array = state.mixing * state.last_step - predicted
    return move


_ADJOINT = optx.ImplicitAdjoint(linear_solver=lx.GMRES(rtol=1e-10, atol=1e-12, restart=40, stagnation_iters=40))


def fixed_point(economy: Economy, start: State, solver: Any, most_steps: int) -> optx.Solution[State, Array]:
    """The solution of z = T(z) by `solver`; does not raise, its `result` says how it ended, its `aux` is the purse.

    Solvers see one vector: lineax's GMRES refuses a tree that has an empty branch, as a state without blocks is.
    """
    flat, unravel = ravel_pytree(start)

    def flat_sweep(point: Array, economy: Economy) -> tuple[Array, Array]:
        image, purse = sweep_and_purse(unravel(point), economy)
        return ravel_pytree(image)[0], purse

    found: Any = optx.fixed_point(flat_sweep, solver, flat, economy, has_aux=True, max_steps=most_steps,
                                  adjoint=_ADJOINT, throw=False)
    solution: optx.Solution[State, Array] = eqx.tree_at(lambda one: one.value, found, unravel(found.value))
    return solution


def together(step: Array, response: Float[Array, "country unknown unknown"]) -> Array:
    """The step with the unknowns of each country moved together (domestic.py); blocks' unknowns move as they would."""
    countries, unknowns, _unknowns = response.shape
    own, blocks = jnp.split(step, [unknowns * countries])
    moved = jnp.einsum("nab,bn->an", response, own.reshape(unknowns, countries).astype(response.dtype))
    return jnp.concatenate([moved.ravel().astype(step.dtype), blocks])


def by_country(step: Array, economy: Economy) -> Array:
    """The search's guide: each country as it responds in the base year."""
    return together(step, economy.domestic_response)


def strictness(economy: Economy) -> Float[Array, ""]:
    """The part of `TOLERANCE` that this economy's steepest demand needs."""
    return jnp.minimum(1.0, STEEP / jnp.max(economy.trade_elasticity))


class Attempt(NamedTuple):
    """Where an attempt ended."""

    state: State
    residual: Float[Array, ""]
    """Largest log change of a wage, price, expenditure, rent or block's unknown in one sweep."""
    steps: Int[Array, ""]
    purse: Float[Array, ""]
    """The smallest (I' - G') / Omega' of a country in the last sweep."""


@jax.jit
def accelerate(economy: Economy, start: State, mixing: float | Float[Array, ""],
               most_steps: int | Int[Array, ""], finer: float | Float[Array, ""] = 1.0) -> Attempt:
    """Anderson acceleration from `start`, of `most_steps` sweeps at the most, to the part `finer` of the tolerance."""
    solver = Anderson(rtol=0.0, atol=TOLERANCE, norm=optx.max_norm, mixing=jnp.asarray(mixing),
                      strictness=strictness(economy) * finer, patience=jnp.asarray(most_steps), guide=by_country)
    found = fixed_point(economy, start, solver, MOST_STEPS)
    return Attempt(found.value, found.stats["residual"], found.stats["num_steps"], found.aux)


@partial(jax.jit, static_argnames=("most_steps",))
def newton(economy: Economy, start: State, most_steps: int) -> Attempt:
    """Newton-Krylov on T(z) - z from `start`, by Jacobian products only."""
    linear = lx.GMRES(rtol=1e-8, atol=1e-13, restart=60, stagnation_iters=60)
    stop: Any = TOLERANCE * strictness(economy)
    found = fixed_point(economy, start, optx.Newton(rtol=0.0, atol=stop, linear_solver=linear), most_steps)
    moved = jax.tree.map(jnp.subtract, sweep(found.value, economy), found.value)
    return Attempt(found.value, optx.max_norm(moved), found.stats["num_steps"], found.aux)
