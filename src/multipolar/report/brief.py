"""The brief: its scenarios solved on a world, as plain data for every form of it.

Each stands beside the same under a second deficit rule, and beside the same with less time to adapt.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.solve import solve
from multipolar.errors import InputError, NoEquilibrium, NotConverged
from multipolar.measures.brief import Brief as Definition
from multipolar.measures.brief import load_brief
from multipolar.measures.scenario import Deficits, Horizon, Scenario
from multipolar.report.chain import Chain
from multipolar.report.channels import SMALLEST
from multipolar.report.economies import Cell, Economy, cell, economy, headlines, one_country, whole_world
from multipolar.report.energy import EnergyAnswer, energy_answer
from multipolar.world.behaviour import behaviour
from multipolar.world.energy import Energy
from multipolar.world.settlement import Settlement
from multipolar.world.world import World, load_world

Progress = Callable[[int, int, str], Any]
"""Called with equilibria done, equilibria in all, and the title of the one that comes next ("" at the end)."""


@dataclass(frozen=True)
class Solution:
    """One equilibrium, or the refusal in its place."""

    scenario: Scenario
    deficits: Deficits
    horizon: Horizon
    outcome: Outcome | None
    refusal: NoEquilibrium | NotConverged | InputError | None

    @property
    def reason(self) -> str:
        """Why there is no outcome, in a sentence; empty where there is one."""
        return "" if self.refusal is None else str(self.refusal)


@dataclass(frozen=True)
class Column:
    """One scenario of a brief.

    main is the first horizon under the scenario's deficit rule; beside is the second rule, None where it is the
    scenario's own; other is the second horizon, None where the brief has one. cells are in the order of the brief's
    rows, None for an economy that is not in this world; winners and losers are countries without a row of their own,
    best and worst first; energy is what the brief asks of fuels, None where it asks nothing or the world has no
    quantities; thickness has main again at each end of the range of settlement's thickness, which is weakly identified,
    where the brief asks for settlement and the scenario has a measure on rails. Without an outcome of main there are no
    cells.
    """

    main: Solution
    beside: Solution | None
    other: Solution | None
    cells: tuple[Cell | None, ...]
    winners: tuple[Cell, ...]
    losers: tuple[Cell, ...]
    total: Cell | None
    energy: EnergyAnswer | None = None
    thickness: tuple[tuple[float, Solution], ...] = ()

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """Every equilibrium that was looked for, main first."""
        return tuple(one for one in (self.main, self.beside, self.other) if one is not None)

    @property
    def scenario(self) -> Scenario:
        """What was solved."""
        return self.main.scenario

    @property
    def shown(self) -> tuple[Cell, ...]:
        """Every cell that there is: rows, winners, losers, the world."""
        rows = tuple(one for one in self.cells if one is not None)
        return (*rows, *self.winners, *self.losers, *((self.total,) if self.total else ()))

    @property
    def title(self) -> str:
        """The line to show above the scenario."""
        return self.scenario.title or self.scenario.name


@dataclass(frozen=True)
class Brief:
    """Every number of a brief, solved; the terminal, the page and the files are made from this alone."""

    definition: Definition
    world: World
    economies: tuple[Economy, ...]
    columns: tuple[Column, ...]
    seconds: dict[str, float] = field(default_factory=dict, compare=False)

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """Every equilibrium that was looked for, in order."""
        return tuple(one for column in self.columns for one in column.solutions)


def run_brief(world: World | None = None, name: str | Path = "beijing-2024", *,
              progress: Progress | None = None) -> Brief:
    """Solve a brief's scenarios on a world.

    Args:
        world: the base year; None loads the world that the brief is made for.
        name: a built-in brief, or a path.
        progress: called before each equilibrium and at the end.

    Raises:
        UnknownName: no such brief, scenario, country or group; a country that exists but that this world lacks is no
            error, its row says so.
        ScenarioError: the brief or a scenario is malformed.
        InputError: none of the scenarios has an answer on this world. One that has none, while others do, keeps its
            column, with the reason.
    """
    started = time.perf_counter()
    definition = load_brief(name)
    world = load_world(definition.world) if world is None else world
    return solve_brief(world, definition, definition.load_scenarios(), progress=progress, started=started)


def solve_brief(world: World, definition: Definition, scenarios: tuple[Scenario, ...], *,
                progress: Progress | None = None, started: float | None = None) -> Brief:
    """As `run_brief`, with the definition and its scenarios already loaded."""
    started = time.perf_counter() if started is None else started
    _refuse_same_names(scenarios)
    rows = tuple(economy(world, selector) for selector in definition.rows)
    tasks = [(scenario, *task) for scenario in scenarios for task in _tasks(definition, scenario)]
    solutions: list[Solution] = []
    for scenario, rule, horizon in tasks:
        if progress:
            progress(len(solutions), len(tasks), scenario.title or scenario.name)
        solutions.append(_solution(world, scenario, rule, horizon))
    if progress:
        progress(len(tasks), len(tasks), "")
    thickness = _at_other_thickness(world, definition, [one for one in solutions if _is_main(definition, one)])
    solved = time.perf_counter()
    if not any(one.outcome for one in solutions):
        raise InputError(_("None of the brief's scenarios has an answer on {world}. {reason}", world=world.name,
                           reason=solutions[0].reason))
    columns = tuple(replace(_column(definition, world, rows, [one for one in solutions if one.scenario is scenario]),
                            thickness=thickness.get(scenario.name, ())) for scenario in scenarios)
    return Brief(definition, world, rows, columns,
                 {"solving": solved - started, "tables": time.perf_counter() - solved})


def _tasks(definition: Definition, scenario: Scenario) -> list[tuple[Deficits, Horizon]]:
    """What to solve of a scenario: as it is, under the second deficit rule, at the second horizon."""
    own, first = scenario.closure.deficits, definition.horizons[0]
    rules = [own] if definition.beside is None or definition.beside == own else [own, definition.beside]
    return [*[(rule, first) for rule in rules], *[(own, horizon) for horizon in definition.horizons[1:]]]


def _is_main(definition: Definition, one: Solution) -> bool:
    return one.horizon == definition.horizons[0] and one.deficits == one.scenario.closure.deficits


def _at_other_thickness(world: World, definition: Definition,
                        mains: list[Solution]) -> dict[str, tuple[tuple[float, Solution], ...]]:
    """By scenario: thickness and solution at each end of its range, where the scenario has a measure on rails."""
    settled = [one for one in mains if definition.settlement and one.outcome is not None
               and one.outcome.levels.policy.settlement is not None]
    found: dict[str, tuple[tuple[float, Solution], ...]] = {one.scenario.name: () for one in settled}
    if not settled:
        return found
    part, known = world.part(Settlement), behaviour("rail_thickness")
    # One world after the other, so that what is known of a world is worked out once.
    for end in sorted({known.low, known.high} - {part.nu}):
        other = world.with_part(replace(part, thickness=end))
        for one in settled:
            again = _solution(other, one.scenario, one.deficits, one.horizon)
            found[one.scenario.name] = (*found[one.scenario.name], (end, again))
    return found


def _refuse_same_names(scenarios: tuple[Scenario, ...]) -> None:
    names = [scenario.name for scenario in scenarios]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(_("Two scenarios of the brief are both named {name!r}; give one of them another name.",
                           name=twice))


def _solution(world: World, scenario: Scenario, rule: Deficits, horizon: Horizon) -> Solution:
    """An equilibrium, or why there is none; what a world cannot answer is the answer for this column."""
    try:
        return Solution(scenario, rule, horizon, solve(world, scenario, deficits=rule, horizon=horizon), None)
    except (NoEquilibrium, NotConverged, InputError) as refusal:
        return Solution(scenario, rule, horizon, None, refusal)


def _column(definition: Definition, world: World, rows: tuple[Economy, ...], solutions: list[Solution]) -> Column:
    main = solutions[0]
    beside = next((one for one in solutions if one.deficits != main.deficits), None)
    other = next((one for one in solutions if one.horizon != main.horizon), None)
    outcome = main.outcome
    if outcome is None:
        return Column(main, beside, other, (), (), (), None)
    chain, second = Chain(outcome), beside.outcome if beside else None
    later = Chain(other.outcome) if other and other.outcome else None

    def make(row: Economy) -> Cell:
        compared = cell(later, row) if later else None
        return cell(chain, row, beside=second, other=compared, flag_points=definition.flag_points)

    winners, losers = _extremes(outcome, rows, definition.extremes)
    return Column(main, beside, other, tuple(make(row) if row.members else None for row in rows),
                  tuple(make(one_country(world, place)) for place in winners),
                  tuple(make(one_country(world, place)) for place in losers), make(whole_world(world)),
                  _energy(definition, rows, outcome))


def _energy(definition: Definition, rows: tuple[Economy, ...], outcome: Outcome) -> EnergyAnswer | None:
    """What the brief asks of fuels."""
    if definition.energy is None or not outcome.world.has_part(Energy):
        return None
    return energy_answer(outcome, definition.energy, tuple(row.key for row in rows if row.members))


def _extremes(outcome: Outcome, rows: tuple[Economy, ...], most: int) -> tuple[list[int], list[int]]:
    """Positions of the countries without a row of their own that gain and lose most, by what is read of each."""
    measures = headlines(outcome)
    values = np.array([outcome.values(measure)[place] for place, measure in enumerate(measures)])
    taken = {row.members[0] for row in rows if len(row.members) == 1}
    places = [place for place, code in enumerate(outcome.world.countries) if code not in taken]
    ranked = sorted(places, key=lambda place: -values[place])
    winners = [place for place in ranked if values[place] >= SMALLEST][:most]
    losers = [place for place in reversed(ranked) if values[place] <= -SMALLEST][:most]
    return winners, losers
