"""Random worlds, solved or refused, and every answer checked by code that shares nothing with the solver.

`make stress`, or `python -m benchmarks.stress [NUMBER]`; `--help` lists the rest. Ends with 1 if the software and the
checks disagree anywhere, if a search ends in anything but a solution or a named refusal, or if the draws do not have
the features they claim.
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import rich
from rich.progress import track
from rich.table import Table

import multipolar as mp
from benchmarks.stress_checks import AGREEMENT, another_solution, solved_again
from benchmarks.stress_refusals import certificate_holds
from benchmarks.stress_starts import from_random_starts, may_be_several
from benchmarks.stress_worlds import LEAST_SHARE, Case, drawn
from multipolar.equilibrium.economy import kernels
from multipolar.equilibrium.existence import assess
from multipolar.equilibrium.solve import _structure, pose

TOLERANCE = 1e-10
MOST_REFUSED = 0.02
"""The part of all worlds that may end unpayable or on a wage ray."""
MOST_COMPILED = 24


@dataclass(frozen=True)
class End:
    """How one world ended: existence's answer, the end state, complaints, and what was checked."""

    seed: int
    answer: str
    end: str
    seconds: float
    features: dict[str, bool]
    complaint: str = ""
    checks: Counter[str] = field(default_factory=Counter)
    programs: int = 0
    """Compiled so far in the process that solved it."""


def run(seed: int, sample: int, before: int = 0) -> End:
    """One world, from the draw to the checks; one in `sample` answers is checked by the second implementation.

    `before` programs were compiled in this process for other things.
    """
    case = drawn(seed)
    case.check()
    started = time.perf_counter()
    try:
        outcome = mp.solve(case.world, case.scenario)
    except (mp.NoEquilibrium, mp.NotConverged, mp.InputError, mp.ScenarioError) as error:
        seconds = time.perf_counter() - started
        end = error.reason if isinstance(error, mp.NoEquilibrium) else type(error).__name__
        answer, (checks, complaint) = _existence(case, end), _refused(case, error, end, sample)
        if answer == "exists":
            complaint = f"existence promises a solution, the search ended: {end}"
    else:
        seconds, certificate = time.perf_counter() - started, outcome.certificate
        answer, end = certificate.existence, f"solved ({certificate.method})"
        checks, complaint = _solved(case, outcome, sample)
    return End(seed, answer, end, seconds, case.features(), complaint, checks, compiled() - before)


def _solved(case: Case, outcome: mp.Outcome, sample: int) -> tuple[Counter[str], str]:
    """What was checked of an answer, and a complaint."""
    checks = Counter[str]()
    residual = outcome.certificate.residual
    if residual > TOLERANCE or outcome.values("income").min() <= 0:
        return checks, f"reported with a residual of {residual:.0e}"
    if case.seed % sample == 0:
        try:
            start, apart, variable = solved_again(case, outcome)
        except ArithmeticError as error:
            return checks, str(error)
        checks[f"solved: found by the second implementation {start}"] += 1
        if apart > AGREEMENT:
            return checks, f"the second implementation's {variable} is {apart:.0e} away"
    said = any("several" in note for note in outcome.certificate.notes)
    # Every answer that warns of several, and a sample of those that do not although an elasticity is below one.
    if said or (case.seed % sample == 0 and may_be_several(case)):
        ends = from_random_starts(case)
        kind = "end in several equilibria" if ends["other"] else (
            "agree" if ends["agree"] else "end nowhere")
        warned = "with" if said else "without"
        checks[f"solved with elasticities below one, {warned} a note on several: five random starts {kind}"] += 1
        if ends["other"] and not said:
            return checks, f"{ends['other']} of {ends.total()} random starts end elsewhere, and the answer does not say"
    return checks, ""


def _refused(case: Case, error: Exception, end: str, sample: int) -> tuple[Counter[str], str]:
    """What was checked of a refusal, and a complaint."""
    checks = Counter[str]()
    try:
        if end.startswith("none"):
            if case.seed % sample:
                return checks, ""
            held = certificate_holds(case, end)
            checks["refused: certificate checked"] += 1
            return checks, "" if held else "the certificate of the refusal does not hold"
        if end in ("unpayable", "wage ray"):
            found, starts, _size = another_solution(case)
            checks[f"{end}: searched again from {starts} starts"] += 1
            return checks, "the second implementation has a solution" if found else ""
    except ArithmeticError:
        checks[f"{end}: no base year without deficits by the second implementation"] += 1
        return checks, "" if end.startswith("none") else "could not be searched again"
    return checks, str(error)


def _existence(case: Case, end: str) -> str:
    """Existence's answer where no outcome carries it."""
    if end.startswith("none"):
        return "none"
    try:
        posed = pose(case.world, case.scenario)
        rule = posed.scenario.closure.deficits
        return assess(_structure(posed.base, posed.policy, rule, *kernels(posed.base, posed.policy))).answer
    except (mp.NoEquilibrium, mp.NotConverged):
        return "no base year without deficits"


def compiled() -> int:
    """Programs compiled in this process."""
    from multipolar.equilibrium import solver

    return sum(program._cache_size() for program in vars(solver).values() if hasattr(program, "_cache_size"))


def report(ends: list[End]) -> bool:
    """Print the table of ends; whether nothing is to be complained about."""
    table = Table("existence", "end", "worlds", "share", title=f"{len(ends)} random worlds")
    counted = Counter((end.answer, end.end) for end in ends)
    for (answer, state), number in counted.most_common():
        table.add_row(answer, state, str(number), f"{number / len(ends):.1%}")
    rich.print(table)
    complaints = [f"seed {end.seed} ({end.answer}, {end.end}): {end.complaint}" for end in ends if end.complaint]
    for checked, number in sorted(sum((end.checks for end in ends), Counter[str]()).items()):
        print(f"{number} {checked}")
    for name, least in LEAST_SHARE.items():
        share = float(np.mean([end.features[name] for end in ends]))
        print(f"{share:.1%} of worlds with {name} (at least {least:.0%})")
        if share < least:
            complaints.append(f"only {share:.1%} of worlds have {name}")
    gone = sum(end.end in ("unpayable", "wage ray") for end in ends) / len(ends)
    if gone > MOST_REFUSED:
        complaints.append(f"{gone:.1%} of worlds end unpayable or on a wage ray")
    print(f"{gone:.2%} of worlds end unpayable or on a wage ray (at most {MOST_REFUSED:.0%})")
    print(f"{np.mean([end.answer == 'undecided' for end in ends]):.1%} of worlds undecided before the search")
    programs = max(end.programs for end in ends)
    print(f"{programs} programs compiled in one process (at most {MOST_COMPILED})")
    if programs > MOST_COMPILED:
        complaints.append(f"{programs} programs compiled")
    for state in sorted({end.end for end in ends if not end.end.startswith(("solved", "none"))}):
        print(f"{state}: seeds", *sorted(end.seed for end in ends if end.end == state))
    slowest = sorted(ends, key=lambda end: -end.seconds)[:5]
    print("slowest:", ", ".join(f"seed {end.seed} {end.seconds:.1f} s" for end in slowest))
    print(f"{len(complaints)} disagreements and failures", *complaints, sep="\n  ")
    return not complaints


def main() -> None:
    """Parse the command line, run, report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=10_000, help="how many worlds (10000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--processes", type=int, default=1, help="processes; each compiles for itself (1)")
    parser.add_argument("--sample", type=int, default=20, help="check one solution or refusal in so many (20)")
    parser.add_argument("--minutes", type=float, default=np.inf, help="start no world after so many minutes")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.number)
    ends: list[End] = []
    until = time.monotonic() + 60 * asked.minutes
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        results = pool.imap_unordered(partial(run, sample=asked.sample), seeds)
        for end in track(results, "solving", total=len(seeds), disable=not sys.stdout.isatty()):
            ends.append(end)
            if time.monotonic() > until:
                print(f"stopped after {asked.minutes:g} minutes: {len(ends)} of {len(seeds)} worlds")
                break
    sys.exit(0 if report(ends) and len(ends) == len(seeds) else 1)


if __name__ == "__main__":
    main()
