"""What the page is told of an equilibrium, as OpenAPI describes it.

Changes are in percent, money is in million USD.
"""

from typing import Any

from pydantic import BaseModel

from multipolar.desk.answers import Names, Number
from multipolar.equilibrium.outcome import GroupOutcome

Row = dict[str, Number]
Matrix = list[list[Number]]


class OutcomeData(BaseModel):
    """Exactly what `multipolar solve --json` prints."""

    scenario: str
    title: str
    world: str
    relative_to: str
    units: dict[str, str]
    countries: dict[str, Row]
    groups: dict[str, GroupOutcome]
    world_total: GroupOutcome
    notes: list[str]
    certificate: dict[str, Any]


class Detail(BaseModel):
    """Part of a channel."""

    phrase: str
    points: float


class ChannelRow(BaseModel):
    """A part of a change, in percentage points; all channels add up to it."""

    channel: str
    points: float
    phrase: str
    details: list[Detail]


class Decomposition(BaseModel):
    """Through what an economy gains or loses."""

    economy: str
    percent: float
    unit: str
    channels: list[ChannelRow]


class Trade(BaseModel):
    """Recorded trade [exporter][importer] before and after; home sales are left out (zero)."""

    sector: str
    unit: str
    countries: list[str]
    before: Matrix
    after: Matrix


class SectorsOf(BaseModel):
    """What happens to the industries and goods of one country."""

    country: str
    sectors: list[str]
    units: dict[str, str]
    variables: dict[str, list[Number]]


class SettlementOf(BaseModel):
    """In what an economy's trade is paid before and after, percent by rail."""

    economy: str
    rails: list[str]
    trade: float
    trade_after: float
    before: Row
    after: Row
    quality: str
    sources: list[str]
    cost: float


class BeforeAfter(BaseModel):
    """By country, before and after; after is empty where nothing is said."""

    before: list[Number]
    after: list[Number]


class CorridorFlow(BaseModel):
    """What goes between the ends of a corridor."""

    name: str
    exporter: str
    importer: str
    before: Number
    after: Number


class Fuels(BaseModel):
    """Who sells a fuel to whom [exporter][importer], in physical units; home use on the diagonal."""

    fuel: str
    unit: str
    withheld: str
    countries: list[str]
    before: Matrix
    after: Matrix
    production: BeforeAfter
    corridors: list[CorridorFlow]


class ControlledSupplier(BaseModel):
    """Controlled goods from one country, million USD."""

    code: str
    before: float
    direct: float
    through: dict[str, float]
    after: float


class Hub(BaseModel):
    """A hub: million USD in transit, and how much its purchases and sales of the goods grow, as ratios."""

    code: str
    transit: float
    bought: Number
    bought_published: Number
    sold: Number
    sold_published: Number
    in_world: bool


class Controlled(BaseModel):
    """Where controlled goods go; `refused` says why there is nothing to say."""

    refused: str = ""
    targets: list[str] = []
    coalition: list[str] = []
    suppliers: list[ControlledSupplier] = []
    hubs: list[Hub] = []
    sold: Number = None
    gone: Number = None
    round: Number = None
    own: Number = None
    others: Number = None
    price: Number = None
    means: Row = {}
    units: dict[str, str] = {}


class WarRow(BaseModel):
    """Means of war of one country; changes in percent, money in million USD."""

    country: str
    spending: float
    capacity: Number
    budget: Number
    cost: Number
    arms_before: float
    arms: float


class War(BaseModel):
    """Means of war side by side."""

    rows: list[WarRow]
    units: dict[str, str]


class Seen(BaseModel):
    """The views that were asked for."""

    decomposition: Decomposition | None = None
    trade: Trade | None = None
    sectors: SectorsOf | None = None
    settlement: SettlementOf | None = None
    fuels: Fuels | None = None
    controlled: Controlled | None = None
    war: War | None = None


class ExtraNames(BaseModel):
    """Names of what a scenario's measures added to the world: parts of a sector, a country taken out of another."""

    countries: dict[str, Names]
    sectors: dict[str, Names]


class SolveAnswer(BaseModel):
    """The new equilibrium; `relative` is against the second scenario, `against` is that one by itself."""

    outcome: OutcomeData
    against: OutcomeData | None
    relative: OutcomeData | None
    hash: str
    link: str
    milliseconds: float
    extra_names: ExtraNames
    views: Seen


class RefusedValue(BaseModel):
    """A value that has no answer."""

    value: float
    message: str


class Curve(BaseModel):
    """An outcome along a slider."""

    field: str
    values: list[float]
    variable: str
    unit: str
    series: dict[str, list[Number]]
    refused: list[RefusedValue]


class Friend(BaseModel):
    """What another country's growth does to this one, and how alike the two vote."""

    country: str
    income: float
    alignment: Number


class Friends(BaseModel):
    """Friends and enemies of a country (Kleinman, Liu & Redding 2024)."""

    country: str
    unit: str
    note: str
    rows: list[Friend]
