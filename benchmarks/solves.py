"""One world: the compiled solve, the whole of `mp.solve`, and the machine's limit, timed in turn."""

import time
from dataclasses import dataclass

import jax
import numpy as np

import multipolar as mp
from benchmarks.timing import Times, in_turn
from benchmarks.worlds import Case, measure
from multipolar.equilibrium.economy import assemble, base_year, kernels, resting_state
from multipolar.equilibrium.equations import Economy
from multipolar.equilibrium.search import QUICK_SWEEPS
from multipolar.equilibrium.solve import pose
from multipolar.equilibrium.solver import accelerate
from multipolar.measures.scenario import Sourcing

LIMIT_SWEEPS = 35
"""The limit is this many passes, however many sweeps a solve takes."""


@dataclass(frozen=True)
class Row:
    """What was measured on one world; a skipped one has only its reason."""

    name: str
    size: str = ""
    skipped: str = ""
    sweeps: int = 0
    residual: float = 0.0
    first_call: float = 0.0
    compiled: Times | None = None
    whole: Times | None = None
    limit: Times | None = None
    mark: str = ""

    @property
    def ratio(self) -> float | None:
        """The compiled solve in units of the limit."""
        return self.compiled.median / self.limit.median if self.compiled and self.limit else None

    @property
    def extra(self) -> float | None:
        """Milliseconds that `mp.solve` takes beyond the compiled solve."""
        return self.whole.median - self.compiled.median if self.whole and self.compiled else None


def timed(case: Case, rounds: int, runs: int) -> Row:
    """The case solved from a cold start (z = 0), the program compiled beforehand."""
    world = case.make()
    scenario = measure(world)
    started = time.perf_counter()
    outcome = mp.solve(world, scenario)
    first_call = time.perf_counter() - started
    times = in_turn({
        "compiled": compiled_solve(world, scenario),
        "whole": lambda: mp.solve(world, scenario),
        "limit": limit_of(world),
    }, rounds, runs)
    limit = times["limit"]
    return Row(case.name, f"{len(world.countries)} × {len(world.sectors)}", "", outcome.certificate.iterations,
               outcome.certificate.residual, first_call, times["compiled"], times["whole"],
               Times(LIMIT_SWEEPS * limit.median, LIMIT_SWEEPS * limit.least, limit.runs), case.mark)


def compiled_solve(world: mp.World, scenario: mp.Scenario):
    """The compiled program alone, from arrays that JAX already holds, waited for."""
    with jax.enable_x64(True):
        economy: Economy = jax.tree.map(jax.numpy.asarray, economy_of(world, scenario))
        start = jax.tree.map(jax.numpy.asarray, resting_state(economy))

    def solve() -> None:
        with jax.enable_x64(True):
            jax.block_until_ready(accelerate(economy, start, 1.0, most_steps=QUICK_SWEEPS))

    return solve


def economy_of(world: mp.World, scenario: mp.Scenario, sourcing: Sourcing = "common") -> Economy:
    """What is solved, in a scenario that shuts nothing."""
    posed = pose(world, scenario, "fixed", sourcing=sourcing)
    base, policy = posed.base, posed.policy
    return assemble(base, policy, "fixed", *kernels(base, policy), base_year(base).spending.transpose(0, 2, 1) > 0,
                    base.tables.output > 0, np.zeros(len(base.countries), dtype=np.int64))


def limit_of(world: mp.World):
    """One NumPy matmul pass over each array that a sweep must read.

    The kernel twice (prices, output), once more with tariffs (revenue), the input shares twice (costs, purchases).
    """
    economy = economy_of(world, measure(world))
    kernel, net, shares = economy.kernel[0], economy.net_kernel[0], economy.input_shares
    vector, prices = np.ones(kernel.shape[:2]), np.ones(shares.shape[:2])

    def one_pass() -> None:
        np.matmul(kernel, vector[:, :, None])
        np.matmul(vector[:, None, :], kernel)
        np.matmul(net, vector[:, :, None])
        np.matmul(shares, prices[:, :, None])
        np.matmul(prices[:, None, :], shares)

    return one_pass
