"""The base year as plain arrays: what every floor above computes from, and what follows from it by addition alone."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.world.base_rents import BaseRents

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def read_only(values: Any) -> FloatArray:
    """A C-ordered float64 copy that cannot be written to."""
    array = np.array(values, dtype=np.float64, order="C")
    array.flags.writeable = False
    return array


def quotient(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, with the whole repeated along the axes it lacks; zero where it is zero, and never a NaN."""
    found: FloatArray = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return found


def _derived(values: FloatArray) -> FloatArray:
    values.flags.writeable = False
    return values


@dataclass(frozen=True, eq=False)
class Tables:
    """Flows and tariffs of the base year, million USD; identities are checked by `World`, not here.

    trade    (exporter, sector, importer): before tariffs, home sales on the diagonal
    inputs   (sector, importer, user): purchases of good `sector` by industry `user`, tariff-inclusive
    final    (sector, importer): final spending, tariff-inclusive
    tariffs  (exporter, sector, importer): ad-valorem rates as fractions

    Where the source records who uses what from whom, also, before tariffs:

    to_users  (exporter, sector, importer, user): sales to industries
    to_final  (exporter, sector, importer): sales to final users

    Where flows carry a mark-up that somebody earns (see `BaseRents`), `trade` is what is recorded at the border, and

    rents     (entry, 6): exporter, sector and importer of a flow, its mark-up, an owner, and the owner's share
    """

    trade: FloatArray
    inputs: FloatArray
    final: FloatArray
    tariffs: FloatArray
    to_users: FloatArray | None = None
    to_final: FloatArray | None = None
    rents: FloatArray | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) is not None:
                object.__setattr__(self, field.name, read_only(getattr(self, field.name)))

    @cached_property
    def base_rents(self) -> BaseRents | None:
        """The flows with a mark-up; None where there are none."""
        return None if self.rents is None else BaseRents.from_rows(self.rents)

    @cached_property
    def markup(self) -> FloatArray:
        """mu0 (exporter, sector, importer): what buyers pay before tariffs over what producers receive."""
        markup = np.ones_like(self.trade)
        if self.base_rents is not None:
            markup[self.base_rents.at] = self.base_rents.markup
        return _derived(markup)

    @cached_property
    def landed_over_recorded(self) -> FloatArray:
        """lambda (exporter, sector, importer): one but where an importer holds rent on top of recorded trade."""
        over = np.ones_like(self.trade)
        if self.base_rents is not None:
            over[self.base_rents.at] = self.base_rents.landed_over_recorded
        return _derived(over)

    @cached_property
    def landed(self) -> FloatArray:
        """What buyers pay before tariffs (exporter, sector, importer)."""
        return self.trade if self.base_rents is None else _derived(self.trade * self.landed_over_recorded)

    @property
    def received(self) -> FloatArray:
        """What producers receive (exporter, sector, importer)."""
        return self.trade if self.base_rents is None else self.landed / self.markup

    @cached_property
    def trade_by_pair(self) -> FloatArray:
        """Recorded trade of all sectors (exporter, importer), home sales included."""
        return _derived(self.trade.sum(axis=1))

    @cached_property
    def output(self) -> FloatArray:
        """Y (exporter, sector): sales to every country, at producers' prices."""
        return _derived(self.received.sum(axis=2))

    @cached_property
    def expenditure(self) -> FloatArray:
        """X (sector, importer): spending on each good, tariffs included."""
        return _derived(self.landed.sum(axis=0) + (self.tariffs * self.landed).sum(axis=0))

    @cached_property
    def materials(self) -> FloatArray:
        """What an industry spends on inputs (exporter, sector)."""
        return _derived(self.inputs.sum(axis=0))

    @cached_property
    def value_added(self) -> FloatArray:
        """Output less inputs (exporter, sector): the income of factors."""
        return _derived(self.output - self.materials)

    @cached_property
    def factor_income(self) -> FloatArray:
        """wL (country)."""
        return _derived(self.value_added.sum(axis=1))

    @cached_property
    def tariff_revenue(self) -> FloatArray:
        """Duties collected (importer)."""
        return _derived((self.tariffs * self.landed).sum(axis=(0, 1)))

    @cached_property
    def rents_received(self) -> FloatArray:
        """Rents of the base year's mark-ups by owner (country); zero where there are none."""
        none = np.zeros(len(self.trade))
        return _derived(none if self.base_rents is None else self.base_rents.received(self.trade))

    @cached_property
    def gdp(self) -> FloatArray:
        """Value added, tariff revenue and rents received (country)."""
        return _derived(self.factor_income + self.tariff_revenue + self.rents_received)

    @cached_property
    def final_spending(self) -> FloatArray:
        """I (importer): what households, governments and investors spend."""
        return _derived(self.final.sum(axis=0))

    @cached_property
    def deficit(self) -> FloatArray:
        """D (country): spending beyond income; sums to zero over the world."""
        return _derived(self.final_spending - self.factor_income - self.tariff_revenue - self.rents_received)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Elasticities and factor shares. An elasticity of 1 is the Cobb-Douglas limit.

    trade_elasticity theta (sector,); the three elasticities of substitution are numbers; the shares, each (sector,)
    or None where the world does not record them, belong to the resource nest and to specific capital.
    """

    trade_elasticity: FloatArray
    value_added_elasticity: float = 1.0
    input_elasticity: float = 1.0
    final_demand_elasticity: float = 1.0
    resource_share: FloatArray | None = None
    supply_elasticity: FloatArray | None = None
    capital_share: FloatArray | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray | list | tuple):
                object.__setattr__(self, field.name, read_only(value))
