"""Where controlled goods go: who supplies the targets of a control before and after, directly and through whom."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.solve import solve
from multipolar.errors import ScenarioError
from multipolar.measures.scenario import Scenario
from multipolar.measures.selection import select_members
from multipolar.measures.technology import TechnologyControl
from multipolar.report.energy import Streams
from multipolar.report.hubs import HubGrowth, hub_growth
from multipolar.world.military import Military
from multipolar.world.tables import FloatArray
from multipolar.world.technology import Controlled, parts_of
from multipolar.world.world import World

OWN = "own"
"""Stands for the targets' own makers."""
NAMED = 5
"""A drawing names this many sellers."""


@dataclass(frozen=True)
class Supplier:
    """Controlled goods from one country to the targets, million USD before tariff.

    before   in the base year, by whatever way
    direct   after, on the direct way;  through   after, by hub
    """

    code: str
    before: float
    direct: float
    through: dict[str, float]

    @property
    def after(self) -> float:
        """By all ways."""
        return self.direct + sum(self.through.values())


@dataclass(frozen=True)
class ControlledGoods:
    """Where the controlled goods of a scenario go; million USD before tariff.

    suppliers  largest first, the targets' own makers under "own"
    sold       what the coalition sold the targets in the base year
    gone       part of it that is gone, percent;  round   part of it that goes round
    own        what the targets' own makers sell more;  others   what third countries do
    price      change of what targets pay for controlled goods, percent, weighted by their spending
    means      change of the targets' means of war, percent; without those whose budget is not known
    """

    title: str
    targets: tuple[str, ...]
    coalition: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    hubs: tuple[HubGrowth, ...]
    sold: float
    gone: float
    round: float
    own: float
    others: float
    price: float
    means: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "scenario": self.title, "targets": self.targets, "coalition": self.coalition,
            "units": {"before, direct, through, transit, sold, own, others": "million USD", "gone, round": "percent of "
                      "what the coalition sold", "price, means": "percent", "hubs: bought and sold": "ratio"},
            "suppliers": [{"code": one.code, "before": one.before, "direct": one.direct, "through": one.through,
                           "after": one.after} for one in self.suppliers],
            "hubs": [vars(one) for one in self.hubs], "sold": self.sold, "gone": self.gone, "round": self.round,
            "own": self.own, "others": self.others, "price": self.price, "means": self.means}


def controlled_goods(outcome: Outcome) -> ControlledGoods:
    """Where the goods of a scenario's controls go: its bans' if it has any, else all of its controls'.

    Raises:
        ScenarioError: the scenario controls no technology.
    """
    controls = controls_of(outcome.scenario)
    if not controls:
        raise ScenarioError(_("{scenario} has no technology control; `multipolar controlled` is about those.",
                              scenario=outcome.scenario.name))
    world, levels = outcome.world, outcome.levels
    goods = [at for at, _rest in parts_of(world.sectors).values()]
    targets = sorted({at for one in controls for at in select_members(world, one.targets).indices.tolist()})
    members = sorted({at for one in controls for at in select_members(world, one.coalition).indices.tolist()
                      if at not in targets})
    before = world.tables.landed[:, goods][:, :, targets].sum(axis=(1, 2))
    after = levels.landed[:, goods][:, :, targets].sum(axis=(1, 2))
    through = levels.transit[:, :, targets].sum(axis=2)
    made = [_supplier(world, at, float(before[at]), float(after[at]), through[at]) for at in range(len(before))
            if at not in targets]
    own = Supplier(OWN, float(before[targets].sum()), float(after[targets].sum()), {})
    sold, still = float(before[members].sum()), float(after[members].sum())
    third = [at for at in range(len(before)) if at not in members and at not in targets]
    return ControlledGoods(
        outcome.scenario.title or outcome.scenario.name, _codes(world, targets), _codes(world, members),
        (*sorted((one for one in made if max(one.before, one.after) > 0), key=lambda one: -max(one.before, one.after)),
         own), hub_growth(outcome, controls, goods, members, targets), sold, _part(sold - still, sold),
        _part(float(through[members].sum()), sold), own.after - own.before,
        float((after - before)[third].sum()), _price(outcome, goods, targets), _means(outcome, targets))


def controls_of(scenario: Scenario) -> list[TechnologyControl]:
    """The controls that a scenario's account is of: its bans if it has any, else all of its controls."""
    controls = [one for one in scenario.measures if isinstance(one, TechnologyControl)]
    return [one for one in controls if one.supply == 0] or controls


def at_the_ends(world: World, outcome: Outcome) -> tuple[ControlledGoods, ...]:
    """The same with the stated shares of controlled goods at the low and at the high end of their ranges, on the world
    that the outcome was solved on; nothing where the measures state their own shares."""
    if all(one.share is not None for one in controls_of(outcome.scenario)) or not world.has_part(Controlled):
        return ()
    part, closure = world.part(Controlled), outcome.scenario.closure
    ends = (world.with_part(part.at_end(values)) for values in (part.low, part.high))
    return tuple(controlled_goods(solve(end, outcome.scenario, deficits=closure.deficits, horizon=closure.horizon))
                 for end in ends)


def _price(outcome: Outcome, goods: list[int], targets: list[int]) -> float:
    spent = outcome.world.tables.expenditure[np.ix_(goods, targets)]
    price = outcome.levels.paid_by_households[np.ix_(goods, targets)]
    return 100 * (float(np.exp((spent * np.log(price)).sum() / spent.sum())) - 1)


def _means(outcome: Outcome, targets: list[int]) -> dict[str, float]:
    if not outcome.world.has_part(Military):
        return {}
    changes = outcome.values("war_capacity")
    return {outcome.world.countries[at]: float(changes[at]) for at in targets if np.isfinite(changes[at])}


def _supplier(world: World, at: int, before: float, after: float, through: FloatArray) -> Supplier:
    ways = {world.countries[hub]: float(through[hub]) for hub in np.flatnonzero(through > 0)}
    return Supplier(world.countries[at], before, max(after - sum(ways.values()), 0.0), ways)


def _codes(world: World, places: list[int]) -> tuple[str, ...]:
    return tuple(world.countries[at] for at in places)


def _part(value: float, whole: float) -> float:
    return 100 * value / whole if whole > 0 else 0.0


def streams(made: ControlledGoods) -> Streams:
    """The drawing: who supplies (the coalition together, the largest others) by which way, before and after."""
    coalition = set(made.coalition)
    others = [one for one in made.suppliers if one.code not in coalition and one.code != OWN]
    sellers = {_("coalition"): [one for one in made.suppliers if one.code in coalition],
               **{one.code: [one] for one in others[:NAMED]}, _("the rest"): others[NAMED:],
               _("own makers"): [one for one in made.suppliers if one.code == OWN]}
    ways = [_("directly"), *dict.fromkeys(hub for one in made.suppliers for hub in one.through)]
    before, after = np.zeros((len(sellers), len(ways))), np.zeros((len(sellers), len(ways)))
    for row, members in enumerate(sellers.values()):
        before[row, 0] = sum(one.before for one in members)
        after[row, 0] = sum(one.direct for one in members)
        for column, hub in enumerate(ways[1:], start=1):
            after[row, column] = sum(one.through.get(hub, 0.0) for one in members)
    return Streams(_("controlled goods"), _("million USD"), tuple(sellers), tuple(ways), before, after)
