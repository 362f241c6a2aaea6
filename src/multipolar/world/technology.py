"""Controlled goods: which part of which flow is on the list of technology that a coalition denies, and the ways round.

A part of a world. Tiers are those of the common high priority list; hubs are countries through which goods went on to
somebody they were not sold to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.world.parts import Part
from multipolar.world.tables import FloatArray, quotient

if TYPE_CHECKING:
    from multipolar.world.reshape import Merger
    from multipolar.world.splitting import Division
    from multipolar.world.tables import Tables
    from multipolar.world.world import World

CONTROLLED = ".controlled"
"""Ends the code of the part of a sector that is controlled goods."""


@dataclass(frozen=True, eq=False)
class Controlled(Part):
    """Shares of controlled goods in trade, and hubs, in the base year.

    share        g (exporter, sector, importer): controlled goods in a flow, fractions; of the whole sector's flow also
                 where the sector has been divided
    low, high    (sector,): range of the stated share
    weight       (tier, sector): the tiers' parts in a sector's controlled goods; they add up to one, or are zero
    published    (exporter, importer): 1 where the controlled goods of the pair are a published value
    route_share  s_h (country,): part of a flow to a target that goes through the country; zero where it is no hub
    growth       (country,): published growth of listed goods that the hub buys (of Türkiye: sells to Russia and its
                 neighbours), a ratio; zero where none was read
    """

    kind: ClassVar = "controlled"
    title: ClassVar = "shares of controlled goods"
    axes: ClassVar = {"share": ("exporter", "sector", "importer"), "low": ("sector",), "high": ("sector",),
                      "weight": ("tier", "sector"), "published": ("exporter", "importer"),
                      "route_share": ("country",), "growth": ("country",)}
    units: ClassVar = {"share": "fraction", "low": "fraction", "high": "fraction", "weight": "fraction",
                       "published": "1", "route_share": "fraction", "growth": "ratio"}

    tier: tuple[str, ...]
    share: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    published: FloatArray
    route_share: FloatArray
    growth: FloatArray

    def check(self, world: "World") -> None:
        """Shares between 0 and 1, and tiers that add up.

        Raises:
            WorldError: naming the array.
        """
        for name in ("share", "low", "high", "weight", "route_share"):
            values = getattr(self, name)
            if values.min(initial=0.0) < 0 or values.max(initial=0.0) > 1 + 1e-12:
                raise WorldError(_("{name} of the {title} goes from {low:g} to {high:g}; shares lie between 0 and 1.",
                                   name=name, title=self.title, low=float(values.min()), high=float(values.max())))
        total = self.weight.sum(axis=0)
        wrong = np.flatnonzero((np.abs(total - 1) > 1e-9) & (total > 0))
        if len(wrong):
            raise WorldError(_("The tiers of {sector} add up to {total:g}; they must add up to 1.",
                               sector=world.sectors[wrong[0]], total=float(total[wrong[0]])))
        if self.route_share.sum() >= 1:
            raise WorldError(_("The hubs' shares of a flow add up to {total:g}; something must go directly, so that "
                               "they stay below 1.", total=float(self.route_share.sum())))

    def merged(self, world: "World", countries: "Merger", sectors: "Merger") -> Self:
        """Means by trade, plain ones where there is none; a merged hub has its members' routes together and the
        largest growth."""
        trade = world.tables.trade
        goods, traded, plain = (sectors.add_up(countries.add_up(values, 0, 2), 1)
                                for values in (self.share * trade, trade, self.share))
        sizes = countries.sizes[:, None, None] * sectors.sizes[:, None] * countries.sizes
        value = np.where(traded > 0, quotient(goods, traded), plain / sizes)
        controlled = (self.share * trade).sum(axis=(0, 2))
        held = sectors.add_up(self.weight * controlled, 1)
        published = countries.add_up(self.published, 0, 1) > 0
        growth = np.zeros(len(countries.names))
        np.maximum.at(growth, np.array(countries.position), self.growth)
        by_trade = trade.sum(axis=(0, 2))
        return replace(
            self, share=value, low=sectors.mean(self.low, by_trade), high=sectors.mean(self.high, by_trade),
            weight=quotient(held, held.sum(axis=0)), published=published.astype(np.float64),
            route_share=countries.add_up(self.route_share, 0), growth=growth)

    def divided(self, world: "World", division: "Division", after: "Tables") -> Self:
        """Both parts of a sector keep its shares, which are of the whole; parts of a country have its, and no routes
        of the part that is taken out."""
        if division.axis == "sector":
            return replace(self, share=division.twice(self.share, 1), low=division.twice(self.low, 0),
                           high=division.twice(self.high, 0), weight=division.twice(self.weight, 1))
        route, growth = (division.twice(values, 0) for values in (self.route_share, self.growth))
        route[division.at + 1] = growth[division.at + 1] = 0.0
        return replace(self, share=division.twice(self.share, 0, 2), route_share=route, growth=growth,
                       published=division.twice(self.published, 0, 1))

    def at_end(self, stated: FloatArray) -> Self:
        """The same with other stated shares (sector,). What importers with published values buy abroad stays: there
        the stated shares only spread a published total over sectors; what they make at home does not."""
        abroad = ~np.eye(len(self.route_share), dtype=bool)
        published = ((self.published > 0).any(axis=0) & abroad)[:, None, :]
        return replace(self, share=np.where(published, self.share, stated[None, :, None]))

    def of_tiers(self, tiers: Sequence[str] | None) -> FloatArray:
        """The part of a flow (exporter, sector, importer) that is goods of these tiers; None is all of them.

        Raises:
            UnknownName: there is no such tier.
        """
        if tiers is None:
            return self.share
        for name in tiers:
            if name not in self.tier:
                raise UnknownName(name, _("tier of controlled goods in this world"), self.tier)
        part = self.weight[[self.tier.index(name) for name in dict.fromkeys(tiers)]].sum(axis=0)
        chosen: FloatArray = self.share * np.minimum(part, 1.0)[:, None]
        return chosen


def parts_of(sectors: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """Divided sectors -> positions of controlled goods and of the rest."""
    found = {}
    for at, code in enumerate(sectors):
        whole = code.removesuffix(CONTROLLED)
        if code != whole and f"{whole}.other" in sectors:
            found[whole] = at, sectors.index(f"{whole}.other")
    return found
