"""How trade is settled: the rails (a currency with the banks and messaging that clear it) of every pair of countries.

A part of a world. Rails may have any names; the reference world has USD, EUR, CNY, RUB and OTHER, all other own
currencies together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import UnknownName, WorldError
from multipolar.world.behaviour import behaviour
from multipolar.world.parts import Part
from multipolar.world.tables import FloatArray, Tables, quotient

if TYPE_CHECKING:
    from multipolar.world.reshape import Merger
    from multipolar.world.splitting import Division
    from multipolar.world.world import World

SHARES_ADD_UP = 1e-9
"""How exactly the shares of a pair that trades add up to one."""

PUBLISHED: Mapping[int, str] = {0: "a rule", 1: "one country's published shares", 2: "published for the pair"}
"""What the codes of `published` mean."""


@dataclass(frozen=True, eq=False)
class Settlement(Part):
    """Base-year shares of rails in what a pair of countries pays; home sales have none.

    share      s (exporter, importer, rail), fractions of the flow's value: they add up to one on every pair that trades
    published  (exporter, importer): 2 where the pair's shares are published, 1 from one country's published shares, 0
               where they follow from a rule
    spread     (exporter, importer) or None: standard error of the log of a share, for draws
    semi_elasticity  eta: by how much the log share of a rail falls when it gets dearer by one (100 %)
    thickness        nu: by how much a rail gets cheaper, in logs, when both ends' use of it doubles in logs

    The last two are numbers of behaviour, those of behaviour.csv where they are not given.
    """

    kind: ClassVar = "settlement"
    title: ClassVar = "settlement shares"
    axes: ClassVar = {"share": ("exporter", "importer", "rail"), "published": ("exporter", "importer"),
                      "spread": ("exporter", "importer"), "semi_elasticity": (), "thickness": ()}
    units: ClassVar = {"share": "fraction", "published": "1", "spread": "log points",
                       "semi_elasticity": "1", "thickness": "1"}

    rail: tuple[str, ...]
    share: FloatArray
    published: FloatArray
    spread: FloatArray | None = None
    semi_elasticity: FloatArray | float | None = None
    thickness: FloatArray | float | None = None

    def __post_init__(self) -> None:
        for name in ("semi_elasticity", "thickness"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, behaviour(f"rail_{name}").value)
        super().__post_init__()

    @property
    def eta(self) -> float:
        """The semi-elasticity of equation (11)."""
        return float(np.asarray(self.semi_elasticity))

    @property
    def nu(self) -> float:
        """The thickness of markets: how much use makes a rail cheaper."""
        return float(np.asarray(self.thickness))

    def check(self, world: "World") -> None:
        """Shares of zero or more that add up to one wherever anything is traded; numbers of behaviour in their range.

        Raises:
            WorldError: naming the pair, or the number.
        """
        _check_rails(self.rail)
        if (self.share < 0).any():
            raise WorldError(_("the settlement share of {pair} is negative; shares lie between 0 and 1.",
                               pair=self._named(world, np.argwhere(self.share < 0)[0])))
        total = self.share.sum(axis=2)
        pairs = abroad(world.tables.trade_by_pair)
        wrong = np.abs(total - 1) > SHARES_ADD_UP
        wrong &= (pairs > 0) | (total > 0)
        if wrong.any():
            at = np.argwhere(wrong)[0]
            raise WorldError(_("the settlement shares of {pair} add up to {total:.6g}; on a pair that trades they must "
                               "add up to 1.", pair=self._named(world, at), total=total[at[0], at[1]]))
        if not np.isin(self.published, list(PUBLISHED)).all():
            raise WorldError(_("published holds {given}; it must be 0 ({rule}), 1 ({own}) or 2 ({pair}).",
                               given=self.published[~np.isin(self.published, list(PUBLISHED))][0], rule=PUBLISHED[0],
                               own=PUBLISHED[1], pair=PUBLISHED[2]))
        if self.spread is not None and (self.spread < 0).any():
            raise WorldError(_("a standard error of the settlement shares is negative; it must be 0 or more."))
        if self.eta <= 0:
            raise WorldError(_("the semi-elasticity of settlement is {given}; it must be above 0.", given=self.eta))
        if self.nu < 0:
            raise WorldError(_("the thickness of settlement is {given}; it must be 0 or more.", given=self.nu))

    def merged(self, world: "World", countries: "Merger", sectors: "Merger") -> Self:
        """Shares weighted by trade; trade inside a merged country becomes home trade, which has no rails.

        A merged pair is as published as the larger part of its trade.
        """
        weight = abroad(world.tables.trade_by_pair)
        share = _merged_mean(self.share, weight, countries)
        held = np.stack([countries.add_up(weight * (self.published == code), 0, 1) for code in PUBLISHED], axis=-1)
        return replace(
            self, share=share, published=held.argmax(axis=2).astype(np.float64),
            spread=None if self.spread is None else _merged_mean(self.spread[..., None], weight, countries)[..., 0])

    def divided(self, world: "World", division: "Division", after: Tables) -> Self:
        """Both parts of a country settle as it did; with each other, as it did with all its partners on average."""
        if division.axis == "sector":
            return self
        at, new = division.at, division.at + 1
        share, published = division.twice(self.share, 0, 1), division.twice(self.published, 0, 1)
        sold = abroad(world.tables.trade_by_pair)[at]
        mean = (self.share[at] * sold[:, None]).sum(axis=0)
        total = mean.sum()
        mean = mean / total if total > 0 else np.full(len(self.rail), 1 / len(self.rail))
        share[at, new] = share[new, at] = mean
        share[new, new] = published[at, new] = published[new, at] = 0.0
        spread = None if self.spread is None else division.twice(self.spread, 0, 1)
        if spread is not None:
            spread[at, new] = spread[new, at] = float(spread.max())
        return replace(self, share=share, published=published, spread=spread)

    def drawn(self, generator: np.random.Generator) -> Self:
        """The same with shares drawn around these: log-normal by `spread`, then rescaled to add up to one.

        Raises:
            WorldError: the data have no spread.
        """
        if self.spread is None:
            raise WorldError(_("these settlement shares have no spread to draw from; give spread by exporter and "
                               "importer."))
        drawn = self.share * np.exp(self.spread[..., None] * generator.standard_normal(self.share.shape))
        total = drawn.sum(axis=2, keepdims=True)
        return replace(self, share=quotient(drawn, total))

    def rail_index(self, name: str) -> int:
        """Position of a rail; `UnknownName` with the nearest names."""
        if name not in self.rail:
            raise UnknownName(name, _("rail in this world"), self.rail)
        return self.rail.index(name)

    @staticmethod
    def _named(world: "World", at: FloatArray) -> str:
        return _("{exporter} to {importer}", exporter=world.countries[int(at[0])], importer=world.countries[int(at[1])])


def abroad(pairs: FloatArray) -> FloatArray:
    """A copy of an array (exporter, importer) with home sales at zero."""
    outside: FloatArray = np.array(pairs)
    np.fill_diagonal(outside, 0.0)
    return outside


def _check_rails(rails: tuple[str, ...]) -> None:
    if not rails or len(set(rails)) < len(rails) or not all(rails):
        raise WorldError(_("the rails are {given}; give at least one, each name once.", given=list(rails)))


def _merged_mean(values: FloatArray, weight: FloatArray, countries: "Merger") -> FloatArray:
    """Means of values (exporter, importer, ...) by trade; where nothing is traded, of the pairs that have shares."""
    known = abroad((values != 0).any(axis=2).astype(np.float64))
    inside = np.array(countries.position)
    apart = inside[:, None] != inside[None, :]
    summed = {}
    for name, by in (("traded", weight * apart), ("plain", known * apart)):
        total = countries.add_up(by, 0, 1)[..., None]
        summed[name] = np.divide(countries.add_up(values * by[..., None], 0, 1), total,
                                 out=np.zeros((*total.shape[:2], values.shape[2])), where=total > 0), total > 0
    (by_trade, traded), (plain, _known) = summed["traded"], summed["plain"]
    return np.where(traded, by_trade, plain)
