"""What the page is told of worlds, scenarios, briefs and runs, as OpenAPI describes it. Money in million USD."""

from typing import Any, Literal

from pydantic import BaseModel

State = Literal["warming", "ready", "failed"]
Number = float | None
"""A number that may be missing; missing is null, never zero."""


class Names(BaseModel):
    """A name in each language of the page."""

    en: str
    ar: str


class Status(BaseModel):
    """Whether the desk can answer yet."""

    state: State
    message: str
    version: str
    done: int
    of: int
    token_required: bool
    signed_in: bool


class WorldRow(BaseModel):
    """A world that the desk serves."""

    name: str
    year: int
    hash: str
    countries: int
    sectors: int


class Worlds(BaseModel):
    """The worlds that the desk serves."""

    default: str
    worlds: list[WorldRow]


class CountryRow(BaseModel):
    """An economy; `members` are the countries that an aggregate stands for."""

    code: str
    names: Names
    gdp: float
    trade_balance: float
    members: list[str]


class GroupRow(BaseModel):
    """A group of countries, with those members that the world has."""

    name: str
    names: Names
    members: list[str]


class SectorRow(BaseModel):
    """A sector and what all its industries sell."""

    code: str
    names: Names
    output: float


class SectorGroupRow(BaseModel):
    """A standard group of sectors, as codes of the world."""

    name: str
    description: str
    sectors: list[str]


class FuelRow(BaseModel):
    """A fuel with quantities."""

    name: str
    unit: str


class CorridorRow(BaseModel):
    """A pipeline or terminal, and what it carried in the base year."""

    name: str
    exporter: str
    importer: str
    sector: str
    flow: Number
    unit: str


class AssumptionRow(BaseModel):
    """A number that is assumed."""

    what: str
    value: str
    alternatives: str
    reason: str


class WorldData(BaseModel):
    """A world: its names, what it rests on, and what it cannot tell."""

    name: str
    year: int
    hash: str
    countries: list[CountryRow]
    groups: list[GroupRow]
    sectors: list[SectorRow]
    sector_groups: list[SectorGroupRow]
    rails: list[str]
    fuels: list[FuelRow]
    has_military: bool
    has_controlled: bool
    corridors: list[CorridorRow]
    sources: dict[str, str]
    assumptions: list[AssumptionRow]
    limits: list[str]


class VariableRow(BaseModel):
    """A reported variable."""

    name: str
    symbol: str
    dimensions: list[str]
    unit: str
    sign: str
    kind: str
    description: str


class Variables(BaseModel):
    """Every reported variable."""

    variables: list[VariableRow]


FieldType = Literal["countries", "sides", "sectors", "rails", "rate", "number", "text", "choice", "boolean", "data"]


class FieldRow(BaseModel):
    """A field of a measure, for a form; `data` is anything nested."""

    name: str
    type: FieldType
    unit: str
    required: bool
    default: Any
    description: str
    choices: list[str]


class MeasureRow(BaseModel):
    """A kind of measure."""

    kind: str
    summary: str
    example: dict[str, Any]
    fields: list[FieldRow]


class Measures(BaseModel):
    """Every kind of measure that a page can make."""

    measures: list[MeasureRow]


class ScenarioRow(BaseModel):
    """A built-in scenario, and the briefs that have it."""

    name: str
    title: str
    description: str
    briefs: list[str]


class Scenarios(BaseModel):
    """The built-in scenarios."""

    scenarios: list[ScenarioRow]


class ScenarioAnswer(BaseModel):
    """A scenario with what it extends written out."""

    scenario: dict[str, Any]


class BriefRow(BaseModel):
    """A built-in brief."""

    name: str
    title: str


class Briefs(BaseModel):
    """The built-in briefs."""

    briefs: list[BriefRow]


class BriefEconomy(BaseModel):
    """A row of a brief."""

    key: str
    name: str
    names: Names


class BriefCell(BaseModel):
    """What a scenario does to an economy; `other_percent` is the second horizon's."""

    percent: float
    other_percent: Number
    billions: float
    headline: str
    flagged: bool


class Extreme(BaseModel):
    """A country that gains or loses most."""

    name: str
    percent: float


class WorldCell(BaseModel):
    """What a scenario does to the world."""

    percent: float
    billions: float


class BriefScenario(BaseModel):
    """A scenario of a brief; `reason` says why it has no answer. No cells while it is not solved yet."""

    name: str
    title: str
    description: str
    reason: str
    cells: list[BriefCell | None]
    winners: list[Extreme]
    losers: list[Extreme]
    world: WorldCell | None


class BriefData(BaseModel):
    """A brief, as far as it is solved."""

    state: Literal["computing", "ready", "failed"]
    done: int
    of: int
    message: str
    name: str
    title: str
    introduction: str
    caution: str
    economies: list[BriefEconomy]
    scenarios: list[BriefScenario]


class Reproduce(BaseModel):
    """How to have the same numbers without the page."""

    command: str
    python: str
    yaml: str


class LinkAnswer(BaseModel):
    """What a link holds, and why numbers may differ from those its maker saw."""

    scenario: dict[str, Any]
    world: str
    same_version: bool
    notes: list[str]


class Run(BaseModel):
    """A saved scenario."""

    hash: str
    name: str
    title: str
    world: str
    version: str
    saved: str
    same_version: bool


class Runs(BaseModel):
    """Saved scenarios, newest first."""

    runs: list[Run]


class RunAnswer(BaseModel):
    """A saved scenario, to open."""

    run: Run
    scenario: dict[str, Any]


class Problem(BaseModel):
    """Something wrong in a text."""

    line: int
    column: int
    message: str


class Fault(BaseModel):
    """What was refused, why, and what would be right."""

    kind: str
    message: str
    nearest: list[str] = []
    closures: list[str] = []
    problems: list[Problem] = []
    measure: int | None = None


class Refusal(BaseModel):
    """The answer to every request that cannot be answered."""

    error: Fault
