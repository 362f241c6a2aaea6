"""What the page asks, as OpenAPI describes it: unknown fields are refused, and everything has a largest size."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(min_length=1, max_length=80)]
ScenarioData = Annotated[dict[str, Any], Field(description="A scenario, as the YAML file has it.")]


class Asked(BaseModel):
    """A request: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Page(Asked):
    """Which page asks, and its how-manieth request this is: the newest wins."""

    page: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$",
                      description="A random name of the page, made when it opens.")
    number: int = Field(ge=0, le=2**53 - 1, description="Counts the page's requests.")


class OfEconomy(Asked):
    """A view of one economy: a country, a group, or `world`."""

    economy: Code


class OfCountry(Asked):
    """A view of one country."""

    country: Code


class OfCountryOrWorld(Asked):
    """A view of one country, or of the world where it is null."""

    country: Code | None = None


class OfSector(Asked):
    """A view of one sector, a group of sectors, or `all`."""

    sector: Code


class OfFuel(Asked):
    """A view of one fuel."""

    fuel: Code


class Whole(Asked):
    """A view that has no choices."""


class Views(Asked):
    """What to say of the outcome beside the results by country."""

    decomposition: OfEconomy | None = None
    trade: OfSector | None = None
    sectors: OfCountry | None = None
    settlement: OfCountryOrWorld | None = None
    fuels: OfFuel | None = None
    controlled: Whole | None = None
    war: Whole | None = None


class SolveRequest(Page):
    """A scenario to solve on a world, and what to show of it."""

    world: Code
    scenario: ScenarioData
    against: ScenarioData | None = Field(default=None, description="A second scenario to hold it against.")
    views: Views = Views()


class CurveRequest(Page):
    """A scenario, one number of which is moved."""

    world: Code
    scenario: ScenarioData
    measure: int = Field(ge=0, le=199, description="Position of the measure, from 0.")
    field: Code
    values: list[float] = Field(min_length=1, max_length=41)
    variable: Code
    economies: list[Code] = Field(min_length=1, max_length=60)


class FriendsRequest(Page):
    """Whose growth is looked at."""

    world: Code
    country: Code


class LinkRequest(Asked):
    """A link to a scenario."""

    link: str = Field(max_length=60_000)


class ReproduceRequest(Asked):
    """A scenario to have without the page."""

    world: Code
    scenario: ScenarioData


class ParseRequest(Asked):
    """The text of a scenario file."""

    text: str = Field(max_length=200_000)


class ExportRequest(Asked):
    """Results of a scenario, or the scenario itself, as a file."""

    world: Code
    scenario: ScenarioData
    format: Literal["csv", "json", "yaml", "nc"]


class RunRequest(Asked):
    """A scenario to keep."""

    world: Code
    scenario: ScenarioData
    name: str = Field(min_length=1, max_length=200)


class SessionRequest(Asked):
    """What the desk's terminal shows when it listens beyond this machine."""

    token: str = Field(max_length=200)
