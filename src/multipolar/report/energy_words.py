"""Sentences about fuels that every form of the brief says in the same words."""

from multipolar.catalogue import _
from multipolar.report.brief import Brief
from multipolar.report.channels import country_name
from multipolar.report.energy import EnergyAnswer, Streams
from multipolar.report.numbers import signed
from multipolar.report.sankey import name

SMALLEST_SHOWN = 0.5
"""Flows that round to nothing, before and after, are left out of sentences."""


def energy_lines(brief: Brief, answer: EnergyAnswer) -> list[str]:
    """What the seller's budget loses and what the buyer pays for gas, as sentences."""
    question, budget, gas, lines = brief.definition.energy, answer.budget, answer.gas, list[str]()
    if question is None:
        return lines
    seller, buyer = (country_name(brief.world, code) for code in (question.seller, question.buyer))
    if budget is not None:
        low, high = budget.loss
        cheap, dear = budget.loss_billions
        lines.append(_(
            "{seller}: receipts of the oil and gas industries {sales} %, rent of the ground {rents} %. As taxes follow "
            "one or the other, the federal budget changes by {first} to {second} % ({cheap} to {dear} billion USD; oil "
            "and gas are {share:.1f} % of its revenue).", seller=seller, sales=signed(budget.sales),
            rents=signed(budget.rents), first=signed(-low, 1), second=signed(-high, 1), cheap=signed(-cheap, 0),
            dear=signed(-dear, 0), share=budget.share))
    if gas is not None:
        paid = _("none is bought from {seller} any more", seller=seller) if gas.after is None else _(
            "gas from {seller} costs {after:.0f} dollars per 1000 m³ at the border, {before:.0f} before",
            seller=seller, after=gas.after, before=gas.before)
        lines.append(_("{buyer} pays {change} % for gas, all suppliers together; {paid}.", buyer=buyer,
                       change=signed(gas.all_suppliers), paid=paid))
    return lines


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
