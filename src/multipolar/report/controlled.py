"""Where controlled goods go: who supplies the targets of a control before and after, directly and through whom."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.errors import ScenarioError
from multipolar.measures.selection import select_members
from multipolar.measures.technology import TechnologyControl
from multipolar.report.energy import Streams
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
class HubGrowth:
    """How much more of the denied goods a hub imports from the coalition, as a ratio: the model's beside the published
    growth of exports of listed goods to it; None where nothing was imported, or read."""

    code: str
    transit: float
    model: float | None
    published: float | None


@dataclass(frozen=True)
class ControlledGoods:
    """Where the controlled goods of a scenario go; million USD before tariff.

    suppliers  largest first, the targets' own makers under "own"
    gone       part of the coalition's sales to the targets that is gone, percent
    round      part of them that goes round, percent of what there was
    replaced   more from everybody else, percent of what there was
    price      change of what targets pay for controlled goods, percent, weighted by their spending
    """

    title: str
    targets: tuple[str, ...]
    coalition: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    hubs: tuple[HubGrowth, ...]
    gone: float
    round: float
    replaced: float
    price: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "scenario": self.title, "targets": self.targets, "coalition": self.coalition,
            "units": {"before, direct, through, transit": "million USD", "gone, round, replaced": "percent of what the "
                      "coalition sold", "price": "percent", "model, published": "ratio"},
            "suppliers": [{"code": one.code, "before": one.before, "direct": one.direct, "through": one.through,
                           "after": one.after} for one in self.suppliers],
            "hubs": [vars(one) for one in self.hubs], "gone": self.gone, "round": self.round,
            "replaced": self.replaced, "price": self.price}


def controlled_goods(outcome: Outcome) -> ControlledGoods:
    """Where the goods of a scenario's controls go: its bans' if it has any, else all of its controls'.

    Raises:
        ScenarioError: the scenario controls no technology.
    """
    controls = [one for one in outcome.scenario.measures if isinstance(one, TechnologyControl)]
    controls = [one for one in controls if one.supply == 0] or controls
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
    others = [at for at in range(len(before)) if at not in members]
    spent = world.tables.expenditure[np.ix_(goods, targets)]
    price = levels.paid_by_households[np.ix_(goods, targets)]
    return ControlledGoods(
        outcome.scenario.title or outcome.scenario.name, _codes(world, targets), _codes(world, members),
        (*sorted((one for one in made if max(one.before, one.after) > 0), key=lambda one: -max(one.before, one.after)),
         own), _hubs(outcome, goods, members), _part(sold - still, sold), _part(float(through[members].sum()), sold),
        _part(float((after - before)[others].sum()), sold),
        100 * (float(np.exp((spent * np.log(price)).sum() / spent.sum())) - 1))


def _supplier(world: World, at: int, before: float, after: float, through: FloatArray) -> Supplier:
    ways = {world.countries[hub]: float(through[hub]) for hub in np.flatnonzero(through > 0)}
    return Supplier(world.countries[at], before, max(after - sum(ways.values()), 0.0), ways)


def _codes(world: World, places: list[int]) -> tuple[str, ...]:
    return tuple(world.countries[at] for at in places)


def _part(value: float, whole: float) -> float:
    return 100 * value / whole if whole > 0 else 0.0


def _hubs(outcome: Outcome, goods: list[int], members: list[int]) -> tuple[HubGrowth, ...]:
    """Every hub that something goes through, and those with published growth."""
    world, levels = outcome.world, outcome.levels
    growth = world.part(Controlled).growth if world.has_part(Controlled) else np.zeros(len(world.countries))
    transit = levels.transit[members].sum(axis=(0, 2))
    bought = world.tables.trade[np.ix_(members, goods, range(len(growth)))].sum(axis=(0, 1))
    records = levels.trade[np.ix_(members, goods, range(len(growth)))].sum(axis=(0, 1))
    return tuple(HubGrowth(world.countries[at], float(transit[at]),
                           float(records[at] / bought[at]) if bought[at] > 0 else None,
                           float(growth[at]) or None)
                 for at in np.argsort(-transit, kind="stable") if transit[at] > 0 or growth[at] > 0)


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
