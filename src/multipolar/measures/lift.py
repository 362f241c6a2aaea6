"""Lifting a ban or sanction that is in force in the base year."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, Measure, Reopening, flow_text
from multipolar.measures.selection import select_flows
from multipolar.measures.values import Countries, OptionalCoefficient, OptionalShare, Sectors
from multipolar.world.tables import FloatArray

if TYPE_CHECKING:
    from multipolar.world.world import World


class Lift(Measure):
    """A ban or sanction in force ends: the flow reopens to a latent share, or becomes cheaper.

    With `latent_share` each selected flow would have that share of the importer's spending on the good if nothing
    else changed. Where L are all lifted flows into one market and R = 1 - sum over L of base-year shares, flow c
    enters the price index with the weight w_c = R latent_c / (1 - sum over L of latent) in place of its base-year
    share: then w_c / (R + sum over L of w) = latent_c. (One flow alone without base-year trade: latent/(1 - latent).)

    With `sanction_coefficient` delta, the sanction's effect on the log of the flow in a gravity regression, the flow's
    trade cost changes by exp(-|delta|/theta) - 1: at given prices it grows by exp(|delta|). A lift always lowers the
    cost, so the sign in which delta was published does not matter. It needs a base-year flow.
    """

    example: ClassVar[str] = ("kind: lift\nimporter: RUS\nexporter: DEU\nsector: electronics\n"
                              "latent_share: 12%\nsource: share in 2013\n")

    kind: Literal["lift"] = "lift"
    importer: Annotated[Countries, Field(description="Where the goods arrive.")]
    exporter: Annotated[Countries, Field(description="Where the goods come from.")]
    sector: Annotated[Sectors, Field(description="The goods.")] = "all"
    latent_share: Annotated[OptionalShare, Field(
        description="Each flow's share in the importer's spending on the good, were nothing else changed.")] = None
    sanction_coefficient: Annotated[OptionalCoefficient, Field(
        description="The sanction's effect on the log of the flow in a gravity regression.")] = None

    @model_validator(mode="after")
    def _one_way(self) -> "Lift":
        if (self.latent_share is None) == (self.sanction_coefficient is None):
            raise ScenarioError(_("a lift takes either latent_share or sanction_coefficient, one of them."))
        return self

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """A reopening at the latent share, or an iceberg layer below zero.

        Raises:
            ScenarioError: a flow has no base-year trade and no latent share, or already has that share.
        """
        flows = select_flows(world, self.exporter, self.sector, self.importer, coarse=coarse)
        if self.latent_share is not None:
            share = np.full(len(flows.cells), self.latent_share)
            self._check_share(world, flows.cells, share)
            return Lowered(self.label, lifted=(Reopening(flows.cells, share),), dropped=flows.dropped,
                           notes=flows.notes)
        layer = Layer("iceberg", "compound", flows.cells, self._cost_change(world, flows.cells))
        return Lowered(self.label, layers=(layer,), lifted=(Reopening(flows.cells, None),), dropped=flows.dropped,
                       notes=flows.notes)

    def _check_share(self, world: "World", cells: Cells, latent: FloatArray) -> None:
        base = base_share(world, cells)
        unsold = np.flatnonzero(np.isnan(base))
        if len(unsold):
            raise ScenarioError(_("{measure}: the importer of {flow} buys none of this good in the base year, so a "
                                  "share of its spending means nothing.",
                                  measure=self.label, flow=flow_text(world, cells, int(unsold[0]))))
        reached = np.flatnonzero(base >= latent)
        if len(reached):
            at = int(reached[0])
            raise ScenarioError(_("{measure}: {flow} already has a share of {base:.4%} in the base year, not below "
                                  "the latent share of {latent:.4%}; give a larger share or leave the flow out.",
                                  measure=self.label, flow=flow_text(world, cells, at), base=float(base[at]),
                                  latent=float(latent[at])))

    def _cost_change(self, world: "World", cells: Cells) -> FloatArray:
        absent = np.flatnonzero(world.tables.trade[cells.exporter, cells.sector, cells.importer] <= 0.0)
        if len(absent):
            raise ScenarioError(_("{measure}: {count} of its flows, the first {flow}, have no base-year trade, so a "
                                  "lower cost would change nothing. Give a latent_share, or leave them out.",
                                  measure=self.label, count=len(absent), flow=flow_text(world, cells, int(absent[0]))))
        theta = world.parameters.trade_elasticity[cells.sector]
        change: FloatArray = np.expm1(-abs(self.sanction_coefficient or 0.0) / theta)
        return change


def base_share(world: "World", cells: Cells) -> FloatArray:
    """Share (K,) of each flow in the importer's base-year spending on the good, tariffs in; NaN where it buys none."""
    at = cells.exporter, cells.sector, cells.importer
    spending = world.tables.expenditure[cells.sector, cells.importer]
    value = world.tables.trade[at] * (1.0 + world.tables.tariffs[at])
    share: FloatArray = np.divide(value, spending, out=np.full(len(cells), np.nan), where=spending > 0.0)
    return share
