"""What there is to choose from: measures with their forms, built-in scenarios, variables."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from multipolar.catalogue import _
from multipolar.desk.answers import (
    FieldRow,
    FieldType,
    MeasureRow,
    Measures,
    ScenarioRow,
    Scenarios,
    VariableRow,
    Variables,
)
from multipolar.measures.brief import built_in_briefs, load_brief
from multipolar.measures.measure import Measure
from multipolar.measures.registry import KINDS, FieldDescription, describe_measures
from multipolar.measures.scenario import load_scenario
from multipolar.measures.yaml_file import built_in_scenarios
from multipolar.variables import all_variables

NOT_ON_A_PAGE = ("tariff_schedule",)
"""Kinds whose fields are files or large arrays."""

_FORMS: Mapping[str, FieldType] = {
    "countries": "countries", "two selectors of countries": "sides", "sectors": "sectors", "rails": "rails",
    "rate": "rate", "share": "rate", "factor": "rate", "number": "number", "year": "number",
    "true or false": "boolean"}
"""Type of a field as the listing of measures has it -> form; what is not here is text or nested data."""


@cache
def measures() -> Measures:
    """Every kind of measure with a form for each field."""
    return Measures(measures=[
        MeasureRow(kind=one.kind, summary=one.summary, example=_example(KINDS[one.kind]),
                   fields=[_field(field, KINDS[one.kind].model_json_schema()) for field in one.fields])
        for one in describe_measures() if one.kind not in NOT_ON_A_PAGE])


def _example(kind: type[Measure]) -> dict[str, Any]:
    """The example of the listing as a page would send it."""
    from ruamel.yaml import YAML

    fields = YAML(typ="safe", pure=True).load(kind.example)
    del fields["kind"]
    made = kind(**fields)
    return {"kind": made.kind} | made.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})


def _field(field: FieldDescription, schema: Mapping[str, Any]) -> FieldRow:
    stated = schema["properties"][field.name]
    choices = [str(choice) for choice in stated.get("enum", ())]
    kind: FieldType = "choice" if choices else _FORMS.get(field.type, "data")
    if kind == "data" and stated.get("type") == "string":
        kind = "text"
    return FieldRow(name=field.name, type=kind, unit=field.unit, required=field.required, default=field.default,
                    description=field.description, choices=choices)


@cache
def scenarios() -> Scenarios:
    """The built-in scenarios, each with the briefs that show it."""
    shown = {name: load_brief(name).scenarios for name in built_in_briefs()}
    rows = []
    for name in built_in_scenarios():
        scenario = load_scenario(name)
        rows.append(ScenarioRow(name=name, title=scenario.title, description=scenario.description,
                                briefs=[brief for brief, names in shown.items() if name in names]))
    return Scenarios(scenarios=rows)


@cache
def variables() -> Variables:
    """Every reported variable, as variables.csv has it."""
    return Variables(variables=[
        VariableRow(name=row.name, symbol=row.symbol, dimensions=list(row.dimensions), unit=row.unit, sign=row.sign,
                    kind=row.kind, description=_(row.description)) for row in all_variables().values()])
