"""How a pair, a country or the world settles its trade: shares by rail with their source, before and after a scenario.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.payments import spent_on_settling
from multipolar.world.settlement import PUBLISHED, Settlement, abroad
from multipolar.world.tables import FloatArray
from multipolar.world.world import World


@dataclass(frozen=True)
class Settling:
    """How one flow, or a sum of flows, is settled.

    what           ``RUS -> CHN``, ``RUS exports``, ``world``
    trade          million USD abroad; shares are percent of it by rail, and add up to 100 where there is trade
    trade_after    the same under a scenario; None without one
    quality        how published the shares of the base year are, in words; empty for the world
    sources        where they come from, a line each
    """

    what: str
    trade: float
    shares: dict[str, float]
    trade_after: float | None
    shares_after: dict[str, float] | None
    quality: str
    sources: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def settled_world(world: World, outcome: Outcome | None = None) -> Settling:
    """All trade between countries."""
    everything = np.ones((len(world.countries), len(world.countries)), dtype=bool)
    return _settling(world, outcome, _("world"), everything, "", ())


def settled_trade_of(world: World, code: str | None, outcome: Outcome | None = None) -> Settling:
    """All trade of a country with others, both ways; without a code, of the world."""
    if code is None:
        return settled_world(world, outcome)
    at = world.country_index(code)
    chosen = np.zeros((len(world.countries), len(world.countries)), dtype=bool)
    chosen[at] = chosen[:, at] = True
    return _settling(world, outcome, code, chosen, "", ())


def settled_country(world: World, code: str, outcome: Outcome | None = None) -> tuple[Settling, Settling]:
    """A country's exports and its imports.

    Raises:
        UnknownName: the world has no such country.
    """
    at, part = world.country_index(code), world.part(Settlement)
    made = []
    for side, what in (("export", _("{code} exports", code=code)), ("import", _("{code} imports", code=code))):
        chosen = np.zeros((len(world.countries), len(world.countries)), dtype=bool)
        if side == "export":
            chosen[at] = True
        else:
            chosen[:, at] = True
        stated = part.sources.get(f"{code} {side}", "")
        quality = _("published") if stated else _("sum of its pairs")
        made.append(_settling(world, outcome, what, chosen, quality, (stated,) if stated else ()))
    return made[0], made[1]


def settled_pair(world: World, one: str, other: str, outcome: Outcome | None = None) -> tuple[Settling, Settling]:
    """What `one` sells to `other`, and the other way round.

    Raises:
        UnknownName: the world has no such country.
    """
    part = world.part(Settlement)
    made = []
    for exporter, importer in ((one, other), (other, one)):
        chosen = np.zeros((len(world.countries), len(world.countries)), dtype=bool)
        place = world.country_index(exporter), world.country_index(importer)
        chosen[place] = True
        made.append(_settling(world, outcome, f"{exporter} -> {importer}", chosen,
                              PUBLISHED[int(part.published[place])], pair_sources(world, exporter, importer)))
    return made[0], made[1]


def pair_sources(world: World, exporter: str, importer: str) -> tuple[str, ...]:
    """Where a pair's shares come from, a line each; the rule's kind of pair where the reference world's rule knows it.
    """
    stated = world.part(Settlement).sources
    keys = (f"{exporter}-{importer} both", f"{importer}-{exporter} both", f"{exporter} export", f"{importer} import")
    found = [f"{key}: {stated[key]}" for key in keys if key in stated]
    if "rule" in stated:
        from multipolar.world.reference.facts import load_facts
        from multipolar.world.reference.settlement import rule_class

        known = {exporter, importer} <= set(load_facts().countries)    # no country that was merged since
        kind = _(" ({kind})", kind=rule_class(exporter, importer)) if known else ""
        found.append(_("rule: {rule}{kind}", rule=stated["rule"], kind=kind))
    return tuple(found)


def _settling(world: World, outcome: Outcome | None, what: str, chosen: FloatArray, quality: str,
              sources: tuple[str, ...]) -> Settling:
    part = world.part(Settlement)
    before = abroad(world.tables.trade_by_pair) * chosen
    trade_after = shares = None
    if outcome is not None:
        after = abroad(outcome.levels.trade_by_pair) * chosen
        trade_after, shares = float(after.sum()), _percentages(
            part.rail, after, outcome.values("settlement_share") / 100)
    return Settling(what, float(before.sum()), _percentages(part.rail, before, part.share), trade_after, shares,
                    quality, sources)


def _percentages(rails: tuple[str, ...], trade: FloatArray, share: FloatArray) -> dict[str, float]:
    """Percent of the trade by rail; zero where there is none."""
    amounts = np.einsum("in,inc->c", trade, share)
    total = trade.sum()
    return {rail: float(100 * amount / total) if total > 0 else 0.0
            for rail, amount in zip(rails, amounts, strict=True)}


def coverage(world: World) -> dict[str, float]:
    """Percent of world trade by how published its settlement shares are, the best first."""
    part, trade = world.part(Settlement), abroad(world.tables.trade_by_pair)
    return {words: float(100 * trade[part.published == code].sum() / trade.sum())
            for code, words in sorted(PUBLISHED.items(), reverse=True)}


@dataclass(frozen=True)
class Payments:
    """What a scenario does to the payments of one economy, or of the world, abroad; million USD and percent.

    trade         exports and imports before and after (for the world each flow once)
    cost          what settling costs more than in the base year, percent of trade after; below zero it costs less
    lost, moved   of what the economy traded with each partner, what is gone altogether and what another partner took
    """

    who: str
    trade: float
    trade_after: float
    cost: float
    lost: float
    moved: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def payments(outcome: Outcome, code: str | None = None) -> Payments:
    """Cost of settlement, trade lost and trade moved, of a country (goods and services, both ways) or of the world."""
    before, after = (abroad(trade) for trade in (outcome.world.tables.trade_by_pair, outcome.levels.trade_by_pair))
    if code is not None:
        at = outcome.world.country_index(code)
        cost, lost, moved = (float(outcome.values(name)[at])
                             for name in ("settlement_cost_of_trade", "trade_lost", "trade_moved"))
        return Payments(code, float(before[at].sum() + before[:, at].sum()),
                        float(after[at].sum() + after[:, at].sum()), cost, lost, moved)
    melted, paid = spent_on_settling(outcome.levels)
    fallen, risen = (float(np.maximum(change, 0.0).sum()) for change in (before - after, after - before))
    return Payments(_("world"), float(before.sum()), float(after.sum()), float(100 * melted.sum() / paid.sum()),
                    max(fallen - risen, 0.0), min(fallen, risen))
