"""Scenarios as the command line names them: built in, in a file, or measure by measure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.errors import ScenarioError, UnknownName

if TYPE_CHECKING:
    from multipolar.measures.measure import Measure
    from multipolar.measures.scenario import Scenario
    from multipolar.world.world import World

EXAMPLE = "kind: tariff, importer: USA, exporter: CHN, sector: all, rate: 40%"


def scenario_from(name: str | None, measures: Sequence[str]) -> "Scenario":
    """The scenario of that name, path or link with `measures` (YAML, one line each) on top; something must be given."""
    from multipolar.measures.link import is_link, read_link
    from multipolar.measures.scenario import Scenario, load_scenario

    if name is None and not measures:
        raise typer.BadParameter(_("name a scenario, or give a measure, for example --measure '{example}'.",
                                   example=EXAMPLE), param_hint="SCENARIO")
    if name is None:
        scenario = Scenario(name="command-line", title=_("Measures of the command line"))
    else:
        scenario = read_link(name).scenario if is_link(name) else load_scenario(name)
    extra = tuple(read_measure(text) for text in measures)
    return scenario.model_copy(update={"measures": (*scenario.measures, *extra)}) if extra else scenario


def say_differences(name: str | None, world: "World") -> None:
    """Where the scenario is a link, say why its maker may have seen other numbers."""
    from multipolar import __version__
    from multipolar.measures.link import is_link, read_link

    if name is not None and is_link(name):
        for sentence in read_link(name).differences(world, __version__):
            output.say(sentence)


def read_measure(text: str) -> "Measure":
    """One measure from a line of YAML, with or without the braces.

    Raises:
        ScenarioError: it is no mapping, or a field is wrong.
        UnknownName: there is no such kind of measure.
    """
    from multipolar.measures.registry import KINDS

    fields = _mapping(text)
    kind = fields.pop("kind", None)
    if kind is None:
        raise ScenarioError(_("--measure {text!r} has no kind; write for example {example!r}.", text=text,
                              example=EXAMPLE))
    if kind not in KINDS:
        raise UnknownName(str(kind), _("kind of measure"), KINDS)
    return KINDS[kind](**fields)


def _mapping(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from multipolar.measures.plain_yaml import plain, within_bounds

    line = text.strip()
    try:
        nodes = YAML(typ="safe", pure=True).load(within_bounds(line if line.startswith("{") else f"{{{line}}}"))
        data = plain(nodes, line)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ScenarioError(_("--measure {text!r} is not YAML ({reason}); write for example {example!r}.", text=text,
                              reason=reason, example=EXAMPLE)) from error
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise ScenarioError(_("--measure {text!r} holds no fields; write for example {example!r}.", text=text,
                              example=EXAMPLE))
    return data
