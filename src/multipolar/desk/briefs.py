"""Briefs for the page: solved in the background, scenario by scenario, and kept while the desk runs."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from multipolar.catalogue import _
from multipolar.desk.answers import (
    BriefCell,
    BriefData,
    BriefEconomy,
    BriefRow,
    Briefs,
    BriefScenario,
    Extreme,
    WorldCell,
)
from multipolar.desk.names import country_names_of, group_names_of
from multipolar.errors import MultipolarError, UnknownName
from multipolar.measures.brief import Brief, built_in_briefs, load_brief
from multipolar.measures.scenario import Scenario
from multipolar.report.brief import Column, solve_brief
from multipolar.report.economies import Cell, Economy, economy
from multipolar.world.world import World


def list_briefs() -> Briefs:
    """The built-in briefs."""
    return Briefs(briefs=[BriefRow(name=name, title=load_brief(name).title) for name in built_in_briefs()])


@dataclass
class BriefDesk:
    """One thread that solves the briefs that pages asked for, one after the other."""

    worlds: Mapping[str, World]
    default: str
    run: Callable[[Callable[[], None]], object]
    """Runs a piece of work in the background."""
    _found: dict[str, BriefData] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def brief(self, name: str) -> BriefData:
        """The brief as far as it is solved; the first who asks starts it. `UnknownName` where there is none."""
        if name not in built_in_briefs():
            raise UnknownName(name, _("brief"), built_in_briefs())
        with self._lock:
            if name not in self._found:
                definition = load_brief(name)
                self._found[name] = _empty(definition, self._world(definition))
                self.run(lambda: self._solve(definition))
            return self._found[name]

    def _world(self, definition: Brief) -> World:
        return self.worlds.get(definition.world) or self.worlds[self.default]

    def _solve(self, definition: Brief) -> None:
        """Solve one scenario after the other; each appears on the page when it is done."""
        try:
            self._solve_each(definition)
        finally:
            found = self._found[definition.name]
            if found.state == "computing":     # something unforeseen ended it, which is logged
                message = _("This brief could not be solved; the terminal that runs the desk says why.")
                self._found[definition.name] = found.model_copy(update={"state": "failed", "message": message})

    def _solve_each(self, definition: Brief) -> None:
        world, name = self._world(definition), definition.name
        scenarios = definition.load_scenarios()
        for number, scenario in enumerate(scenarios):
            row = _solved(world, definition, scenario)
            before = self._found[name]
            rows = [*before.scenarios[:number], row, *before.scenarios[number + 1:]]
            done = number + 1
            self._found[name] = before.model_copy(update={
                "scenarios": rows, "done": done, "state": "ready" if done == len(scenarios) else "computing",
                "message": "" if done == len(scenarios) else scenarios[done].title})


def _empty(definition: Brief, world: World) -> BriefData:
    scenarios = definition.load_scenarios()
    return BriefData(
        state="computing", done=0, of=len(scenarios), message=scenarios[0].title, name=definition.name,
        title=definition.title, introduction=definition.introduction, caution=definition.caution,
        economies=[_economy(world, economy(world, row)) for row in definition.rows],
        scenarios=[_waiting(scenario) for scenario in scenarios])


def _economy(world: World, row: Economy) -> BriefEconomy:
    names = country_names_of(world, row.key) if row.key in world.countries else group_names_of(row.key)
    return BriefEconomy(key=row.key, name=row.name, names=names)


def _waiting(scenario: Scenario, reason: str = "") -> BriefScenario:
    return BriefScenario(name=scenario.name, title=scenario.title or scenario.name, description=scenario.description,
                         reason=reason, cells=[], winners=[], losers=[], world=None)


def _solved(world: World, definition: Brief, scenario: Scenario) -> BriefScenario:
    """A scenario's row; where it has no answer, the reason."""
    try:
        column = solve_brief(world, definition, (scenario,)).columns[0]
    except MultipolarError as refusal:
        return _waiting(scenario, str(refusal))
    if column.total is None:
        return _waiting(scenario, column.main.reason)
    return _waiting(scenario).model_copy(update={
        "cells": [one and _cell(one) for one in column.cells], "winners": _extremes(column.winners),
        "losers": _extremes(column.losers), "world": _world_cell(column)})


def _cell(one: Cell) -> BriefCell:
    return BriefCell(percent=one.percent, other_percent=one.percent_other, billions=one.billions,
                     headline=one.headline, flagged=one.flagged)


def _extremes(cells: tuple[Cell, ...]) -> list[Extreme]:
    return [Extreme(name=one.economy.key, percent=one.percent) for one in cells]


def _world_cell(column: Column) -> WorldCell | None:
    total = column.total
    return None if total is None else WorldCell(percent=total.percent, billions=total.billions)
