"""Is there a flow of money that fits the deficits and transfers? One linear programme for each weak component.

The part of "Existence" in the theory pages that depends on the deficit rule, and what to say where no flow fits.
"""

from dataclasses import dataclass

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.money import (
    FLOW_TOLERANCE,
    Condensation,
    Partition,
    largest_smallest_flow,
    worst_cut,
)
from multipolar.equilibrium.structure import (
    BALANCE_TOLERANCE,
    NAMED,
    BoolArray,
    DeficitRule,
    Structure,
    amount_text,
    codes,
    listed,
    some,
)
from multipolar.world.tables import FloatArray, IntArray


@dataclass(frozen=True)
class Refusal:
    """Why no flow of money fits."""

    message: str
    countries: tuple[str, ...]
    goods: tuple[str, ...] = ()


def refused(structure: Structure, partition: Partition, rule: DeficitRule) -> Refusal | None:
    """Why no positive flow of money fits the deficits of `rule` and the transfers; None if one does.

    Within a strong component every imbalance can be met by a flow positive on every edge, since a circulation as
    large as one likes may be added; so only sums over components and what crosses strong components matter.
    """
    if partition.unsold.any():
        idle = codes(structure.countries, partition.unsold)
        return Refusal(_("Nobody would be left to buy what {countries} can make with labour: labour there would be "
                         "unsold.", countries=listed(idle)), idle)
    transfers = structure.material(structure.transfers)
    parted = _unbalanced(structure, partition, transfers)
    if parted is not None:
        return _transfer_refused(structure, parted & (transfers != 0), transfers)
    fixed = structure.material(structure.deficit) if rule == "fixed" else np.zeros_like(transfers)
    parted = _unbalanced(structure, partition, fixed)
    if parted is not None:
        return _deficit_refused(structure, partition, parted, fixed)
    if partition.condensation is None:
        return None
    for component in range(partition.components.max() + 1):
        inside = partition.components == component
        piece = Piece.of(partition.condensation, component, inside)
        balance = fixed + transfers
        if rule == "proportional":
            balance = balance + _proportional(structure, inside)
        cut = _cut(piece, balance)
        if cut is not None and (rule != "proportional" or not _some_wages_fit(structure, piece, transfers)):
            return _one_way_refused(structure, piece, *cut)
    return None


@dataclass(frozen=True, eq=False)
class Piece:
    """One weak component of the condensation: edges between its nodes 0, 1, ..., and the node of each F and industry.

    inside      (country,): the countries of the component
    final       (country,): node of F[n], -1 outside;  industries (country, sector): likewise
    """

    payer: IntArray
    payee: IntArray
    size: int
    inside: BoolArray
    final: IntArray
    industries: IntArray

    @classmethod
    def of(cls, whole: Condensation, component: int, inside: BoolArray) -> "Piece":
        """The piece of `whole` that is weak component `component`, with the countries `inside`."""
        member = whole.component == component
        number = np.where(member, np.cumsum(member) - 1, -1)
        edges = member[whole.payer]
        industries = np.where(whole.industries >= 0, number[whole.industries], -1)
        return cls(number[whole.payer[edges]], number[whole.payee[edges]], int(member.sum()), inside,
                   number[whole.final], industries)

    def by_node(self, amounts: FloatArray) -> FloatArray:
        """Amounts at each country's F, summed by node, with the rounding in their sum taken out."""
        total = np.zeros(self.size)
        np.add.at(total, self.final[self.inside], amounts[self.inside])
        total[np.argmax(np.abs(total))] -= total.sum()
        return total


def _cut(piece: Piece, balance: FloatArray) -> tuple[BoolArray, float] | None:
    """The nodes that money can only leave although their balance is not positive, and it; None if a flow fits."""
    if not piece.payer.size:
        return None
    at_node = piece.by_node(balance)
    smallest, potential = largest_smallest_flow(piece.payer, piece.payee, at_node)
    if smallest > FLOW_TOLERANCE:
        return None
    return worst_cut(at_node, potential)


def _some_wages_fit(structure: Structure, piece: Piece, transfers: FloatArray) -> bool:
    """Whether a positive flow fits the proportional rule at some factor incomes Ω' > 0.

    D'[n] = Ω'[n] (δ[n] − δ̄), δ̄ the mean of δ weighted by Ω'. Any δ̄ between the lowest and the highest δ can be had,
    and then D'[n] may have any size, with the sign of δ[n] − δ̄, as long as the sum is zero: choose
    Ω'[n] = D'[n] / (δ[n] − δ̄). So only the order of the δ can refuse. That Ω'[n] is also the flow from W[n] to F[n]
    is left out, which errs on the side of `undecided`.

    Between two neighbouring values of δ̄ at which a node's sign changes all are alike, so one in between is tried. The
    values themselves and terms of exactly zero add nothing: as the flow is positive on every edge of a graph that
    hangs together, it bears any small change of balances that sums to zero.
    """
    rate = structure.deficit_rate()
    low, high = np.full(piece.size, np.inf), np.full(piece.size, -np.inf)
    np.minimum.at(low, piece.final[piece.inside], rate[piece.inside])
    np.maximum.at(high, piece.final[piece.inside], rate[piece.inside])
    holds = low <= high
    changes = np.unique(np.concatenate([low[holds], high[holds]]))
    given = piece.by_node(transfers)
    for mean in (changes[1:] + changes[:-1]) / 2:
        above, below = holds & (high > mean), holds & (low < mean)
        if largest_smallest_flow(piece.payer, piece.payee, given, above, below)[0] > FLOW_TOLERANCE:
            return True
    return False


def _proportional(structure: Structure, inside: BoolArray) -> FloatArray:
    """D' (country,) of the proportional rule within a component at base-year factor incomes; 0 outside."""
    income = np.where(inside, structure.factor_income, 0.0)
    deficit = np.where(inside, structure.deficit, 0.0)
    total = income.sum()
    within = deficit - income * (deficit.sum() / total) if total > 0 else np.zeros_like(deficit)
    return np.where(np.abs(within) > BALANCE_TOLERANCE * income, within, 0.0)


def _unbalanced(structure: Structure, partition: Partition, amounts: FloatArray) -> BoolArray | None:
    """Countries (country,) whose component's amounts do not sum to zero; None if there is none."""
    total = np.bincount(partition.components, weights=amounts)
    income = np.bincount(partition.components, weights=structure.factor_income)
    wrong: BoolArray = (np.abs(total) > BALANCE_TOLERANCE * income)[partition.components]
    return wrong if wrong.any() else None


def _transfer_refused(structure: Structure, involved: BoolArray, transfers: FloatArray) -> Refusal:
    """Transfers between components, which no money can cross."""
    members = codes(structure.countries, involved)
    named = listed([_("{country} ({amount} million USD net)", country=code, amount=amount_text(value))
                    for code, value in zip(members, transfers[involved], strict=True)])
    return Refusal(_("Transfers are paid or received across a gap that no trade would bridge: {countries}. A transfer "
                     "to or from an economy that is cut off cannot be paid.", countries=named), members)


def _deficit_refused(structure: Structure, partition: Partition, parted: BoolArray, deficit: FloatArray) -> Refusal:
    """Components whose fixed deficits do not sum to zero: the largest is "the others", and is not named."""
    labels, sizes = np.unique(partition.components, return_counts=True)
    largest = labels[np.argmax(sizes)] if len(labels) > 1 else -1
    wrong = [label for label in np.unique(partition.components[parted]) if label != largest]
    sentences: list[str] = []
    countries: list[str] = []
    for label in wrong:
        inside = partition.components == label
        members = codes(structure.countries, inside)
        total = float(deficit[inside].sum())
        side = _("deficit") if total > 0 else _("surplus")
        sentences.append(_("{countries} would be cut off with a fixed {side} of {amount} million USD.",
                           countries=listed(members), side=side, amount=amount_text(abs(total))))
        countries += members
    return Refusal(" ".join(sentences[:NAMED]), tuple(countries))


def _one_way_refused(structure: Structure, piece: Piece, nodes: BoolArray, amount: float) -> Refusal:
    """A set of nodes that money can only leave, without a balance to pay for it."""
    paying = piece.inside & nodes[piece.final]
    paid = piece.inside & ~nodes[piece.final]
    if not paid.any():
        trapped = (piece.industries >= 0) & ~nodes[piece.industries]
        goods = codes(structure.sectors, some(trapped, axis=0))
        makers = codes(structure.countries, some(trapped, axis=1))
        return Refusal(_("The makers of {goods} in {countries} would buy from one another alone and pay no wages, "
                         "so what is paid to them could never be spent.", goods=listed(goods),
                         countries=listed(makers)), makers, goods)
    few = paying if paying.sum() <= paid.sum() else paid
    buyers, sellers = (listed(codes(structure.countries, side)) if side is few or side.sum() <= NAMED
                       else _("the other economies") for side in (paying, paid))
    return Refusal(_("{buyers} would buy from {sellers} and sell nothing back, which net deficits or transfers would "
                     "have to pay for; for {buyers} they sum to {amount} million USD.", buyers=buyers,
                     sellers=sellers, amount=amount_text(amount)), codes(structure.countries, few))
