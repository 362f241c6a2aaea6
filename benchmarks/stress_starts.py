"""Where elasticities below one allow several equilibria: does the package's own search end in one from any start?"""

from collections import Counter

import numpy as np

import multipolar as mp
from benchmarks.stress_worlds import Case
from multipolar.equilibrium.search import search_from
from multipolar.equilibrium.solve import _certified, _errors, _levels, find, pose

STARTS = 5
SPREAD = 3.0
"""Standard deviation of the log wages that it starts from."""
APART = 1e-6
"""Log changes of a wage by which equilibria differ."""


def may_be_several(case: Case) -> bool:
    """Whether anything has an elasticity below one: among final goods, inputs, or value added and materials."""
    own = pose(case.world, case.scenario).base.parameters
    return min(own.value_added_elasticity, own.input_elasticity, own.final_demand_elasticity) < 1


def from_random_starts(case: Case) -> Counter:
    """How many of `STARTS` random starts end in the answer ("agree"), in another equilibrium ("other"), or nowhere."""
    posed = pose(case.world, case.scenario)
    rule = posed.scenario.closure.deficits
    answer = find(posed.base, posed.policy, rule)
    draw, ends = np.random.default_rng([case.seed, STARTS]), Counter[str]()
    for _start in range(STARTS):
        found = search_from(answer.economy, draw.normal(0.0, SPREAD, len(case.world.countries)))
        if found.status != "solved":
            ends["nowhere"] += 1
            continue
        levels = _levels(posed.base, posed.policy, rule, answer.economy, answer.existence, found.state)
        try:
            _certified(levels, _errors(levels, answer.economy, found.state), answer.economy, answer.existence, found)
        except mp.NotConverged:
            ends["nowhere"] += 1
            continue
        apart = float(np.abs(found.state.log_wage - answer.state.log_wage).max())
        ends["other" if apart > APART else "agree"] += 1
    return ends
