"""The desk while it runs: its worlds, its threads, and whether it is warm."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from multipolar.catalogue import _
from multipolar.desk.answers import State, WorldData
from multipolar.desk.briefs import BriefDesk
from multipolar.desk.engine import Engine
from multipolar.desk.refusals import Warming
from multipolar.desk.runs import Runs, runs_file
from multipolar.desk.solving import Solver, page_data
from multipolar.desk.worlds import world_data
from multipolar.equilibrium.solve import HORIZONS
from multipolar.errors import InputError, MultipolarError
from multipolar.measures.scenario import Closure, Horizon, Scenario
from multipolar.measures.tariffs import Tariff
from multipolar.world.world import World

FIRST_BRIEF = "beijing-2024"
"""What a first visit shows."""
_LOG = logging.getLogger("multipolar.desk")


@dataclass(frozen=True)
class Settings:
    """Where saved runs are kept, and how much is done at once: see `Engine`."""

    runs: Path = field(default_factory=runs_file)
    threads: int = 2
    waiting: int = 64
    patience: float = 10.0
    limit: float = 60.0


class Desk:
    """Everything that requests share.

    Args:
        worlds: by name; the first is shown first.
        settings: how much is done at once.
    """

    def __init__(self, worlds: Mapping[str, World], settings: Settings) -> None:
        self.worlds, self.default = worlds, next(iter(worlds))
        self.described: dict[str, WorldData] = {name: world_data(world) for name, world in worlds.items()}
        self.engine = Engine(settings.threads, settings.waiting, settings.patience, settings.limit)
        self.solver, self.runs = Solver(worlds), Runs(settings.runs)
        self._background = ThreadPoolExecutor(1, thread_name_prefix="desk-background")
        self.briefs = BriefDesk(worlds, self.default, self.in_background)
        self.state: State = "warming"
        self.message = ""
        self.done, self.of = 0, len(worlds) * len(HORIZONS)

    def start(self) -> None:
        """Begin to compile; until that is done, what must be solved is answered by `Warming`."""
        self.in_background(self._warm_up)

    def close(self) -> None:
        """Begin nothing more."""
        self._background.shutdown(wait=False, cancel_futures=True)
        self.engine.close()

    def in_background(self, work: Callable[[], None]) -> None:
        """Do `work` after what was asked for before it."""
        self._background.submit(work).add_done_callback(_log_fault)

    def require_warm(self) -> None:
        """Raise `Warming` while nothing can be solved yet."""
        if self.state != "ready":
            raise Warming(self.message)

    def _warm_up(self) -> None:
        """Solve something of the usual kind on every world, so that its programs are compiled; then the first brief."""
        try:
            for world in self.worlds.values():
                self.message = _("Compiling for {world}", world=world.name)
                for horizon in HORIZONS:
                    self._solve_usual(world, horizon)
                    self.done += 1
        except MultipolarError as error:
            self.state, self.message = "failed", str(error)
            raise
        self.state, self.message = "ready", ""
        self.briefs.brief(FIRST_BRIEF)

    def _solve_usual(self, world: World, horizon: Horizon) -> None:
        """One solve; a world that has no data for the short run has nothing to compile for it."""
        try:
            page_data(self.solver.outcome(world, _usual(world, horizon)))
        except InputError:
            if horizon == "long":
                raise


def _usual(world: World, horizon: Horizon) -> Scenario:
    """A tariff of one country on all others, which every world can answer where its data allow the horizon."""
    return Scenario(name="warm-up", closure=Closure(horizon=horizon), measures=(
        Tariff(importer=world.countries[0], exporter="all", add=0.01),))


def _log_fault(done: "Future[None]") -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        _LOG.error("A task in the background failed", exc_info=error)
