"""Scenarios solved for the page, by the functions that the command line calls; the last outcomes are kept."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multipolar import __version__
from multipolar.catalogue import _
from multipolar.desk.names import country_names_of, sector_names_of
from multipolar.desk.pictures import Curve, ExtraNames, Friend, Friends, OutcomeData, RefusedValue, Seen, SolveAnswer
from multipolar.desk.requests import CurveRequest, SolveRequest
from multipolar.desk.views import seen
from multipolar.desk.worlds import groups_present
from multipolar.equilibrium.exposure import exposure
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.solve import solve
from multipolar.errors import InputError, MultipolarError, ScenarioError, UnknownName
from multipolar.measures.elsewhere import scenario_from_data
from multipolar.measures.link import write_link
from multipolar.measures.scenario import Scenario
from multipolar.report.solution import outcome_data
from multipolar.variables import variable
from multipolar.world.names import ideal_points
from multipolar.world.world import World

GROUPS = ("EU27", "G7", "BRICS", "COALITION")
"""Groups that stand beside the countries on every page, where the world has them."""
KEPT = 24
"""Outcomes that are kept: a page asks for another view of the same one, and compares."""
MOST_SHAPES = 64
"""Compiled programs differ by a world's shape; beyond this many they are all dropped, so that memory stays bounded."""


@dataclass
class Solver:
    """Worlds by name, and the outcomes that were solved last."""

    worlds: Mapping[str, World]
    _outcomes: OrderedDict[tuple[str, str], Outcome] = field(default_factory=OrderedDict)
    _friends: dict[str, Any] = field(default_factory=dict)
    _shapes: set[tuple[int, ...]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def world(self, name: str) -> World:
        """The world of that name; `UnknownName` where the desk does not serve it."""
        if name not in self.worlds:
            raise UnknownName(name, _("world"), self.worlds)
        return self.worlds[name]

    def outcome(self, world: World, scenario: Scenario) -> Outcome:
        """The outcome of a scenario, from the last ones if it is among them."""
        key = world.hash, json.dumps(scenario.model_dump(mode="json"), sort_keys=True)
        with self._lock:
            if key in self._outcomes:
                self._outcomes.move_to_end(key)
                return self._outcomes[key]
        found = solve(world, scenario)
        with self._lock:
            self._outcomes[key] = found
            while len(self._outcomes) > KEPT:
                self._outcomes.popitem(last=False)
            self._bound_programs(found)
        return found

    def solved_lately(self, hash_: str) -> Outcome | None:
        """One of the last outcomes, by how its scenario's hash begins; None where it is not kept any more."""
        with self._lock:
            return next((one for one in reversed(self._outcomes.values())
                         if one.certificate.scenario_hash.startswith(hash_)), None)

    def _bound_programs(self, outcome: Outcome) -> None:
        """Drop every compiled program when there are too many shapes; the next solve compiles again."""
        import jax

        levels = outcome.levels
        self._shapes.add((len(outcome.world.countries), len(outcome.world.sectors), len(levels.blocks)))
        if len(self._shapes) > MOST_SHAPES:
            self._shapes.clear()
            jax.clear_caches()  # type: ignore[no-untyped-call]

    def answer(self, asked: SolveRequest) -> SolveAnswer:
        """The new equilibrium and the views asked for."""
        started = time.perf_counter()
        world, scenario = self.world(asked.world), scenario_from_data(asked.scenario)
        outcome = self.outcome(world, scenario)
        against = self.outcome(world, scenario_from_data(asked.against)) if asked.against is not None else None
        relative = outcome.relative_to(against) if against is not None else None
        certificate, views = outcome.certificate, seen(outcome, asked.views)
        return SolveAnswer(
            outcome=page_data(outcome), against=against and page_data(against),
            relative=relative and page_data(relative), hash=certificate.scenario_hash,
            link=write_link(scenario, world, certificate.scenario_hash, __version__),
            extra_names=_extra_names(world, outcome.world, views),
            views=views, milliseconds=1000 * (time.perf_counter() - started))

    def curve(self, asked: CurveRequest) -> Curve:
        """A variable by country for each value of one number of a measure; values without an answer say why."""
        world = self.world(asked.world)
        row = variable(asked.variable)
        if row.dimensions != ("country",):
            raise InputError(_("{name} is not a variable by country; name one that is, for example {example}.",
                               name=asked.variable, example="real_income"))
        places = {code: world.country_index(code) for code in asked.economies}
        series: dict[str, list[float | None]] = {code: [] for code in asked.economies}
        refused = []
        for value in asked.values:
            try:
                values = self.outcome(world, _moved(asked, value)).values(asked.variable)
            except MultipolarError as error:
                refused.append(RefusedValue(value=value, message=str(error)))
                values = None
            for code, at in places.items():
                series[code].append(None if values is None else float(values[at]))
        if len(refused) == len(asked.values):
            raise ScenarioError(refused[0].message)
        return Curve(field=asked.field, values=asked.values, variable=asked.variable, unit=row.unit, series=series,
                     refused=refused)

    def friends(self, name: str, country: str) -> Friends:
        """What every country's real income does when a country grows, beside how alike the two vote."""
        world = self.world(name)
        at = world.country_index(country)
        if name not in self._friends:
            self._friends[name] = exposure(world)
        answers = self._friends[name]["real_income"].values[:, at]
        points = ideal_points()
        return Friends(country=country, unit=_("percent of real income for 1 % more productivity"), note=_(
            "To first order, at the base year (Kleinman, Liu & Redding 2024). Alignment is minus the distance of the "
            "two countries' ideal points in votes of the UN General Assembly in 2023 (Bailey, Strezhnev & Voeten)."),
            rows=[Friend(country=code, income=float(value), alignment=_alignment(points, country, code))
                  for code, value in zip(world.countries, answers, strict=True) if code != country])


def page_data(outcome: Outcome) -> OutcomeData:
    """What `multipolar solve --json` prints, with the groups that pages show."""
    world = outcome.world
    groups = groups_present(world.countries, world.year, GROUPS)
    return OutcomeData.model_validate(outcome_data(outcome, [*world.countries, *groups]))


def _moved(asked: CurveRequest, value: float) -> Scenario:
    """The scenario with one number of one measure changed."""
    measures: Any = asked.scenario.get("measures")
    measure = measures[asked.measure] if isinstance(measures, list) and asked.measure < len(measures) else None
    if not isinstance(measure, dict):
        raise ScenarioError(_("The scenario has no measure number {number}.", number=asked.measure + 1))
    changed = [*measures[:asked.measure], measure | {asked.field: value}, *measures[asked.measure + 1:]]
    return scenario_from_data(asked.scenario | {"measures": changed})


def _alignment(points: Mapping[str, float], one: str, other: str) -> float | None:
    return -abs(points[one] - points[other]) if one in points and other in points else None


def _extra_names(world: World, solved: World, views: Seen) -> ExtraNames:
    """Names of what measures added to the world, and of hubs that it has in a larger region."""
    hubs = [hub.code for hub in views.controlled.hubs] if views.controlled else []
    countries = dict.fromkeys((*solved.countries, *hubs))
    return ExtraNames(
        countries={code: country_names_of(solved, code) for code in countries if code not in world.countries},
        sectors={code: sector_names_of(solved, code) for code in solved.sectors if code not in world.sectors})
