"""Run every benchmark; under four minutes on two cores. Times are printed, never asserted."""

import argparse
import os
import sys

import jax

from benchmarks import desk, gravity, machine, report, solves, whole
from benchmarks.worlds import TEST_DATA, Case, cases


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--rounds", type=int, default=8, help="how often each task takes its turn (8)")
    parser.add_argument("--runs", type=int, default=5, help="runs in each turn (5)")
    parser.add_argument("--no-brief", action="store_true", help="leave out the wall time of `multipolar brief`")
    asked = parser.parse_args()
    jax.config.update("jax_enable_compilation_cache", False)     # so that first calls compile
    described = machine.described()
    rows = [row_of(case, asked.rounds, asked.runs) for case in cases()]
    _say("the whole model")
    parts = whole.lines(asked.rounds, asked.runs)
    _say("gegravity")
    beside = gravity.compared(asked.rounds, asked.runs)
    seconds = None
    if not asked.no_brief:
        _say("multipolar brief")
        seconds = machine.brief_seconds()
    _say("the desk")
    page = desk.timed()
    (report.print_json if asked.json else report.print_tables)(described, rows, parts, beside, seconds, page)


def row_of(case: Case, rounds: int, runs: int) -> solves.Row:
    """The case timed, or skipped with its reason where its tables are not given."""
    if case.published and not os.environ.get(TEST_DATA):
        return solves.Row(case.name, skipped=f"{TEST_DATA} is unset")
    _say(case.name)
    return solves.timed(case, rounds, runs)


def _say(what: str) -> None:
    print(f"timing {what} ...", file=sys.stderr)


if __name__ == "__main__":
    main()
