"""The proof that comes with every answer: each equation's residual in levels, and what was run with which inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from multipolar.equilibrium.economy import deficit_rate, fixed_deficit
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.solved import sum_by
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
        return vars(self) | {"residuals": dict(self.residuals), "versions": dict(self.versions)}


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
    residual small while goods still leave unpaid; this does not become small with it. What pays is known only to
    `TOLERANCE` of the amounts that it is the difference of, as incomes are: a flow smaller than that is paid for by a
    change of wages that no residual could show, and what is left within that counts for nothing.
    """
    if np.array_equal(strong, levels.component):
        return 0.0
    outside = levels.landed.sum(axis=1) * (strong[:, None] != strong[None, :])
    exports, imports = sum_by(strong, outside.sum(axis=1)), sum_by(strong, outside.sum(axis=0))
    # Sales at home are left out: beside them a small flow would lose its digits.
    withheld = levels.landed.sum(axis=2).sum(axis=1) - levels.output.sum(axis=1) - levels.rents_received
    unpaid = imports - exports + sum_by(strong, withheld - levels.deficit - levels.policy.transfers)
    return _largest(np.maximum(np.abs(unpaid) - TOLERANCE * _gross_payments(levels, strong), 0.0),
                    np.maximum(imports, exports))


def _gross_payments(levels: Levels, strong: IntArray) -> FloatArray:
    """What the net payments to each strong component are the difference of (label,), million USD.

    What is given in money is added up first. What moves with incomes counts pair by pair, Ω'[n] Ω'[m] |δ[n] − δ[m]|
    over the total: nothing where the rule leaves two countries nothing to pay each other, and no larger than the
    payment itself unless payments to one and from another cancel, which a change of wages can undo.
    """
    given = sum_by(strong, fixed_deficit(levels.world, levels.rule) + levels.policy.transfers)
    income, rate = levels.factor_income, deficit_rate(levels.world, levels.rule)
    linked = (levels.component[:, None] == levels.component[None, :]) & (strong[:, None] != strong[None, :])
    between = np.where(linked, income[None, :] * np.abs(rate[:, None] - rate[None, :]), 0.0).sum(axis=1)
    return np.abs(given) + sum_by(strong, income * between / levels.component_sum(income))


def _largest(gap: FloatArray, scale: FloatArray) -> float:
    """The largest |gap| / scale where the scale is positive; a gap where it is not counts in full."""
    relative = np.abs(gap) / np.where(scale > 0, scale, 1.0)
    return float(relative.max()) if np.isfinite(relative).all() else float("inf")
