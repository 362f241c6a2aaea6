"""The accounting identities of a base year: refused on entry where broken, and reported with their misfits.

Every misfit is relative to the larger side of its identity. Entry tolerates `TOLERANCE`, which is far above rounding
in float64 and far below anything that a statistical table could mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.labels import cell_name
from multipolar.world.tables import FloatArray, Tables

TOLERANCE = 1e-9
LARGEST_TARIFF = 10.0
_NOTHING = 1e-15
"""Share of world spending below which the two sides of an identity count as rounding, in cells that are empty."""


@dataclass(frozen=True)
class Identity:
    """One identity: what it says, its largest relative misfit, the cell where that is, and what is tolerated."""

    name: str
    statement: str
    misfit: float
    cell: str
    tolerance: float = TOLERANCE

    @property
    def holds(self) -> bool:
        """Whether the largest misfit is within the tolerance."""
        return self.misfit <= self.tolerance


@dataclass(frozen=True)
class Report:
    """Every identity of a world, in the order in which they are checked."""

    world: str
    identities: tuple[Identity, ...]

    @property
    def ok(self) -> bool:
        """Whether every identity holds."""
        return all(identity.holds for identity in self.identities)

    def __str__(self) -> str:
        lines = [_("{world}: every identity holds" if self.ok else "{world}: an identity is broken", world=self.world)]
        for identity in self.identities:
            lines.append(_("  {mark} {statement}: largest misfit {misfit:.1e} at {cell}",
                           mark="ok  " if identity.holds else "FAIL", statement=identity.statement,
                           misfit=identity.misfit, cell=identity.cell))
        return "\n".join(lines)


def refuse_bad_flows(array: FloatArray, name: str, labels: Sequence[Sequence[str]], *, hint: str = "") -> None:
    """`WorldError` naming the first cell that is NaN, infinite or negative; two passes, no copy of the table."""
    low, high = array.min(initial=0.0), array.max(initial=0.0)
    if low >= 0 and high < np.inf:
        return
    bad = tuple(np.argwhere(~((array >= 0) & (array < np.inf)))[0])
    value, cell = float(array[bad]), cell_name(name, labels, bad)
    if np.isfinite(value):
        raise WorldError(_("{cell} = {value} is negative; flows must be zero or more{hint}.", cell=cell, value=value,
                           hint=hint))
    raise WorldError(_("{cell} = {value}; every flow must be a finite number, zero where there is none.", cell=cell,
                       value=value))


def refuse_bad_tariffs(tariffs: FloatArray, countries: Sequence[str], sectors: Sequence[str]) -> None:
    """`WorldError` naming the first rate that is not a finite fraction above -1 and at most `LARGEST_TARIFF`."""
    if tariffs.min(initial=0.0) > -1 and tariffs.max(initial=0.0) <= LARGEST_TARIFF:
        return
    bad = tuple(np.argwhere(~((tariffs > -1) & (tariffs <= LARGEST_TARIFF)))[0])
    raise WorldError(_(
        "{cell} = {value}; a tariff is a fraction (0.25 is 25 %), above -1 and at most {largest:g}. Was it meant in "
        "percent?", cell=cell_name("tariffs", (countries, sectors, countries), bad), value=float(tariffs[bad]),
        largest=LARGEST_TARIFF))


def require(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> None:
    """`WorldError` for the first thing in these tables that is not a balanced base year, naming the cell."""
    _require_shapes(tables, len(countries), len(sectors))
    refuse_bad_flows(tables.trade, "trade", (countries, sectors, countries))
    refuse_bad_flows(tables.inputs, "inputs", (sectors, countries, sectors))
    refuse_bad_flows(tables.final, "final", (sectors, countries))
    refuse_bad_tariffs(tables.tariffs, countries, sectors)
    _require_whole_countries(tables, countries)
    goods = _goods_market(tables, countries, sectors)
    if not goods.holds:
        raise WorldError(_(
            "Spending does not add up in {cell}: {statement} fails by {misfit:.2e} of it (tolerance {tolerance:g}). "
            "Inputs and final spending include tariffs, trade does not.", cell=goods.cell, statement=goods.statement,
            misfit=goods.misfit, tolerance=goods.tolerance))
    value_added = _value_added(tables, countries, sectors)
    if not value_added.holds:
        country, sector = _worst_value_added(tables)
        raise WorldError(_(
            "{cell} = {value:g} is negative: the industry's output {output:g} is less than its inputs {inputs:g} "
            "(clean=True raises output to inputs).", cell=value_added.cell,
            value=tables.value_added[country, sector], output=tables.output[country, sector],
            inputs=tables.output[country, sector] - tables.value_added[country, sector]))
    for code, income in zip(countries, tables.factor_income, strict=True):
        if income <= 0:
            raise WorldError(_("{code} has no value added: nobody there earns an income. Leave it out or merge it.",
                               code=code))


def report(world: str, tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Report:
    """Every identity with its largest misfit and the cell where that is."""
    checks = (_flows, _goods_market, _value_added, _income, _deficits)
    return Report(world, tuple(check(tables, countries, sectors) for check in checks))


def _require_shapes(tables: Tables, n: int, s: int) -> None:
    shapes = {"trade": (n, s, n), "inputs": (s, n, s), "final": (s, n), "tariffs": (n, s, n)}
    for name, shape in shapes.items():
        given = getattr(tables, name).shape
        if given != shape:
            raise WorldError(_("{name} has shape {given}; {n} countries and {s} sectors make it {shape}.", name=name,
                               given=given, n=n, s=s, shape=shape))


def _require_whole_countries(tables: Tables, countries: Sequence[str]) -> None:
    for code, output, spending in zip(countries, tables.output.sum(axis=1), tables.final_spending, strict=True):
        if output <= 0:
            raise WorldError(_("{code} is empty: it produces nothing. Leave it out or merge it.", code=code))
        if spending <= 0:
            raise WorldError(_("{code} is empty: it has no final spending. Leave it out or merge it.", code=code))


def _largest(difference: FloatArray, scale: FloatArray, floor: float) -> tuple[float, tuple[int, ...]]:
    relative = np.abs(difference) / np.maximum(scale, floor)
    where = np.unravel_index(int(np.argmax(relative)), relative.shape)
    return float(relative[where]), tuple(int(i) for i in where)


def _floor(tables: Tables) -> float:
    """Money below which a difference in an empty cell is rounding: it divides, so it is scaled by the tolerance."""
    return float(tables.final_spending.sum()) * _NOTHING / TOLERANCE


def _goods_market(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Identity:
    spent = tables.inputs.sum(axis=2) + tables.final
    misfit, where = _largest(tables.expenditure - spent, np.maximum(tables.expenditure, spent), _floor(tables))
    return Identity("goods market", _("the sum over exporters of (1 + tariff) trade = inputs + final spending"), misfit,
                    cell_name("expenditure", (sectors, countries), where))


def _worst_value_added(tables: Tables) -> tuple[int, int]:
    __, (country, sector) = _largest(np.minimum(tables.value_added, 0), tables.output, _floor(tables))
    return country, sector


def _value_added(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Identity:
    misfit, where = _largest(np.minimum(tables.value_added, 0), tables.output, _floor(tables))
    return Identity("value added", _("value added (output less inputs) is not negative"), misfit,
                    cell_name("value_added", (countries, sectors), where))


def _income(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Identity:
    """I = wL + R + D with D from trade: what is spent beyond income is imports less exports."""
    imports, exports = _external_trade(tables)
    difference = tables.factor_income + tables.tariff_revenue + (imports - exports) - tables.final_spending
    misfit, where = _largest(difference, tables.final_spending, _floor(tables))
    return Identity("income", _("final spending = value added + tariff revenue + imports - exports"), misfit,
                    countries[where[0]])


def _flows(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Identity:
    misfit, where = _largest(np.minimum(tables.trade, 0), np.ones_like(tables.trade), _floor(tables))
    cell = cell_name("trade", (countries, sectors, countries), where)
    return Identity("flows", _("no flow is negative"), misfit, cell, tolerance=0.0)


def _deficits(tables: Tables, countries: Sequence[str], sectors: Sequence[str]) -> Identity:
    total = np.array([tables.deficit.sum()])
    misfit, __ = _largest(total, np.array([tables.final_spending.sum()]), _floor(tables))
    return Identity("deficits", _("trade deficits add up to zero over the world"), misfit, _("the world"))


def _external_trade(tables: Tables) -> tuple[FloatArray, FloatArray]:
    """Imports as buyers pay them before tariffs, and exports as producers receive them (country,), without home
    sales."""
    paid, received = tables.landed.sum(axis=1), tables.received.sum(axis=1)
    home = np.diagonal(paid)
    return paid.sum(axis=0) - home, received.sum(axis=1) - home
