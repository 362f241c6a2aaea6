"""A brief as data: which scenarios, in which order, for which economies, under which words."""

from functools import cache
from pathlib import Path

from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, field_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError, UnknownName
from multipolar.measures.frozen import Frozen
from multipolar.measures.scenario import Deficits, Horizon, Scenario
from multipolar.measures.yaml_file import LIBRARY, load, looks_like_path, problem_line, read_document


class EnergyQuestion(Frozen):
    """What a brief asks of fuels: where they go, what the seller's budget loses, what the buyer pays."""

    fuels: tuple[str, ...] = Field(min_length=1, description="Fuels with quantities in the world: oil, gas, coal.")
    seller: str = Field(default="RUS", description="Whose exports and budget are looked at.")
    buyer: str = Field(default="CHN", description="Whose price of gas is looked at.")
    others: tuple[str, ...] = Field(default=(), description="Other sellers to name in the drawing.")
    nuclear: bool = Field(default=False, description="Whether to say what a ban on Russian enriched uranium costs.")
    lifeline: tuple[str, ...] = Field(default=(), max_length=2, description="Two scenarios of the brief: a loss, and "
                                      "the same where the seller has another outlet.")


class Brief(Frozen):
    """One table of several scenarios: its words, its rows and what stands beside. Written in library/briefs/*.yaml."""

    version: int = Field(default=1, ge=1, le=1)
    name: str = Field(min_length=1)
    title: str
    introduction: str = Field(default="", description="A paragraph above the table.")
    caution: str = Field(default="", description="What the reader must know of every number, below the table.")
    world: str = Field(default="reference-2023", description="The world it is made for, unless another is asked for.")
    scenarios: tuple[str, ...] = Field(min_length=1, description="Built-in names or paths, in the order of the table.")
    rows: tuple[str, ...] = Field(min_length=1, description="Countries or groups with a row of their own.")
    extremes: int = Field(default=3, ge=0, description="How many of the biggest winners and losers to add.")
    channels: int = Field(default=3, ge=0, description="How many of the largest channels to name for each row.")
    beside: Deficits | None = Field(default=None, description="A second deficit rule to show beside each scenario's.")
    horizons: tuple[Horizon, ...] = Field(default=("long", "short"), min_length=1, max_length=2, description="How much "
                                          "time there is to adapt: the first makes the table, the second stands beside "
                                          "it. Scenarios' own horizons do not count.")
    flag_points: float = Field(default=0.5, gt=0, description="Flag rows where the two rules differ by more, in "
                               "percentage points of real income.")

    energy: EnergyQuestion | None = Field(default=None, description="What to say about fuels, if anything.")
    settlement: bool = Field(default=False, description="Whether to show settlement shares before and after, what "
                             "settling costs, and trade lost and moved.")

    war: bool = Field(default=False, description="Whether to show the means of war of who fights and who gives arms, "
                      "and where controlled goods go.")

    minerals: bool = Field(default=False, description="Whether to say who depends on China for rare earths, gallium "
                           "and germanium.")

    _folder: Path = PrivateAttr(default=Path("."))

    @field_validator("scenarios", "horizons", mode="after")
    @classmethod
    def _once(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ScenarioError(_("{field} lists {name!r} twice.", field=info.field_name, name=twice))
        return names

    def load_scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios in the order of the table; paths start from the folder of the brief's own file."""
        return tuple(load(name, self._folder) for name in self.scenarios)


@cache
def _briefs() -> dict[str, Path]:
    return {path.stem: path for path in sorted((LIBRARY / "briefs").glob("*.yaml"))}


def built_in_briefs() -> tuple[str, ...]:
    """Names of the briefs that come with the package."""
    return tuple(_briefs())


def load_brief(name: str | Path) -> Brief:
    """A built-in brief by name, or one from a YAML file.

    Raises:
        UnknownName: there is no built-in brief of this name; proposes the nearest.
        ScenarioError: the file is missing or wrong: ``FILE:line:column: sentence``, one line for each problem.
    """
    if looks_like_path(name):
        path = Path(name)
        if not path.is_file():
            raise ScenarioError(_("there is no brief file {path}.", path=str(path)))
    elif str(name) in _briefs():
        path = _briefs()[str(name)]
    else:
        raise UnknownName(str(name), _("brief"), _briefs())
    document = read_document(path)
    try:
        brief: Brief = Brief.model_validate({"name": path.stem, **document.data})
    except ValidationError as error:
        raise ScenarioError("\n".join(problem_line(path, document.problem(place, sentence))
                                      for place, sentence in Brief.problems(error))) from error
    brief._folder = path.parent
    return brief
