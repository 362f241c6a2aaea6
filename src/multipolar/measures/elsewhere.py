"""Scenarios that come from elsewhere: a page, a link, somebody's file. They may name what is built in, and no file."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.messages import Location, joined
from multipolar.measures.scenario import Scenario

MOST_MEASURES = 200
LONGEST = 200_000
"""Characters of JSON: a hundred times what a scenario needs, and still read in a moment."""
DEEPEST = 24


class MalformedScenario(ScenarioError):
    """Data that is no scenario. `problems` has every fault: where in the data it is, and a sentence."""

    def __init__(self, problems: list[tuple[Location, str]]) -> None:
        self.problems = problems
        super().__init__(joined(problems, "scenario"))


def scenario_from_data(data: Any) -> Scenario:
    """The scenario that plain data (of JSON) describe, with what it extends written out.

    Raises:
        MalformedScenario: a field is wrong, a file is named, or there is too much of it.
        UnknownName: what it extends or is compared with is not built in.
    """
    _check_size(data)
    try:
        return Scenario.model_validate(data, context={"closed": True}).resolved()
    except ValidationError as error:
        raise MalformedScenario(Scenario.problems(error)) from error


def plain_data(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data that `scenario_from_data` takes: fields at their defaults left out, kinds kept."""
    from multipolar.measures.yaml_file import scenario_fields
    return {"version": scenario.version} | scenario_fields(scenario)


def _check_size(data: Any) -> None:
    if not isinstance(data, Mapping):
        raise MalformedScenario([((), _("it is no mapping of fields; give for example version, name and measures."))])
    if _depth(data) > DEEPEST:
        raise MalformedScenario([((), _("it is nested deeper than {depth} levels.", depth=DEEPEST))])
    measures = data.get("measures")
    if isinstance(measures, list) and len(measures) > MOST_MEASURES:
        raise MalformedScenario([(("measures",), _("there are {number} measures; {most} is the most.",
                                                   number=len(measures), most=MOST_MEASURES))])
    length = len(json.dumps(data, default=str))
    if length > LONGEST:
        raise MalformedScenario([((), _("it has {length:,} characters; {most:,} is the most.", length=length,
                                        most=LONGEST))])


def _depth(data: Any) -> int:
    """How deeply mappings and lists are nested, counted without recursion: what comes from elsewhere may be deep."""
    level, depth = [data], 0
    while level:
        level = [inner for one in level if isinstance(one, Mapping | list)
                 for inner in (one.values() if isinstance(one, Mapping) else one)]
        depth += 1
        if depth > DEEPEST:
            break
    return depth
