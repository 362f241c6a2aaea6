"""Timing on a machine that does other things too: what is compared takes turns, and medians are kept."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """Wall time of one thing, in milliseconds, over several runs."""

    median: float
    least: float
    runs: int


def in_turn(tasks: Mapping[str, Callable[[], Any]], rounds: int, runs: int) -> dict[str, Times]:
    """Each task `runs` times in a row, then the next, for so many rounds; nothing here is a first call."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _round in range(rounds):
        for name, task in tasks.items():
            task()     # brings its arrays and threads back after the task before
            for _run in range(runs):
                started = time.perf_counter()
                task()
                seconds[name].append(time.perf_counter() - started)
    return {name: Times(1e3 * statistics.median(taken), 1e3 * min(taken), len(taken))
            for name, taken in seconds.items()}
