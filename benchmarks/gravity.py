"""gegravity on the case that both programs can do: 30 countries, one sector without inputs, no tariff revenue.

Its model is given the same data (bilateral resistance such that its base year is the data, exactly) and the same
measure: 25 % trade costs on all imports of the first country.
"""

import importlib.util
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

import multipolar as mp
from benchmarks.solves import compiled_solve
from benchmarks.timing import Times, in_turn
from benchmarks.worlds import RATE, random_world

COUNTRIES = 30
REPEATS = 3


@dataclass(frozen=True)
class Gravity:
    """Milliseconds, and differences of real income in percentage points; `skipped` where gegravity is not installed."""

    skipped: str = ""
    version: str = ""
    theirs: float = 0.0
    theirs_simulate: float = 0.0
    whole: Times | None = None
    compiled: Times | None = None
    apart: float = 0.0
    largest: float = 0.0
    apart_held: float = 0.0


def compared(rounds: int, runs: int) -> Gravity:
    """Both programs on one world: times, and how far their answers are apart."""
    if importlib.util.find_spec("gegravity") is None:
        return Gravity(skipped="gegravity is not installed (pip install 'multipolar[bench]')")
    world = random_world(COUNTRIES, 1, inputs=False)
    scenario = mp.Scenario(name="trade cost", measures=[
        mp.TradeCost(importer=world.countries[0], exporter="all", ad_valorem=RATE)])
    ours = np.asarray(mp.solve(world, scenario).real_income)
    times = in_turn({"compiled": compiled_solve(world, scenario), "whole": lambda: mp.solve(world, scenario)},
                    rounds, runs)
    theirs = [solved_by_gegravity(world) for _repeat in range(REPEATS)]
    answer = theirs[0][0]
    return Gravity(
        version=version("gegravity"), theirs=1e3 * statistics.median(total for _, total, _ in theirs),
        theirs_simulate=1e3 * statistics.median(simulate for _, _, simulate in theirs),
        whole=times["whole"], compiled=times["compiled"], apart=float(np.abs(answer - ours).max()),
        largest=float(np.abs(ours).max()), apart_held=float(np.abs(answer - with_shares_held(world)).max()))


def solved_by_gegravity(world: mp.World) -> tuple[np.ndarray, float, float]:
    """Change of real GDP in percent (country,); seconds from data to results, and of its `simulate` alone."""
    import gegravity
    import pandas

    theta, codes = float(world.parameters.trade_elasticity[0]), list(world.countries)
    data = _rows(world)
    costs = pandas.DataFrame({"var": ["resistance", "added"], "coeff": [1.0, -theta], "ste": [0.0, 0.0]})
    started = time.perf_counter()
    baseline = gegravity.BaselineData(data, trade_var_name="trade", expend_var_name="spending",
                                      output_var_name="output")
    coefficients = gegravity.CostCoeffs(estimates=costs, identifier_col="var", coeff_col="coeff", stderr_col="ste")
    model = gegravity.OneSectorGE(
        baseline, year=str(world.year), reference_importer=codes[-1], sigma=1 + theta, quiet=True,
        cost_variables=["resistance", "added"], cost_coeff_values=coefficients)
    model.build_baseline()
    experiment = data.copy()
    imports = (experiment["importer"] == codes[0]) & (experiment["exporter"] != codes[0])
    experiment.loc[imports, "added"] = np.log1p(RATE)
    model.define_experiment(experiment)
    defined = time.perf_counter()
    model.simulate()
    finished = time.perf_counter()
    change = model.country_results.loc[codes, "GDP change (percent)"].to_numpy()
    return change, finished - started, finished - defined


def _rows(world: mp.World) -> Any:
    """A row for each pair: trade, the exporter's output, the importer's spending, and resistance that implies them."""
    import pandas

    trade, output, spending = world.tables.trade[:, 0], world.tables.output[:, 0], world.tables.expenditure[0]
    exporter, importer = (axis.ravel() for axis in np.indices(trade.shape))
    codes = np.array(world.countries)
    return pandas.DataFrame({
        "exporter": codes[exporter], "importer": codes[importer], "year": str(world.year), "trade": trade.ravel(),
        "output": output[exporter], "spending": spending[importer], "added": 0.0,
        "resistance": np.log(trade * output.sum() / np.outer(output, spending)).ravel()})


def with_shares_held(world: mp.World) -> np.ndarray:
    """Change of real GDP in percent (country,) where shares of world output and spending stay as in the base year.

    This is the system that gegravity solves, here by plain iteration, to show that it is all that differs.
    """
    theta = float(world.parameters.trade_elasticity[0])
    trade, output, spending = world.tables.trade[:, 0], world.tables.output[:, 0], world.tables.expenditure[0]
    weights = trade / np.outer(output, spending) * output.sum()
    weights[1:, 0] *= (1 + RATE) ** -theta
    outward = np.ones(len(output))     # Pi^theta; inward is P^theta
    while True:
        inward = 1 / (weights.T @ (outward * output / output.sum()))
        new = 1 / (weights @ (inward * spending / output.sum()))
        if np.abs(new / outward - 1).max() < 1e-14:
            return 100 * (new ** (-1 / theta) * inward ** (-1 / theta) - 1)
        outward = new
