"""One linear solve around a fixed point: u = T_z u + g forwards, or with T_z transposed; never a Jacobian.

The solver's own acceleration does it, as T_z is nearly a contraction; GMRES where that ends short. The residual of the
equation itself is returned with every answer and decides whether it is one.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import lineax as lx
import numpy as np
import optimistix as optx
from jax.flatten_util import ravel_pytree
from jaxtyping import Array

from multipolar.catalogue import _
from multipolar.equilibrium.equations import State
from multipolar.equilibrium.solver import Anderson, together
from multipolar.errors import NotConverged

STOP = 1e-13
"""Largest residual of the scaled equation at which acceleration stops."""

ACCEPTED = 1e-10
"""Largest residual, relative to the largest element of what is given or found, that makes an answer."""

SMALLEST = 1e-300
"""Where nothing is given, nothing is found: this only avoids a division by zero."""

MOST_STEPS = 200
RESTART = 60
MOST_RESTARTS = 20

Product = Callable[[State], State]
"""u -> T_z u, or the transposed."""


def by_acceleration(product: Product, given: State, response: Array) -> tuple[State, Array]:
    """Anderson acceleration of u -> product(u) + given: the solution and its relative residual.

    `response` (country, unknown, unknown) is what moves a country's unknowns together, transposed where T_z is.
    """
    # The accelerator bounds the length of a step: small numbers never meet that bound.
    scale = jnp.maximum(optx.max_norm(given), SMALLEST) * 1e3
    scaled = jax.tree.map(lambda part: part / scale, given)
    solver = Anderson(rtol=0.0, atol=STOP * 1e-3, norm=optx.max_norm, mixing=jnp.asarray(1.0),
                      strictness=jnp.asarray(1.0), guide=together)

    def image(unknown: State, _response: Array) -> State:
        moved: State = jax.tree.map(jnp.add, product(unknown), scaled)
        return moved

    found: optx.Solution[State, None] = optx.fixed_point(image, solver, scaled, response, max_steps=MOST_STEPS,
                                                         throw=False)
    # The accelerator's own residual is that of the point it returns: another product would only be compiled once more.
    return (jax.tree.map(lambda part: part * scale, found.value),
            found.stats["residual"] / _size(scaled, found.value))


def by_gmres(product: Product, given: State, _response: Array) -> tuple[State, Array]:
    """GMRES on u - product(u) = given: the solution and its relative residual."""
    scale = jnp.maximum(optx.max_norm(given), SMALLEST)
    flat, whole = ravel_pytree(given)
    operator = lx.FunctionLinearOperator(
        lambda unknown: unknown - ravel_pytree(product(whole(unknown)))[0], jax.eval_shape(lambda: flat))
    method = lx.GMRES(rtol=0.0, atol=1e2 * STOP, restart=RESTART, max_steps=MOST_RESTARTS)
    answer: State = whole(scale * lx.linear_solve(operator, flat / scale, method, throw=False).value)
    misfit = jax.tree.map(lambda image, part, unknown: image + part - unknown, product(answer), given, answer)
    return answer, optx.max_norm(misfit) / _size(given, answer)


def _size(given: State, answer: State) -> Array:
    """The largest element of g and u, which a residual is relative to."""
    size: Array = jnp.maximum(jnp.maximum(optx.max_norm(given), optx.max_norm(answer)), SMALLEST)
    return size


Method = Callable[[Product, State, Array], tuple[State, Array]]

METHODS: tuple[Method, ...] = (by_acceleration, by_gmres)


def solved(attempt: Callable[[Method], tuple[Any, Any]]) -> Any:
    """The first answer of `attempt(method)` whose residual is accepted.

    Raises:
        NotConverged: neither method reached it; the equilibrium is where it bends back, or nearly so.
    """
    for method in METHODS:
        answer, residual = attempt(method)
        worst = float(np.max(np.asarray(residual)))
        if worst <= ACCEPTED:
            return answer
    raise NotConverged(_(
        "The derivative did not converge: the linear equation holds only to {residual:.1e}, and must hold to "
        "{tolerance:.0e}. The equilibrium is near a point where it ceases to exist or to be unique; nothing is "
        "reported.", residual=worst, tolerance=ACCEPTED))
