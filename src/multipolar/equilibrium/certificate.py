"""The proof that comes with every answer: each equation's residual in levels, and what was run with which inputs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from multipolar.equilibrium.levels import Levels, sum_by
from multipolar.world.tables import FloatArray, IntArray

TOLERANCE = 1e-10
"""Largest relative residual of an equation at which an answer counts as an equilibrium."""

PACKAGES = ("multipolar", "numpy", "scipy", "jax", "jaxlib", "optimistix", "lineax", "equinox")


@dataclass(frozen=True)
class Certificate:
    """How an answer was found and how exactly it holds.

    residual is the largest of: `sweep` (log change of a price, wage or expenditure in one more sweep) and the entries
    of `residuals` (relative excess demand of each market, budgets, shares; dimensionless). seconds is the time of the
    whole solve. components counts sets of countries that no payment links. notes are sentences for the reader.
    """

    residual: float
    sweep: float
    residuals: dict[str, float]
    iterations: int
    method: str
    seconds: float
    existence: str
    components: int
    deficits: str
    horizon: str
    sourcing: str
    world_name: str
    world_hash: str
    scenario_name: str
    scenario_hash: str
    versions: dict[str, str]
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def installed_versions() -> dict[str, str]:
    """Versions of this package and of those that decide its digits."""
    return {package: _version(package) for package in PACKAGES}


@cache
def _version(package: str) -> str:
    """Version of an installed package; finding and reading its metadata takes a millisecond or two, so once."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def residuals(levels: Levels) -> dict[str, float]:
    """The largest relative residual of each equation at the answer, in levels (equation numbers of the theory page)."""
    tables = levels.world.tables
    spent = levels.spent_by_group
    paid, bought = _by_group(levels)
    external = levels.external_balance - levels.deficit - levels.policy.transfers
    imports = levels.landed_by_good.sum(axis=0)
    turnover = np.maximum(levels.final_spending, np.maximum(levels.output.sum(axis=1), imports))
    return {
        "trade shares sum to one (4)-(5)": _largest(paid - spent, spent),
        "goods markets (7)-(8)": _largest(bought - spent, spent),
        "factor markets (9)": _largest(levels.value_added.sum(axis=1) - levels.factor_income, levels.factor_income),
        "rents (9)": _largest(levels.rents_earned - levels.rents_paid, levels.factor_income[:, None]),
        "budgets (10)": _largest(external, turnover),
        "numeraire": _largest(levels.component_sum(levels.factor_income) - levels.component_sum(tables.factor_income),
                              levels.component_sum(tables.factor_income)),
    }


def _by_group(levels: Levels) -> tuple[FloatArray, FloatArray]:
    """What each group of users pays to the sellers of a good, and what it wants to spend (group, sector, importer)."""
    if len(levels.price) == 1:
        paid = levels.landed_by_good + levels.duties_by_good
        return paid[None], (levels.inputs_by_good + levels.final)[None]
    paid = (levels.landed_by_group * (1 + levels.tariffs)).sum(axis=1)
    return paid, np.concatenate([np.moveaxis(levels.inputs, 2, 0), levels.final[None]])


def block_residuals(levels: Levels, blocks: Sequence[Any], unknowns: Sequence[FloatArray]) -> dict[str, float]:
    """How far each block's demands are from holding, by the flows in levels."""
    return {f"block {type(block).__name__.lower()}": block.check(unknown, levels.flows(block.cells.shape[0]))
            for block, unknown in zip(blocks, unknowns, strict=True)}


def one_way_misfit(levels: Levels, strong: IntArray) -> float:
    """How far one-way trade is from what pays for it, as a part of itself; 0 where every flow has one going back.

    `strong` labels the countries that payments link in both directions. A wage that goes to zero can make every
    residual small while goods still leave unpaid; this does not become small with it.
    """
    if np.array_equal(strong, levels.component):
        return 0.0
    pairs = levels.landed.sum(axis=1)
    outside = pairs * (strong[:, None] != strong[None, :])
    exports, imports = sum_by(strong, outside.sum(axis=1)), sum_by(strong, outside.sum(axis=0))
    unpaid = sum_by(strong, levels.external_balance - levels.deficit - levels.policy.transfers)
    return _largest(unpaid, np.maximum(imports, exports))


def _largest(gap: FloatArray, scale: FloatArray) -> float:
    """The largest |gap| / scale where the scale is positive; a gap where it is not counts in full."""
    relative = np.abs(gap) / np.where(scale > 0, scale, 1.0)
    return float(relative.max()) if np.isfinite(relative).all() else float("inf")
