"""Is there an equilibrium to look for? `exists`, `none` with its reason, or `undecided`, before any iteration.

"Existence" in the theory pages, for σ = ε = φ = 1 without natural resources. First prices: what loses every supplier
of something it cannot do without is deleted, in a cascade. Then money: in what is left, every flow must be paid for.
Existence there follows the literature on economies with linear budget constraints: what matters is which agents are
strongly connected through what they buy and sell (Gale 1976; Maxfield 1997), and what one-way flows need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.money import Channels, Partition, bought_from, by_countries, by_graph
from multipolar.equilibrium.payable import refused
from multipolar.equilibrium.structure import BoolArray, DeficitRule, Structure, codes, listed, some
from multipolar.world.tables import FloatArray, IntArray

Answer = Literal["exists", "none", "undecided"]


@dataclass(frozen=True, eq=False)
class Existence:
    """The answer, and the partition of the world that the solver needs.

    reason             ``none: price`` or ``none: flows`` where the answer is none, else empty
    message            a sentence for the user, empty unless none
    countries, goods   codes that the message is about
    closures           deficit rules that would not be refused, where this one is
    living_industries  (country, sector): has a cost, and final demand buys from it somewhere; the others shut
    living_goods       (country, good): somebody buys it, and a living industry sells it; the others have no price
    components         (country,): weak components, each with its own numeraire; 0, 1, ... by first country
    strong             (country,): strong components; where they differ from `components`, one-way flows must be paid
    """

    answer: Answer
    reason: str
    message: str
    countries: tuple[str, ...]
    goods: tuple[str, ...]
    closures: tuple[str, ...]
    living_industries: BoolArray
    living_goods: BoolArray
    components: IntArray
    strong: IntArray


def assess(structure: Structure) -> Existence:
    """Whether an equilibrium exists, does not, or depends on magnitudes. Never raises for want of an equilibrium."""
    cells = structure.kernel > 0
    if not structure.active.all():
        cells &= structure.active.T[:, None, :]
    final = structure.final_shares > 0
    goods, living, first_lost = surviving(cells, structure.input_shares, structure.active)
    lost = final & ~goods.T
    if lost.any():
        return _no_price(structure, lost, first_lost, living, goods.T)
    industries, used = bought_from(cells, final, structure.input_shares, living)
    channels = Channels(cells, final, used, structure.input_shares, structure.pays_labour(),
                        structure.factor_income > 0, industries, structure.kernel, structure.net_kernel)
    partition = by_countries(channels)
    if partition is None:
        partition = by_graph(channels)
    return _money(structure, partition, industries, used)


def surviving(cells: BoolArray, inputs: FloatArray, active: BoolArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Goods that somebody sells (good, country), industries with a cost (country, sector), and where it began.

    Deletes a good that no living industry sells to a country, then industries that need it, and repeats. `cells`
    (good, importer, exporter) loses the sales of deleted industries in place. With every elasticity 1 an industry
    needs each good that it spends on. The third result, (country, good), marks goods without any open seller that
    some industry needs.
    """
    goods, living = some(cells, axis=2), active.copy()
    lost, began = ~goods, np.zeros_like(active)
    first = True
    while lost.any():
        sector, importer = np.nonzero(lost)
        needs = (inputs[importer, :, sector] > 0) & living[importer]
        if first:
            began[importer, sector] = some(needs, axis=1)
            first = False
        hit = np.zeros_like(living)
        np.logical_or.at(hit, importer, needs)
        living &= ~hit
        touched = some(hit, axis=0)
        cells[touched] &= living.T[touched][:, None, :]
        left = cells[touched].any(axis=2)
        lost = np.zeros_like(goods)
        lost[touched] = goods[touched] & ~left
        goods[touched] = left
    return goods, living, began


def _no_price(structure: Structure, lost: BoolArray, first_lost: BoolArray, living: BoolArray,
              goods: BoolArray) -> Existence:
    """The answer where final demand lacks goods `lost` (country, good) that it cannot do without."""
    message = _("Nobody is left to sell what final demand cannot do without: {goods}.",
                goods=_by_good(structure, lost))
    makers = first_lost & ~lost
    if makers.any():
        message += " " + _("Industries shut because these have no seller left: {goods}.",
                           goods=_by_good(structure, makers))
    message += " " + _("Leave one supplier open, or put a trade cost in the place of a ban.")
    nowhere = np.full(len(structure.countries), -1)
    return Existence("none", "none: price", message, codes(structure.countries, some(lost, axis=1)),
                     codes(structure.sectors, some(lost, axis=0)), (), living, goods, nowhere, nowhere)


def _money(structure: Structure, partition: Partition, industries: BoolArray, used: BoolArray) -> Existence:
    """The answer of the money side, with the deficit rules that would do where this one does not."""
    rule = structure.deficit_rule
    refusal = refused(structure, partition, rule)
    parts = (industries, used, partition.components, partition.strong)
    if refusal is None:
        sure = certain(structure, partition, industries, rule)
        return Existence("exists" if sure else "undecided", "", "", (), (), (), *parts)
    others = [other for other in get_args(DeficitRule) if other != rule]
    closures = tuple(other for other in others if refused(structure, partition, other) is None)
    sure = all(certain(structure, partition, industries, other) for other in closures)
    message = refusal.message + " " + _advice(closures, sure)
    return Existence("none", "none: flows", message, refusal.countries, refusal.goods, closures, *parts)


def certain(structure: Structure, partition: Partition, industries: BoolArray, rule: DeficitRule) -> bool:
    """Whether theory promises an equilibrium, given that none of its necessary conditions refuses it.

    Every component is strongly connected, nothing is transferred, and D' = 0, or D' is proportional with
    1 + δ[n] > max δ in the component, so that no budget can become negative whatever the wages. Every industry must
    pay value added besides: without it costs of 1 - a times prices need not have a fixed point, as in a loop of makers
    that buy only from one another and whose tariffs fall.
    """
    if not (structure.pays_labour() | ~industries).all():
        return False
    if partition.condensation is not None or structure.material(structure.transfers).any():
        return False
    if rule == "zero" or not structure.material(structure.deficit).any():
        return True
    rate = structure.deficit_rate()
    highest = np.full(partition.components.max() + 1, -np.inf)
    np.maximum.at(highest, partition.components, rate)
    return rule == "proportional" and bool((1 + rate > highest[partition.components]).all())


def _advice(closures: Sequence[str], sure: bool) -> str:
    """Which deficit rules would do instead."""
    if not closures:
        return _("No other deficit rule would do.")
    rules = _(" or ").join(f"deficits={rule!r}" for rule in closures)
    if sure:
        return _("With {rules} there is an equilibrium.", rules=rules)
    return _("With {rules} there may be an equilibrium.", rules=rules)


def _by_good(structure: Structure, where: BoolArray) -> str:
    """Goods with the countries concerned, for a message; `where` is (country, good)."""
    return listed([_("{good} in {countries}", good=good, countries=listed(codes(structure.countries, lacking)))
                   for good, lacking in zip(structure.sectors, where.T, strict=True) if lacking.any()], "; ")
