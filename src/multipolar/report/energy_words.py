"""Sentences about fuels that every form of the brief says in the same words."""

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.report.brief import Brief, Column
from multipolar.report.channels import country_name
from multipolar.report.energy import Amount, Budget, EnergyAnswer, Streams
from multipolar.report.fuels import doubtful_note
from multipolar.report.numbers import billions, signed
from multipolar.report.sankey import name
from multipolar.world.tables import IntArray

SMALLEST_SHOWN = 0.5
"""Flows that round to nothing, before and after, are left out of sentences."""


NAMED = 3
"""So many countries that gain or lose most are named."""
SMALLEST_GAIN = 0.05
"""Billion USD, below which nobody is said to gain or lose."""


def answers(brief: Brief, column: Column) -> list[tuple[str, list[str]]]:
    """Questions with their answers: who gains, the seller's budget, the buyer's gas, where the fuels go."""
    question, answer, outcome = brief.definition.energy, column.energy, column.main.outcome
    if question is None or answer is None or outcome is None:
        return []
    seller, buyer = (country_name(brief.world, code) for code in (question.seller, question.buyer))
    up, down = gains(outcome)
    sums = _("Gain, billion USD of real income: {up}. Lose: {down}.", up=up, down=down)
    found = [(_("Who gains, who loses"), [sums])]
    if answer.budget is not None:
        found.append((_("{country}'s budget", country=seller), [_budget_line(seller, answer.budget)]))
    if answer.gas is not None:
        found.append((_("{country}'s gas", country=buyer), [_gas_line(answer, seller, buyer)]))
    lines = [*map(stream_line, answer.streams), *[one.withheld or doubtful_note(one) for one in answer.balances]]
    lines = [line for line in lines if line]
    return [*found, (_("Where the fuels go"), lines)] if lines else found


def gains(outcome: Outcome) -> tuple[str, str]:
    """The countries that gain most and those that lose most, in billions."""
    worth, percent = outcome.values("equivalent_variation") / 1e3, outcome.values("real_income")

    def named(order: IntArray) -> str:
        kept = [_("{country} {amount} ({percent} %)", amount=billions(float(worth[at])),
                  country=country_name(outcome.world, outcome.world.countries[at]), percent=signed(float(percent[at])))
                for at in order[:NAMED]]
        return ", ".join(kept) or _("nobody, to speak of")

    order = np.argsort(-worth)
    return named(order[worth[order] >= SMALLEST_GAIN]), named(order[::-1][worth[order[::-1]] <= -SMALLEST_GAIN])


def _budget_line(seller: str, budget: Budget) -> str:
    low, high = budget.loss
    cheap, dear = budget.loss_billions
    return _(
        "{seller}: receipts of the oil and gas industries {sales} %, rent of the ground {rents} %. As taxes follow "
        "one or the other, the federal budget changes by {first} to {second} % ({cheap} to {dear} billion USD; oil "
        "and gas are {share:.1f} % of its revenue).", seller=seller, sales=signed(budget.sales),
        rents=signed(budget.rents), first=signed(-low, 1), second=signed(-high, 1), cheap=signed(-cheap, 1),
        dear=signed(-dear, 1), share=budget.share)


def _gas_line(answer: EnergyAnswer, seller: str, buyer: str) -> str:
    gas = answer.gas
    assert gas is not None, "asked only where there is a price"
    paid = _("none is bought from {seller} any more", seller=seller) if gas.after is None else _(
        "gas from {seller} costs {after:.0f} dollars per 1000 m³ at the border, {before:.0f} before",
        seller=seller, after=gas.after, before=gas.before)
    return _("{buyer} pays {change} % for gas, all suppliers together; {paid}.", buyer=buyer,
             change=signed(gas.all_suppliers), paid=paid)


def money_rows(answer: EnergyAnswer) -> list[tuple[str, Amount]]:
    """The seller's money before and after, row by row; billion USD, but for the barrel."""
    budget, rows = answer.budget, list[tuple[str, Amount]]()
    if budget is not None:
        rows = [*[(_("Exports of {fuel}", fuel=fuel(good)), one) for good, one in budget.exports.items()],
                (_("Receipts of the oil and gas industries, at home and abroad"), budget.receipts),
                (_("Rent of the ground under them"), budget.rent),
                (_("Oil and gas in the federal budget, if taxes follow receipts"), budget.by_receipts),
                (_("The same, if taxes follow the rent"), budget.by_rent)]
    return rows if answer.barrel is None else [*rows, (_("A barrel of crude oil, USD f.o.b."), answer.barrel)]


def budget_note(brief: Brief, budget: Budget) -> str:
    """What the amounts in the budget rest on."""
    return _("In the base year oil and gas brought {share:.1f} % of the federal budget's revenue, {billions:.0f} "
             "billion USD ({sources}). No tax schedule was published with these shares, so the two rows on the budget "
             "bound what it loses.", share=budget.share, billions=budget.billions, sources="; ".join(budget.sources))


def fuel(good: str) -> str:
    """A fuel's name in a sentence."""
    return {"oil": _("crude oil"), "gas": _("natural gas"), "coal": _("coal")}.get(good, good)


def stream_line(streams: Streams) -> str:
    """Where the first seller's exports of a fuel go, before and after."""
    parts = [_("{buyer} {before:,.0f} to {after:,.0f}", buyer=name(buyer), before=streams.before[0, at],
               after=streams.after[0, at]) for at, buyer in enumerate(streams.buyers)
             if max(streams.before[0, at], streams.after[0, at]) >= SMALLEST_SHOWN]
    return _("{seller}'s exports of {fuel}, {unit} a year: {parts}.", seller=name(streams.sellers[0]),
             fuel=fuel(streams.good), unit=streams.unit, parts="; ".join(parts))


def changed_flows(streams: Streams) -> str:
    """The same in short, only the buyers that buy more or less."""
    parts = [_("{buyer} {before:,.0f} to {after:,.0f}", buyer=name(buyer), before=streams.before[0, at],
               after=streams.after[0, at]) for at, buyer in enumerate(streams.buyers)
             if abs(streams.before[0, at] - streams.after[0, at]) >= SMALLEST_SHOWN]
    return "; ".join(parts) or _("as before")


def lifeline(brief: Brief) -> str:
    """What the loss of one scenario would be where the seller has another outlet; empty where the brief does not ask.

    The second scenario is relative to a year in which the outlet is open.
    """
    question = brief.definition.energy
    if question is None or len(question.lifeline) < 2:
        return ""
    columns = {column.scenario.name: column.main.outcome for column in brief.columns}
    now, instead = (columns.get(one) for one in question.lifeline)
    if now is None or instead is None or question.seller not in now.world.countries:
        return ""
    place = now.world.country_index(question.seller)
    losses = [(float(one.values("real_income")[place]), float(one.values("equivalent_variation")[place]) / 1e3)
              for one in (now, instead)]
    return _("What the lifeline is worth: {first} changes {seller}'s real income by {now} % ({billions} billion USD); "
             "with the other outlet open it would be {instead} % ({other} billion USD).", first=now.scenario.title,
             seller=country_name(now.world, question.seller), now=signed(losses[0][0]),
             billions=signed(losses[0][1], 1), instead=signed(losses[1][0]), other=signed(losses[1][1], 1))
