"""What price caps by level came to, flow by flow: prices in dollars a unit, coverage, and what is left. NumPy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.blocks.cap import Cap, covered_share

if TYPE_CHECKING:
    from multipolar.equilibrium.levels import Levels
    from multipolar.world.world import World

NO_PRICE_BELOW = 0.01
"""Where less than this part of the base year's quantity is left, no price is reported."""


@dataclass(frozen=True)
class CappedFlow:
    """One flow under a cap. Prices are dollars a unit f.o.b., in the numeraire; None where under 1 % is left.

    exporter, sector, importer  positions in the world
    limit      the cap
    before     what the exporter received in the base year, its own export taxes of the measures added
    received   what it receives;  delivered: what buyers pay before transport
    covered    share of cargoes that sell at the cap; zero where it is slack
    quantity   shipped, relative to the base year
    """

    exporter: int
    sector: int
    importer: int
    limit: float
    before: float
    received: float | None
    delivered: float | None
    covered: float
    quantity: float

    @property
    def slack(self) -> bool:
        """Whether the cap does not bind."""
        return self.covered == 0.0


def capped_flows(levels: "Levels") -> tuple[CappedFlow, ...]:
    """Every flow under a cap by level, in the order of exporter, sector and importer; empty where there is none."""
    found = levels.block(Cap)
    if found is None:
        return ()
    block, unknown = found
    gaps = block.gap(unknown)
    members = np.flatnonzero(block.capped)
    place, gap = np.asarray(block.member_cell)[members], np.asarray(block.member_gap)[members]
    cells, ratio = levels.wedges.cells, np.exp(np.asarray(block.log_ratio)[gap])
    before, shipped = np.asarray(block.base_price)[gap], levels.shipped[place]
    received = before * levels.cost[cells.exporter[place], cells.sector[place]]
    with np.errstate(divide="ignore"):
        delivered = received / (1 - gaps[gap])
    binds = gaps[gap] > 0
    shares = covered_share(np.minimum(delivered / (before * ratio), np.exp(50.0)), np.asarray(block.coverage)[gap],
                           np.asarray(block.evasion)[gap])
    flows = []
    for at in np.argsort(place):
        priced = shipped[at] >= NO_PRICE_BELOW
        flows.append(CappedFlow(
            int(cells.exporter[place[at]]), int(cells.sector[place[at]]), int(cells.importer[place[at]]),
            float(before[at] * ratio[at]), float(before[at]), float(received[at]) if priced else None,
            float(delivered[at]) if priced else None, float(shares[at]) if binds[at] else 0.0, float(shipped[at])))
    return tuple(flows)


def sentences(world: "World", flows: Sequence[CappedFlow]) -> Iterator[str]:
    """Which caps are slack, and which flows they all but end, by exporter, good and level."""
    for (exporter, sector, limit), members in groupby(flows, lambda flow: (flow.exporter, flow.sector, flow.limit)):
        group = list(members)
        named = {"exporter": world.countries[exporter], "sector": world.sectors[sector], "limit": limit}
        slack = [flow for flow in group if flow.slack]
        if slack:
            price = max(flow.received or 0.0 for flow in slack)
            yield _("The cap of {limit:g} dollars a unit on {sector} of {exporter} is slack towards {importers}: the "
                    "exporter receives {price:.4g} or less.", **named, importers=_importers(world, slack), price=price)
        gone = [flow for flow in group if flow.received is None]
        if gone:
            yield _("Under the cap of {limit:g} dollars a unit less than 1 % of what {exporter} sold of {sector} to "
                    "{importers} is left, so no price is reported for it.", **named,
                    importers=_importers(world, gone))


def _importers(world: "World", flows: Sequence[CappedFlow]) -> str:
    names = [world.countries[flow.importer] for flow in flows]
    if len(names) <= 6:
        return ", ".join(names)
    return _("{names} and {number} others", names=", ".join(names[:6]), number=len(names) - 6)
