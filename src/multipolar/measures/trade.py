"""Trade costs and bans: what makes a flow dearer without revenue, or stops it."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, Measure
from multipolar.measures.selection import Flows, joined_cells, select_flows
from multipolar.measures.values import Countries, Rate, Sectors, Unit, selector_text

if TYPE_CHECKING:
    from multipolar.world.world import World


class TradeCost(Measure):
    """An iceberg cost: this fraction of the goods' value is used up on the way. Costs on one flow multiply."""

    example: ClassVar[str] = "kind: trade_cost\nimporter: RUS\nexporter: G7\nsector: all\nad_valorem: 0.25\n"

    kind: Literal["trade_cost"] = "trade_cost"
    importer: Annotated[Countries, Field(description="Where the goods arrive.")]
    exporter: Annotated[Countries, Field(description="Where the goods come from.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"
    ad_valorem: Annotated[Rate, Field(description="Rise of the delivered price; negative when trade becomes easier.")]

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One iceberg layer on the selected flows."""
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        layer = Layer("iceberg", "compound", flows.cells, np.full(len(flows.cells), self.ad_valorem))
        return Lowered(self.label, layers=(layer,), dropped=flows.dropped, notes=flows.notes)


class ExportBan(Measure):
    """The exporter sells none of these goods to the importer: the flow is exactly zero."""

    example: ClassVar[str] = "kind: export_ban\nexporter: CHN\nimporter: RUS\nsector: [machinery, electronics]\n"

    kind: Literal["export_ban"] = "export_ban"
    exporter: Annotated[Countries, Field(description="Who stops selling.")]
    importer: Annotated[Countries, Field(description="To whom.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The selected flows closed."""
        return _closed(self, world, [select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)])


class ImportBan(Measure):
    """The importer buys none of these goods from the exporter: the flow is exactly zero."""

    example: ClassVar[str] = "kind: import_ban\nimporter: EU27\nexporter: RUS\nsector: gas\n"

    kind: Literal["import_ban"] = "import_ban"
    importer: Annotated[Countries, Field(description="Who stops buying.")]
    exporter: Annotated[Countries, Field(description="From whom.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The selected flows closed."""
        return _closed(self, world, [select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)])


class Embargo(Measure):
    """Two sides stop trading these goods with each other, in both directions."""

    example: ClassVar[str] = "kind: embargo\nsides: [G7, RUS]\nsector: all\n"

    kind: Literal["embargo"] = "embargo"
    sides: Annotated[tuple[Countries, Countries], Unit("two selectors of countries", "ISO 3166 alpha-3 codes, groups"),
                     Field(description="The two sides; [all, all] is an embargo of everyone on everyone.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"

    @field_validator("sides", mode="before")
    @classmethod
    def _two(cls, sides: Any) -> Any:
        if not isinstance(sides, list | tuple) or len(sides) != 2:
            raise ScenarioError(_("sides is {given!r}; an embargo has two sides, for example [G7, RUS].", given=sides))
        return sides

    @property
    def label(self) -> str:
        """The embargo on one line, its sides apart."""
        one, other = map(selector_text, self.sides)
        return f"{self.kind} (sides={one} | {other}, sector={selector_text(self.sector)})"

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """The flows of both directions closed."""
        one, other = self.sides
        return _closed(self, world, [select_flows(world, one, self.sector, other, coarse=coarse),
                                     select_flows(world, other, self.sector, one, coarse=coarse)])


def _closed(measure: Measure, world: "World", directions: list[Flows]) -> Lowered:
    """Every flow of `directions` closed, once each."""
    cells: Cells = joined_cells(world, [flows.cells for flows in directions])
    return Lowered(measure.label, closed=cells,
                   dropped=tuple(dict.fromkeys(name for flows in directions for name in flows.dropped)),
                   notes=tuple(dict.fromkeys(note for flows in directions for note in flows.notes)))
