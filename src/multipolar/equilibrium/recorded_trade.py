"""Who is paid what for each flow: producers, treasuries, owners of rents and hubs; and trade as customs record it."""

from functools import cached_property
from typing import Any

import numpy as np

from multipolar.equilibrium.landed import LandedFlows
from multipolar.equilibrium.solved import at
from multipolar.world.tables import FloatArray


class RecordedTrade(LandedFlows):
    """Trade by way and by origin, rents, output and what blocks see of the flows."""

    @cached_property
    def _claims(self) -> tuple[FloatArray, FloatArray]:
        """Export taxes (layer,) and rents (owner,) paid, million USD."""
        listed = self.wedges
        landed, kept = self.landed[at(listed.cells)], self.kept
        taxes = listed.tax_part * (landed * kept)[listed.tax_place]
        return taxes, listed.rent_share * (landed * (1 - kept))[listed.rent_place]

    @cached_property
    def rents_received(self) -> FloatArray:
        """Export taxes and rents received (country), million USD."""
        listed, (taxes, rents) = self.wedges, self._claims
        size = len(self.wage)
        received = np.bincount(listed.tax_recipient, taxes, size) + np.bincount(listed.rent_recipient, rents, size)
        return np.asarray(received, dtype=np.float64)

    @cached_property
    def trade(self) -> FloatArray:
        """Recorded trade before tariffs (exporter, sector, importer), goods in transit at each leg of their way.

        A hub's imports of transit are its exports of it less what it earns."""
        routes = self.policy.routes
        if not len(routes):
            return self.trade_by_origin
        trade, cells = self.trade_by_origin.copy(), routes.cells
        exporter, sector, importer = (axis[routes.entry] for axis in at(cells))
        landed = self.landed[at(cells)][routes.entry]
        np.subtract.at(trade, (exporter, sector, importer), routes.share * landed)
        np.add.at(trade, (exporter, sector, routes.hub), (routes.share - routes.earned) * landed)
        np.add.at(trade, (routes.hub, sector, importer), routes.share * landed)
        trade[at(cells)] = np.maximum(trade[at(cells)], 0.0)
        return trade

    @cached_property
    def trade_by_pair(self) -> FloatArray:
        """Recorded trade of all sectors before tariffs (exporter, importer), home sales included."""
        pairs: FloatArray = self.trade.sum(axis=1)
        return pairs

    @cached_property
    def transit(self) -> FloatArray:
        """What goes from an exporter through a hub to an importer (exporter, hub, importer), million USD at the
        importer's border before tariff, all goods together."""
        routes, size = self.policy.routes, len(self.wage)
        through = np.zeros((size, size, size))
        exporter, sector, importer = (axis[routes.entry] for axis in at(routes.cells))
        np.add.at(through, (exporter, routes.hub, importer), routes.share * self.landed[exporter, sector, importer])
        return through

    @cached_property
    def trade_by_origin(self) -> FloatArray:
        """Trade before tariffs (exporter, sector, importer) by origin, less what the importer earns on the way."""
        listed, (taxes, rents) = self.wedges, self._claims
        if not len(listed.landed):
            return self.landed
        trade = self.landed.copy()
        for place, amount, recipient in ((listed.tax_place, taxes, listed.tax_recipient),
                                         (listed.rent_place, rents, listed.rent_recipient)):
            own = recipient == listed.cells.importer[place]
            cells = listed.cells
            at = cells.exporter[place[own]], cells.sector[place[own]], cells.importer[place[own]]
            np.subtract.at(trade, at, amount[own])
        return trade

    @cached_property
    def output(self) -> FloatArray:
        """Y' (exporter, sector), equation (8): what reaches producers."""
        output: FloatArray = self.landed.sum(axis=2)
        cells = self.wedges.cells
        np.subtract.at(output, (cells.exporter, cells.sector), self._kept_back)
        return output

    @property
    def _kept_back(self) -> FloatArray:
        """What export taxes and rents take of spending before tariffs at the wedges (cell,), million USD."""
        listed = self.wedges
        away = 1 - listed.producer / listed.landed * self.kept
        taken: FloatArray = away * self.landed[at(listed.cells)]
        return taken

    @cached_property
    def paid_to_producers(self) -> FloatArray:
        """What producers of one country receive from another (exporter, importer), million USD, home sales included."""
        pairs: FloatArray = self.landed.sum(axis=1)
        cells = self.wedges.cells
        np.subtract.at(pairs, (cells.exporter, cells.importer), self._kept_back)
        return pairs

    @cached_property
    def shipped(self) -> FloatArray:
        """Quantity shipped at the wedges relative to the base year (cell,), before what melts."""
        listed = self.wedges
        received = self.landed[at(listed.cells)] * listed.producer / listed.landed * self.kept
        quantity: FloatArray = received / listed.base_flow / self.cost[listed.cells.exporter, listed.cells.sector]
        return quantity

    def flows(self, length: int) -> Any:
        """What blocks see at the wedges and by pair, in levels, the wedges with padding to `length`."""
        from multipolar.equilibrium.wedges import Flows

        cells = self.wedges.cells
        seen: list[Any] = [self.landed[at(cells)] * (1 + self.tariffs[at(cells)]), self.shipped,
                           np.log(self.cost[cells.exporter, cells.sector])]
        pairs: Any = self.paid_to_producers
        padded: tuple[Any, Any, Any, Any] = (*(np.pad(one, (0, length - len(one))) for one in seen), pairs)
        return Flows(*padded)
