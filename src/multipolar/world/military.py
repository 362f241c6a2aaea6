"""Means of war: military budgets, what finances them, arms given in kind, and the recipe that money is turned into.

A part of a world.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.parts import Part
from multipolar.world.tables import FloatArray

if TYPE_CHECKING:
    from multipolar.world.reshape import Merger
    from multipolar.world.splitting import Division
    from multipolar.world.tables import Tables
    from multipolar.world.world import World

ELECTRONICS, LABOUR = "electronics", "labour"
"""The ingredient that is controlled goods alone where its sector is divided, and the one that is no good."""


@dataclass(frozen=True, eq=False)
class Military(Part):
    """Budgets, aid and recipe of the base year.

    spending      B_mil (country,), million USD; zero where none was read
    oil_share     psi (country,): part of the budget that oil and gas finance
    arms          (exporter, importer): arms given in kind in the year, million USD; the giver is the exporter
    weight        (ingredient,): parts of the cost of military means; they add up to one
    goods         (ingredient, sector): 1 where the ingredient is bought from the sector; labour buys none
    fuel          (sector,): 1 for the sectors whose sales finance `oil_share`
    elasticity    of substitution among ingredients
    intelligence  part of a receiver's means that intelligence given as a service is worth
    """

    kind: ClassVar = "military"
    title: ClassVar = "military budgets"
    axes: ClassVar = {"spending": ("country",), "oil_share": ("country",), "arms": ("exporter", "importer"),
                      "weight": ("ingredient",), "goods": ("ingredient", "sector"), "fuel": ("sector",),
                      "elasticity": (), "intelligence": ()}
    units: ClassVar = {"spending": "million USD", "oil_share": "fraction", "arms": "million USD", "weight": "fraction",
                       "goods": "1", "fuel": "1", "elasticity": "1", "intelligence": "fraction"}

    ingredient: tuple[str, ...]
    spending: FloatArray
    oil_share: FloatArray
    arms: FloatArray
    weight: FloatArray
    goods: FloatArray
    fuel: FloatArray
    elasticity: FloatArray
    intelligence: FloatArray

    def check(self, world: "World") -> None:
        """Money of zero or more, shares between 0 and 1, weights that add up.

        Raises:
            WorldError: naming the array.
        """
        if min(self.spending.min(initial=0), self.arms.min(initial=0), float(self.elasticity)) < 0:
            raise WorldError(_("A military budget, a gift of arms or the recipe's elasticity is negative; it must be "
                               "0 or more."))
        shares = np.append(self.oil_share, self.intelligence)
        if shares.min() < 0 or shares.max() > 1:
            raise WorldError(_("The part of a budget that oil and gas finance, and of means that intelligence is "
                               "worth, lie between 0 and 1."))
        if self.weight.min(initial=0) < 0 or abs(self.weight.sum() - 1) > 1e-9:
            raise WorldError(_("The weights of military means add up to {total:g}; they must be zero or more and "
                               "add up to 1.", total=float(self.weight.sum())))

    def merged(self, world: "World", countries: "Merger", sectors: "Merger") -> Self:
        """Sums of money; arms given inside a merged country stay with it."""
        spending = countries.add_up(self.spending, 0)
        return replace(
            self, spending=spending, arms=countries.add_up(self.arms, 0, 1),
            oil_share=countries.mean(self.oil_share, self.spending),
            goods=np.minimum(sectors.add_up(self.goods, 1), 1.0), fuel=np.minimum(sectors.add_up(self.fuel, 0), 1.0))

    def divided(self, world: "World", division: "Division", after: "Tables") -> Self:
        """Of a divided sector only controlled goods are electronics of war; budgets and arms of a divided country go
        with its size."""
        if division.axis == "sector":
            goods = division.twice(self.goods, 1)
            if ELECTRONICS in self.ingredient and division.names[division.at].endswith(".controlled"):
                goods[self.ingredient.index(ELECTRONICS), division.at + 1] = 0.0
            return replace(self, goods=goods, fuel=division.twice(self.fuel, 0))
        kept = float(division.first)
        return replace(self, spending=division.apart(self.spending, 0, kept),
                       oil_share=division.twice(self.oil_share, 0),
                       arms=division.apart(division.apart(self.arms, 0, kept), 1, kept))

    @property
    def received(self) -> FloatArray:
        """Arms received in kind in the base year (country,), million USD."""
        total: FloatArray = self.arms.sum(axis=0)
        return total

    def bought_goods(self, world: "World") -> FloatArray:
        """Parts (sector,) of what is spent on the recipe's goods, labour left out: what givers buy to give away."""
        bought = world.tables.expenditure.sum(axis=1) * self.goods
        within = np.divide(bought, bought.sum(axis=1, keepdims=True), out=np.zeros_like(bought), where=bought > 0)
        parts = self.weight @ within
        normed: FloatArray = parts / parts.sum()
        return normed
