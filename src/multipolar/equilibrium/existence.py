"""Is there an equilibrium to look for? `exists`, `none` with its reason, or `undecided`, before any iteration.

"Existence" in the theory pages. First prices: what loses every supplier of something it cannot do without, or has no
finite price, is deleted, in a cascade. Then money: in what is left, every flow must be paid for.
Existence there follows the literature on economies with linear budget constraints: what matters is which agents are
strongly connected through what they buy and sell (Gale 1976; Maxfield 1997), and what one-way flows need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.money import Channels, Partition, bought_from, by_countries, by_graph
from multipolar.equilibrium.nest import without_parts
from multipolar.equilibrium.payable import refused
from multipolar.equilibrium.prices import Survivors, survivors
from multipolar.equilibrium.structure import BoolArray, DeficitRule, Structure, by_user, codes, listed, some
from multipolar.world.tables import IntArray

Answer = Literal["exists", "none", "undecided"]


@dataclass(frozen=True, eq=False)
class Existence:
    """The answer, and the partition of the world that the solver needs.

    reason             ``none: price`` or ``none: flows`` where the answer is none, else empty
    message            a sentence for the user, empty unless none
    countries, goods   codes that the message is about
    closures           deficit rules that would not be refused, where this one is
    living_industries  (country, sector): has a cost, and final demand buys from it somewhere; the others shut
    bought             (group, country, good): the group of users buys it, and a living industry sells it to them; the
                       others have no price
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
    bought: BoolArray
    components: IntArray
    strong: IntArray

    @property
    def living_goods(self) -> BoolArray:
        """(country, good): somebody buys it, whoever that is."""
        return some(self.bought, axis=0)


def assess(structure: Structure) -> Existence:
    """Whether an equilibrium exists, does not, or depends on magnitudes. Never raises for want of an equilibrium."""
    cells = structure.kernel > 0
    if not structure.active.all():
        cells &= structure.active.T[:, None, :]
    final, inputs, employs = structure.final_shares > 0, structure.input_shares, structure.pays_labour()
    left, apart = survivors(structure, cells), structure.kernel_by_use
    cells = cells[None] if apart is None else (apart > 0) & cells
    sold = left.goods.T[None] if apart is None else some(cells, axis=3).transpose(0, 2, 1)
    lost = final & ~sold[-1]
    if lost.any():
        if structure.substitution.final_demand > 1:
            lost &= ~some(final & sold[-1], axis=1)[:, None]
        if lost.any():
            return _no_price(structure, lost, left)
        final = final & sold[-1]
    if (structure.given & ~sold[-1]).any():
        return _no_gift(structure, structure.given & ~sold[-1], left)
    final = final | structure.given
    if structure.substitution.may_do_without():
        no_materials, no_labour = without_parts(structure, by_user(sold))
        inputs = inputs * (by_user(sold) & ~no_materials[:, :, None])
        employs = employs & ~no_labour
    industries, used = bought_from(cells, final, inputs, left.living)
    if (left.vanishing & used).any():
        return _vanishing_price(structure, some(left.vanishing & used, axis=0), left)
    channels = Channels(cells, final, used, inputs, structure.pays_labour(), employs, structure.factor_income > 0,
                        industries, structure.kernel, structure.net_kernel)
    partition = by_countries(channels)
    if partition is None:
        partition = by_graph(channels)
    return _money(structure, partition, industries, used, left.settled)


def _no_price(structure: Structure, lost: BoolArray, left: Survivors) -> Existence:
    """The answer where final demand lacks goods `lost` (country, good) that it cannot do without."""
    endless = lost & left.endless
    sentences = []
    if (lost & ~endless).any():
        sentences.append(_("Nobody is left to sell what final demand cannot do without: {goods}.",
                           goods=_by_good(structure, lost & ~endless)))
    if endless.any():
        sentences.append(_("What final demand cannot do without would have no finite price: {goods}.",
                           goods=_by_good(structure, endless)))
    makers = left.began & ~lost
    if makers.any():
        sentences.append(_("Industries shut because these have no seller left: {goods}.",
                           goods=_by_good(structure, makers)))
    feeding = left.endless & ~lost
    if feeding.any():
        sentences.append(_("Industries shut because these would have no finite price: {goods}.",
                           goods=_by_good(structure, feeding)))
    if left.endless.any():
        sentences.append(_("With so little substitution makers cannot turn away from materials whose price their own "
                           "costs raise. Try smaller measures, larger elasticities, or the long horizon."))
    else:
        sentences.append(_("Leave one supplier open, or put a trade cost in the place of a ban."))
    return _priceless(structure, lost, left, sentences)


def _no_gift(structure: Structure, lost: BoolArray, left: Survivors) -> Existence:
    """The answer where a government would give away goods (country, good) that nobody sells to it."""
    return _priceless(structure, lost, left, [
        _("Nobody is left to sell what is to be given away: {goods}. Goods given in kind are bought in the giver's "
          "country, from the sellers of final users there. Give other goods, or money.",
          goods=_by_good(structure, lost))])


def _vanishing_price(structure: Structure, vanishing: BoolArray, left: Survivors) -> Existence:
    """The answer where the price of goods in use (country, good) would fall to nothing at whatever wages."""
    return _priceless(structure, vanishing, left, [
        _("The price of {goods} would fall to nothing: their makers replace value added by materials that they make "
          "ever cheaper for one another. Try smaller measures, or smaller elasticities.",
          goods=_by_good(structure, vanishing))])


def _priceless(structure: Structure, lost: BoolArray, left: Survivors, sentences: Sequence[str]) -> Existence:
    """`none: price` on account of goods (country, good)."""
    nowhere = np.full(len(structure.countries), -1)
    return Existence("none", "none: price", " ".join(sentences), codes(structure.countries, some(lost, axis=1)),
                     codes(structure.sectors, some(lost, axis=0)), (), left.living, left.goods.T[None], nowhere,
                     nowhere)


def _money(structure: Structure, partition: Partition, industries: BoolArray, used: BoolArray,
           priced: bool) -> Existence:
    """The answer of the money side, with the deficit rules that would do where this one does not.

    Nothing is promised unless finite prices are proven (`priced`).
    """
    rule = structure.deficit_rule
    refusal = refused(structure, partition, rule)
    parts = (industries, used, partition.components, partition.strong)
    if refusal is None:
        sure = priced and certain(structure, partition, industries, rule)
        return Existence("exists" if sure else "undecided", "", "", (), (), (), *parts)
    others = [other for other in get_args(DeficitRule) if other != rule]
    closures = tuple(other for other in others if refused(structure, partition, other) is None)
    sure = priced and all(certain(structure, partition, industries, other) for other in closures)
    message = refusal.message + " " + _advice(closures, sure)
    return Existence("none", "none: flows", message, refusal.countries, refusal.goods, closures, *parts)


def certain(structure: Structure, partition: Partition, industries: BoolArray, rule: DeficitRule) -> bool:
    """Whether theory promises an equilibrium, given that none of its necessary conditions refuses it.

    Every component is strongly connected, nothing is transferred or given away, and D' = 0, or D' is proportional with
    1 + δ[n] > max δ in the component, so that no budget can become negative whatever the wages. Every industry must
    pay value added besides: without it costs of 1 - a times prices need not have a fixed point, as in a loop of makers
    that buy only from one another and whose tariffs fall. And every elasticity must be above zero: in fixed proportions
    a factor may be in excess at any wage above zero.
    """
    if not (structure.pays_labour() | ~industries).all() or structure.substitution.some_fixed():
        return False
    if partition.condensation is not None or structure.material(structure.transfers).any() or structure.given.any():
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
