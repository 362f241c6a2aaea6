"""Every kind of measure, and the listing of them with fields, units and an example each."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, InstanceOf, Tag
from pydantic.fields import FieldInfo
from pydantic.json_schema import SkipJsonSchema

from multipolar.catalogue import _
from multipolar.measures.arms import MilitaryAid
from multipolar.measures.corridor import Corridor
from multipolar.measures.finance import Programme, Transfer
from multipolar.measures.lift import Lift
from multipolar.measures.measure import Measure
from multipolar.measures.price_cap import PriceCap
from multipolar.measures.productivity import Productivity
from multipolar.measures.rails import CloseRail, OpenRail, RailCost
from multipolar.measures.rents import ExportTax, Quota
from multipolar.measures.secondary import SecondarySanctions
from multipolar.measures.tariffs import Tariff, TariffSchedule
from multipolar.measures.technology import TechnologyControl
from multipolar.measures.trade import Embargo, ExportBan, ImportBan, TradeCost
from multipolar.measures.values import Unit

MEASURES: tuple[type[Measure], ...] = (
    Tariff, TariffSchedule, TradeCost, ExportBan, ImportBan, Embargo, Transfer, Programme, Productivity, Lift,
    ExportTax, Quota, PriceCap, Corridor, CloseRail, RailCost, OpenRail, SecondarySanctions,
    TechnologyControl, MilitaryAid)

KINDS: dict[str, type[Measure]] = {str(measure.model_fields["kind"].default): measure for measure in MEASURES}


IN_PYTHON = "made in Python"
"""Tag of measures that are objects already; no kind that a file can name."""


def _tag(value: Any) -> str | None:
    """The union's choice: a measure already built is taken as it is, so that users may define kinds of their own."""
    if isinstance(value, Measure):
        return IN_PYTHON
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind if kind is None or isinstance(kind, str) else str(kind)


AnyMeasure = Annotated[
    Annotated[Tariff, Tag("tariff")] | Annotated[TariffSchedule, Tag("tariff_schedule")]
    | Annotated[TradeCost, Tag("trade_cost")] | Annotated[ExportBan, Tag("export_ban")]
    | Annotated[ImportBan, Tag("import_ban")] | Annotated[Embargo, Tag("embargo")]
    | Annotated[Transfer, Tag("transfer")] | Annotated[Programme, Tag("programme")]
    | Annotated[Productivity, Tag("productivity")]
    | Annotated[Lift, Tag("lift")] | Annotated[ExportTax, Tag("export_tax")] | Annotated[Quota, Tag("quota")]
    | Annotated[PriceCap, Tag("price_cap")] | Annotated[Corridor, Tag("corridor")]
    | Annotated[CloseRail, Tag("close_rail")] | Annotated[RailCost, Tag("rail_cost")]
    | Annotated[OpenRail, Tag("open_rail")] | Annotated[SecondarySanctions, Tag("secondary_sanctions")]
    | Annotated[TechnologyControl, Tag("technology_control")]
    | Annotated[MilitaryAid, Tag("military_aid")]
    | SkipJsonSchema[Annotated[InstanceOf[Measure], Tag(IN_PYTHON)]],
    Discriminator(_tag)]
"""A measure from data, told apart by `kind`, or any instance of `Measure`."""


@dataclass(frozen=True)
class FieldDescription:
    """One field of a measure: what it holds, in which unit, and its default (None where it may be left out)."""

    name: str
    type: str
    unit: str
    required: bool
    default: Any
    description: str


@dataclass(frozen=True)
class MeasureDescription:
    """One kind of measure with its fields and an example in YAML."""

    kind: str
    summary: str
    fields: tuple[FieldDescription, ...]
    example: str


def _described(name: str, field: FieldInfo) -> FieldDescription:
    unit = next((entry for entry in field.metadata if isinstance(entry, Unit)), Unit("text", ""))
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    return FieldDescription(name, _(unit.type), _(unit.unit) if unit.unit else "", field.is_required(), default,
                            _(field.description or ""))


def describe_measures() -> tuple[MeasureDescription, ...]:
    """Every kind of measure in the order of the documentation."""
    described = []
    for kind, measure in KINDS.items():
        own = {name: field for name, field in measure.model_fields.items() if name not in Measure.model_fields}
        shared = {name: measure.model_fields[name] for name in Measure.model_fields if name != "kind"}
        fields = tuple(_described(name, field) for name, field in (own | shared).items())
        summary = (measure.__doc__ or "").strip().splitlines()[0]
        described.append(MeasureDescription(kind, _(summary), fields, measure.example))
    return tuple(described)
