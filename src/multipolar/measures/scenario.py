"""A scenario: measures, how deficits and time are closed, and the words and sources that go with them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, Discriminator, Field, SerializeAsAny, Tag, ValidationInfo, field_validator

from multipolar.catalogue import _
from multipolar.errors import MultipolarError, ScenarioError
from multipolar.files import whole_file
from multipolar.measures.combine import Policy, combine
from multipolar.measures.frozen import Frozen
from multipolar.measures.measure import Measure
from multipolar.measures.messages import Location
from multipolar.measures.registry import IN_PYTHON, KINDS, AnyMeasure

if TYPE_CHECKING:
    from multipolar.world.world import World

SCHEMA_VERSION = 1
LONGEST_LIST = 5_000
"""Measures, or notes, of one scenario."""
Deficits = Literal["fixed", "zero", "proportional"]
Horizon = Literal["long", "short"]
Sourcing = Literal["common", "by-use"]


class Closure(Frozen):
    """What happens to trade deficits, and how much time there is to adapt."""

    deficits: Deficits = Field(default="fixed", description="fixed: as in the base year, in units of world factor "
                               "income; zero: none, before or after; proportional: a constant share of each country's "
                               "factor income, so that a country that is cut off has none.")
    horizon: Horizon = Field(default="long", description="long: everything adapts; short: about a year.")
    sourcing: Sourcing = Field(default="common", description="common: all users of a good in a country buy it from the "
                               "same partners; by-use: each industry and final users from their own, on worlds that "
                               "record them.")


class Note(Frozen):
    """A remark for the reader, with the source of what it says."""

    text: str
    source: str = ""


def _baseline_tag(value: Any) -> str:
    if value is None:
        return "without"
    return "written out" if isinstance(value, Mapping | BaseModel) else "by name"


class Scenario(Frozen):
    """Measures and how the model is closed; frozen.

    `extends` starts from another scenario: its measures and notes come first, its other fields hold unless given
    here. `baseline` is the scenario that results are relative to, in place of the base year.
    """

    version: Literal[1] = Field(default=1, description="Version of this schema.")
    name: str = Field(default="unnamed", min_length=1, description="Short name, for files and the command line.")
    title: str = Field(default="", description="One line for headings.")
    description: str = Field(default="", description="What happens, in a few sentences.")
    extends: str | None = Field(default=None, description="Built-in scenario, or a path relative to this file, to "
                                "start from.")
    baseline: Annotated[
        "Annotated[str, Tag('by name')] | Annotated[Scenario, Tag('written out')] | Annotated[None, Tag('without')]",
        Discriminator(_baseline_tag)] = Field(default=None, description="Built-in scenario or path that results are "
                                              "relative to; the base year where it is left out.")
    closure: Closure = Closure()
    coarse: bool = Field(default=False, description="Take the whole of a sector of which a sector group is only a "
                         "part.")
    measures: tuple[SerializeAsAny[AnyMeasure], ...] = ()
    notes: tuple[Note, ...] = ()

    union_tags: ClassVar[tuple[str, ...]] = (*KINDS, IN_PYTHON, "without", "written out", "by name")

    @classmethod
    def fields_at(cls, location: Location) -> Sequence[str]:
        """Names of the fields of the scenario, its closure, a note, or a measure, whose kind is in the location."""
        if location[:2] == ("baseline", "written out"):
            return cls.fields_at(location[2:])
        if len(location) >= 3 and location[0] == "measures" and location[2] in KINDS:
            return list(KINDS[str(location[2])].model_fields)
        models: dict[Any, type[BaseModel]] = {"closure": Closure, "notes": Note}
        return list(models.get(location[0] if location else None, cls).model_fields)

    @field_validator("extends", "baseline", mode="after")
    @classmethod
    def _built_in_where_closed(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str) and (info.context or {}).get("closed"):
            load_scenario(_no_path(value))
        return value

    @field_validator("measures", "notes", mode="before")
    @classmethod
    def _sequence(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, list | tuple):
            raise ScenarioError(_("{field} must be a list.", field=info.field_name))
        if len(value) > LONGEST_LIST:
            raise ScenarioError(_("{field} has {number:,} entries; at most {most:,} are read. Name groups of countries "
                                  "and sectors in place of single ones.", field=info.field_name, number=len(value),
                                  most=LONGEST_LIST))
        return value

    def resolved(self, folder: Path | str = ".") -> "Scenario":
        """This scenario with what it extends written out; paths are relative to `folder`.

        Raises:
            ScenarioError, UnknownName: what it extends does not exist, is wrong, or extends this one in a circle.
        """
        from multipolar.measures.yaml_file import resolve  # which reads files of scenarios, so builds on this module
        return resolve(self, Path(folder))

    def baseline_scenario(self) -> "Scenario | None":
        """The resolved scenario that results are relative to, or None for the base year."""
        return load_scenario(self.baseline) if isinstance(self.baseline, str) else self.baseline

    def reshape(self, world: "World") -> "World":
        """Door 1: `world` as the measures need it, each acting on what the one before made of it.

        Sectors that the baseline's measures divide are divided here too, since changes from one year to another by
        sector need the same sectors in both.
        """
        for number, measure in enumerate(self.resolved().measures, start=1):
            with _named(number, measure):
                world = measure.reshape(world)
        baseline = self.baseline_scenario()
        return world if baseline is None else baseline.divide(world)

    def divide(self, world: "World") -> "World":
        """`world` with the sectors divided that the measures divide, and nothing else: it answers as before."""
        for measure in self.resolved().measures:
            world = measure.reshape(world) if measure.divides else world
        return world

    def policy(self, world: "World") -> Policy:
        """Door 2: what the measures together do to `world`, which is already reshaped.

        Raises:
            ScenarioError: measures contradict each other or the world.
            UnknownName: the world has no such country or sector. Both carry a note that names the measure.
        """
        scenario = self.resolved()
        lowered = []
        for number, measure in enumerate(scenario.measures, start=1):
            with _named(number, measure):
                lowered.append(measure.lower(world, coarse=scenario.coarse))
        return combine(world, lowered)

    def hash(self, world: "World", *, made: "tuple[World, Policy] | None" = None) -> str:
        """SHA-256 (hex) over schema version, names, closure and the policy's arrays, groups resolved first.

        Two scenarios that do the same to this world have the same hash, whatever they are called. What was already
        `made` of this scenario on this world, the reshaped world and the policy, saves making it again.
        """
        scenario = self.resolved()
        reshaped = scenario.reshape(world) if made is None else made[0]
        digest = hashlib.sha256()
        baseline = scenario.baseline_scenario()
        policy = scenario.policy(reshaped) if made is None else made[1]
        heading = [f"multipolar scenario {SCHEMA_VERSION}", *reshaped.countries, "|", *reshaped.sectors, "|",
                   scenario.closure.deficits, scenario.closure.horizon, scenario.closure.sourcing,
                   baseline.hash(world) if baseline else ""]
        digest.update("\0".join(heading).encode())
        for name, array in policy.arrays():
            digest.update(f"\0{name}{array.shape}".encode())
            kind = "<f8" if array.dtype == np.float64 else "<i8"
            digest.update(np.ascontiguousarray(array, dtype=kind).tobytes())
        return digest.hexdigest()

    def to_yaml(self) -> str:
        """The scenario as YAML text, which loads back to an equal scenario."""
        from multipolar.measures.yaml_file import dump
        return dump(self)

    def save(self, path: Path | str) -> Path:
        """Write the scenario as YAML to `path`, whole or not at all, and return it."""
        path = Path(path)
        with whole_file(path) as temporary:
            temporary.write_text(self.to_yaml(), encoding="utf-8")
        return path


@contextmanager
def _named(number: int, measure: Measure) -> Iterator[None]:
    """An error carries the number of the measure it is of, and a note that names it."""
    try:
        yield
    except MultipolarError as error:
        error.measure = number
        error.add_note(_("In measure {number}, {label}.", number=number, label=measure.label))
        raise


def load_scenario(name: str | Path) -> Scenario:
    """A built-in scenario by name, or one from a YAML file, with what it extends written out.

    Raises:
        UnknownName: there is no built-in scenario of this name; proposes the nearest.
        ScenarioError: the file is missing or wrong: ``FILE:line:column: sentence``, one line for each problem.
    """
    from multipolar.measures.yaml_file import load
    return load(name)


def _no_path(name: str) -> str:
    """A name that means no file, for scenarios that come from elsewhere."""
    from multipolar.measures.yaml_file import looks_like_path
    if looks_like_path(name):
        raise ScenarioError(_("{name!r} is a path, and no file is read for a scenario that comes from elsewhere; name "
                              "a built-in scenario, or write it out.", name=name))
    return name


def extended(scenario: Scenario, base: Scenario) -> Scenario:
    """`scenario` on top of `base`: measures and notes appended, fields given here override, closure field by field."""
    given = scenario.model_fields_set
    fields: dict[str, Any] = {
        name: getattr(scenario if name in given else base, name) for name in Scenario.model_fields}
    closure = {name: getattr(scenario.closure, name) for name in scenario.closure.model_fields_set}
    fields.update(
        name=scenario.name, extends=None, closure=base.closure.model_copy(update=closure),
        measures=base.measures + scenario.measures, notes=base.notes + scenario.notes)
    return Scenario.model_construct(_fields_set=set(given | base.model_fields_set) - {"extends"}, **fields)


def scenario_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a scenario file."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["required"] = ["version"]
    for definition in schema["$defs"].values():
        if "const" in definition.get("properties", {}).get("kind", {}):
            definition["required"] = ["kind", *definition.get("required", [])]
    return schema
