"""The search for an equilibrium: what is tried, in which order, before an answer is refused.

Accelerated sweeps first; the same with short steps; Newton-Krylov; then a path from an economy that is easy to solve
(the measures' size, then deficits and transfers, grow from nothing). Nothing here is tuned to a case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from multipolar.equilibrium.economy import cut, pad, padded_size, resting_state
from multipolar.equilibrium.equations import Economy, State
from multipolar.equilibrium.solver import TOLERANCE, accelerate, newton, smallest_purse
from multipolar.world.tables import FloatArray

QUICK_SWEEPS = 250
PATIENT_SWEEPS = 3000
SHORT_MIXING = 0.25
NEWTON_STEPS = 30
SMALLEST_ADVANCE = 1e-4
"""The path ends where it cannot advance by this part of the whole."""

RUNAWAY_WAGE = 15.0
"""A log wage change beyond this is no price a market finds, but a ray along which there is none."""

EMPTY_PURSE = 0.05
"""Spending below this part of factor income, and falling, is a budget that cannot be met."""


@dataclass(frozen=True)
class Found:
    """Where a search ended. `status` is solved, unpayable, wage ray or failed; `reached` is the part of the path."""

    state: State
    residual: float
    iterations: int
    method: str
    status: str = "solved"
    reached: float = 1.0


def search(economy: Economy, base: Callable[[], Economy]) -> Found:
    """An equilibrium of `economy`; `base` makes the same economy with base-year trade costs, if a path is needed.

    Arrays are NumPy and unpadded; so is the state returned. JAX works in float64 inside this call only.
    """
    countries, sectors = len(economy.factor_income), len(economy.trade_elasticity)
    size = padded_size(countries, sectors)
    with jax.enable_x64(True):
        found = _attempt(pad(economy, *size), lambda: pad(base(), *size))
    return Found(cut(found.state, countries, sectors), found.residual, found.iterations, found.method, found.status,
                 found.reached)


def _attempt(economy: Economy, base: Callable[[], Economy]) -> Found:
    """Direct attempts, then the path."""
    start = resting_state(len(economy.factor_income), len(economy.trade_elasticity))
    found = _direct(economy, start)
    if found.status == "solved":
        return found
    return _path(economy, base(), start, found.iterations)


def _direct(economy: Economy, start: State, patient: bool = True) -> Found:
    """Accelerated sweeps from `start`; if they fail, with short steps; then Newton-Krylov from the best point."""
    found = _found(accelerate(economy, start, 1.0, most_steps=QUICK_SWEEPS), "Anderson", 0)
    if found.status == "solved" or not patient:
        return found
    slow = _found(accelerate(economy, start, SHORT_MIXING, most_steps=PATIENT_SWEEPS), "Anderson, short steps",
                  found.iterations)
    if slow.status == "solved":
        return slow
    best = min(found, slow, key=lambda attempt: attempt.residual)
    return _found(newton(economy, best.state, most_steps=NEWTON_STEPS), "Newton-Krylov", slow.iterations)


def _found(result: tuple[State, Any, Any], method: str, before: int) -> Found:
    state, residual, steps = result
    size = float(residual)
    solved = size < TOLERANCE * (1 if method != "Newton-Krylov" else 10)
    return Found(state, size if np.isfinite(size) else np.inf, before + int(steps), method,
                 "solved" if solved else "failed")


def _path(economy: Economy, base: Economy, start: State, iterations: int) -> Found:
    """Follow the solution while the measures grow, without deficits; then while deficits and transfers grow."""
    measures = _follow(lambda part: _eased(economy, base, part, 0.0), start, iterations, "continuation in measures")
    if measures.status != "solved":
        return measures
    return _follow(lambda part: _eased(economy, base, 1.0, part), measures.state, measures.iterations,
                   "continuation in deficits")


def _follow(economy_at: Callable[[float], Economy], state: State, iterations: int, method: str) -> Found:
    """Advance from part 0 to part 1, halving the step where a solve fails and doubling it where one succeeds."""
    reached, advance = -1.0, 1.0
    part, purse = 0.0, [np.inf]
    while True:
        found = _direct(economy_at(part), state, patient=advance < 0.1)
        iterations += found.iterations
        if found.status == "solved":
            state, reached = found.state, part
            purse.append(float(smallest_purse(economy_at(part), state)))
            if reached >= 1.0:
                return Found(state, found.residual, iterations, method)
            advance = min(2 * advance, 0.5)
        else:
            advance /= 2
            if reached < 0 or advance < SMALLEST_ADVANCE:
                return Found(state, found.residual, iterations, method, _ending(found.state, state, purse),
                             max(reached, 0.0))
        part = min(1.0, reached + advance)


def _ending(last: State, best: State, purse: list[float]) -> str:
    """Why a path stopped."""
    if purse[-1] < EMPTY_PURSE and purse[-1] <= purse[-2]:
        return "unpayable"
    wages = np.concatenate([np.abs(np.asarray(last.log_wage)), np.abs(np.asarray(best.log_wage))])
    return "wage ray" if np.nanmax(wages) > RUNAWAY_WAGE else "failed"


def _eased(economy: Economy, base: Economy, measures: float, money: float) -> Economy:
    """The economy with costs at `measures` of their way (geometrically) and deficits at `money` of theirs.

    Closed flows are closed from the start: a ban is not a large number. Flows that the base year lacks are open.
    """
    return economy._replace(
        kernel=_between(base.kernel, economy.kernel, measures),
        net_kernel=_between(base.net_kernel, economy.net_kernel, measures),
        log_productivity=np.asarray(economy.log_productivity) * measures,
        fixed_deficit=np.asarray(economy.fixed_deficit) * money,
        deficit_rate=np.asarray(economy.deficit_rate) * money,
        transfers=np.asarray(economy.transfers) * money,
    )


def _between(base: Any, target: Any, part: float) -> FloatArray:
    """target^part base^(1 - part) on the support of the target."""
    base, target = np.asarray(base), np.asarray(target)
    ratio = np.divide(base, target, out=np.ones_like(target), where=(target > 0) & (base > 0))
    blended: FloatArray = target * ratio ** (1 - part)
    return blended
