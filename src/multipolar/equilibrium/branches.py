"""Both branches of a secondary sanction, and what each is worth to every side."""

from collections.abc import Mapping

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcomes
from multipolar.equilibrium.solve import solve_many
from multipolar.errors import ScenarioError
from multipolar.measures.scenario import Deficits, Horizon, Scenario, Sourcing
from multipolar.measures.secondary import SecondarySanctions
from multipolar.world.world import World

BRANCHES: Mapping[str, Mapping[str, object]] = {
    "comply": {"answer": "comply", "carried_out": False},
    "choose": {"answer": "choose", "carried_out": False},
    "defy": {"answer": "defy", "carried_out": False},
    "choose, carried out": {"answer": "choose", "carried_out": True},
    "defy, carried out": {"answer": "defy", "carried_out": True},
}
"""What those who are threatened do, and whether those who do not comply lose the coalition's business."""


def secondary_branches(world: World, scenario: Scenario, *, deficits: Deficits | None = None,
                       horizon: Horizon | None = None, sourcing: Sourcing | None = None) -> Outcomes:
    """A scenario with secondary sanctions in each of its branches, named in `BRANCHES`; refusals are rows.

    Real income and equivalent variation in each, by country, say what it is worth to the target, the third country
    and the coalition. Arguments are those of `solve`.

    Raises:
        ScenarioError: the scenario has no secondary sanction.
    """
    scenario = scenario.resolved()
    if not any(isinstance(measure, SecondarySanctions) for measure in scenario.measures):
        raise ScenarioError(_("{scenario} has no secondary_sanctions, so that there is nothing to comply with or to "
                              "defy.", scenario=scenario.name))
    variants = []
    for name, fields in BRANCHES.items():
        measures = tuple(measure.model_copy(update=dict(fields)) if isinstance(measure, SecondarySanctions) else measure
                         for measure in scenario.measures)
        variants.append(scenario.model_copy(update={"name": name, "measures": measures}))
    return solve_many(world, variants, on_error="record", deficits=deficits, horizon=horizon, sourcing=sourcing)
