"""Ways round a control: which part of a flow goes directly and through which hub, equation (15).

Costs of ways are what measures add to their legs, so the choice has a closed form and needs no unknown: a routed flow
becomes an iceberg factor and a mark-up that hubs earn, or is closed when every way is.

    s_r' = s_r K_r^-chi / sum s K^-chi        ln kappa = -(1/chi) ln sum s K^-chi

Of the flow's value before tariff hub h earns s_h' phi_h'/(1 + phi_h') less what it earned in the base year, which the
accounts of that year have among the producer's sales.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Lowered, flow_text
from multipolar.measures.rents import outwards
from multipolar.world.tables import FloatArray, IntArray, quotient

if TYPE_CHECKING:
    from multipolar.world.world import World


@dataclass(frozen=True, eq=False)
class Ways:
    """What one measure says of the ways that K flows may take: directly, or through H hubs.

    cells         the flows
    direct        (K,): cost factor of the direct way; infinite under a ban
    hub           (H,): country indices
    share         (H,): s_h, the base year's parts of a flow through each hub; the rest goes directly
    premium       (H,): phi_h of the base year
    new_premium   (H,): phi_h' under the measure
    hurdle        (H,): factor of what is found and stopped at the hub, or refused there for fear; infinite if closed
    substitution  chi
    """

    cells: Cells
    direct: FloatArray
    hub: IntArray
    share: FloatArray
    premium: FloatArray
    new_premium: FloatArray
    hurdle: FloatArray
    substitution: float


@dataclass(frozen=True, eq=False)
class Routes:
    """Routed flows of a policy: what the ways came to. Flows whose every way is closed are not among them.

    cells    the routed flows, each once
    cost     (K,): kappa of the flow, the hubs' premium included
    entry    (E,): place of a flow in `cells`;  hub (E,): a hub on it
    share    (E,): s_h', the part of the flow's value that goes through the hub
    earned   (E,): part of the flow's value before tariff that the hub earns beyond the base year
    """

    cells: Cells
    cost: FloatArray
    entry: IntArray
    hub: IntArray
    share: FloatArray
    earned: FloatArray

    @classmethod
    def none(cls) -> "Routes":
        """No routed flow."""
        real, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
        return cls(Cells.empty(), real, whole, whole, real, real)

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def kept(self) -> FloatArray:
        """1/mu (K,): what hubs leave of the value before tariff."""
        away = np.bincount(self.entry, self.earned, len(self.cells))
        return np.asarray(1 - away, dtype=np.float64)

    def taxes(self) -> tuple[Cells, FloatArray, IntArray]:
        """The hubs' income as layers of the price chain (cells, rates, recipients), outermost last."""
        price = self.kept.copy()
        rates = np.zeros(len(self.entry))
        for at in outwards(self.entry):
            rates[at] = self.earned[at] / price[self.entry[at]]
            price[self.entry[at]] += self.earned[at]
        pays = rates != 0
        cell = self.entry[pays]
        cells = Cells(self.cells.exporter[cell], self.cells.sector[cell], self.cells.importer[cell])
        return cells, rates[pays], self.hub[pays]


@dataclass(frozen=True, eq=False)
class Resolved:
    """Routes, and what is left of a policy's closed flows (flat) and icebergs (flat, factors) beside them."""

    routes: Routes
    closed: IntArray
    iceberg: IntArray
    factors: FloatArray


def choice(share: FloatArray, cost: FloatArray, substitution: float) -> tuple[FloatArray, FloatArray]:
    """Equation (15): shares of ways (flow, way) under cost factors (flow, way), and kappa (flow,); infinite if shut."""
    with np.errstate(divide="ignore"):
        weight = share * cost**-substitution
        total = weight.sum(axis=1)
        kappa = total ** (-1 / substitution)
    shares = quotient(weight, total[:, None])
    return shares, kappa


def resolve(world: "World", lowered: Sequence[Lowered], closed: IntArray, iceberg: IntArray,
            factors: FloatArray) -> Resolved:
    """The ways of a policy, given its closed flows and iceberg factors (flat positions, C order).

    A ban or trade cost on a routed flow belongs to its direct way, one on a leg to the way through that hub.

    Raises:
        ScenarioError: two measures state ways of one flow.
    """
    every = [ways for one in lowered for ways in one.ways]
    if not every:
        return Resolved(Routes.none(), closed, iceberg, factors)
    size = world.tables.trade.size
    barrier = np.ones(size)
    barrier[iceberg] = factors
    barrier[closed] = np.inf
    routed = np.zeros(size, dtype=bool)
    made, shut = [], []
    for ways in every:
        flat = _flat(world, ways.cells.exporter, ways.cells.sector, ways.cells.importer)
        _refuse_twice(world, ways.cells, routed[flat])
        routed[flat] = True
        routes, ended = _routes(world, ways, barrier, flat)
        made.append(routes)
        shut.append(flat[ended])
    alone = ~routed[iceberg]
    flows = _joined(made)
    direct = _flat(world, flows.cells.exporter, flows.cells.sector, flows.cells.importer)
    places = np.concatenate([iceberg[alone], direct])
    burned = np.concatenate([factors[alone], flows.cost * flows.kept])
    order = np.argsort(places, kind="stable")
    changed = order[burned[order] != 1.0]
    return Resolved(flows, np.sort(np.concatenate([closed[~routed[closed]], *shut])), places[changed], burned[changed])


def _routes(world: "World", ways: Ways, barrier: FloatArray, flat: IntArray) -> tuple[Routes, FloatArray]:
    """One measure's routes, and which of its flows end."""
    cells, hubs = ways.cells, len(ways.hub)
    cost = np.ones((len(cells), 1 + hubs))
    cost[:, 0] = ways.direct * barrier[flat]
    for number, hub in enumerate(ways.hub):
        there = barrier[_flat(world, cells.exporter, cells.sector, np.full(len(cells), hub))]
        onwards = barrier[_flat(world, np.full(len(cells), hub), cells.sector, cells.importer)]
        dearer = (1 + ways.new_premium[number]) / (1 + ways.premium[number])
        cost[:, 1 + number] = there * onwards * dearer * ways.hurdle[number]
    share = np.concatenate([[1 - ways.share.sum()], ways.share])[None]
    share = np.broadcast_to(share, cost.shape)
    after, kappa = choice(share, cost, ways.substitution)
    before = ways.share * ways.premium / (1 + ways.premium)
    earned = (after[:, 1:] * (ways.new_premium / (1 + ways.new_premium)) - before) / (1 - before.sum())
    ended = np.isinf(kappa)
    touched = ~ended & (cost != 1.0).any(axis=1)
    kept = np.flatnonzero(touched)
    entry, hub = np.divmod(np.arange(len(kept) * hubs), hubs) if hubs else (np.zeros(0, int), np.zeros(0, int))
    routes = Routes(Cells(cells.exporter[kept], cells.sector[kept], cells.importer[kept]), kappa[kept], entry,
                    ways.hub[hub], after[kept, 1:].reshape(-1), earned[kept].reshape(-1))
    return routes, ended


def _joined(parts: Sequence[Routes]) -> Routes:
    first = np.concatenate([[0], np.cumsum([len(part) for part in parts])])[:-1]
    cells = Cells(*(np.concatenate([getattr(part.cells, axis) for part in parts])
                    for axis in ("exporter", "sector", "importer")))
    entry = np.concatenate([part.entry + start for part, start in zip(parts, first, strict=True)])
    return Routes(cells, np.concatenate([part.cost for part in parts]), entry,
                  np.concatenate([part.hub for part in parts]), np.concatenate([part.share for part in parts]),
                  np.concatenate([part.earned for part in parts]))


def _flat(world: "World", exporter: IntArray, sector: IntArray, importer: IntArray) -> IntArray:
    return Cells(exporter, sector, importer).flat((len(world.countries), len(world.sectors)))


def _refuse_twice(world: "World", cells: Cells, taken: FloatArray) -> None:
    if taken.any():
        raise ScenarioError(_("Two measures state ways round on one flow, {flow}. Leave one out, or let it have no "
                              "hubs.", flow=flow_text(world, cells, int(np.flatnonzero(taken)[0]))))
