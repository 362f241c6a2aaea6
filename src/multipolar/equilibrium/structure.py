"""What existence asks of a world under measures, and the few functions that its parts share. NumPy only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.world.tables import FloatArray

BoolArray = NDArray[np.bool_]
DeficitRule = Literal["fixed", "zero", "proportional"]

#: Deficits and transfers below this share of the factor income concerned are rounding: a world's own identities hold
#: to 1e-9 of gross flows.
BALANCE_TOLERANCE = 1e-8
#: Value added below this share of output is the rounding of output less inputs.
VALUE_ADDED_TOLERANCE = 1e-12
#: A message names this many countries or goods and counts the others.
NAMED = 6


@dataclass(frozen=True, eq=False)
class Substitution:
    """Elasticities, and what else the price side depends on; by default Cobb–Douglas without resources. NumPy.

    value_added, inputs, final_demand  σ, ε, φ
    trade           θ (sector,); read only where an elasticity differs from 1
    resource        σ_R (country, user)
    resource_share  s_R (country, user), a share of output
    productivity    Â (country, user)
    """

    value_added: float = 1.0
    inputs: float = 1.0
    final_demand: float = 1.0
    trade: FloatArray = field(default_factory=lambda: np.ones(1))
    resource: FloatArray = field(default_factory=lambda: np.ones((1, 1)))
    resource_share: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    productivity: FloatArray = field(default_factory=lambda: np.ones((1, 1)))

    def with_resource(self) -> BoolArray:
        """Industries (country, user) that use a resource."""
        return self.resource_share > VALUE_ADDED_TOLERANCE

    def may_do_without(self) -> bool:
        """Whether some industry may live although it lost a good that it spends on."""
        return self.inputs > 1 or self.value_added > 1 or bool((self.with_resource() & (self.resource > 1)).any())

    def some_fixed(self) -> bool:
        """Whether something is used in fixed proportions."""
        numbers = self.value_added, self.inputs, self.final_demand
        return min(numbers) <= 0 or bool((self.with_resource() & (self.resource <= 0)).any())


@dataclass(frozen=True, eq=False)
class Structure:
    """What existence needs to know of a world under measures. NumPy.

    kernel             (sector, importer, exporter): π κ̂^−θ; 0 = closed or never traded, by the exact comparison
    net_kernel         (sector, importer, exporter): its part u that reaches producers; more than all under a subsidy
    input_shares       (country, user, good): above zero where the industry needs the good
    value_added_share  (country, user): a, 0 for an empty industry
    final_shares       (country, good): α
    active             (country, sector): the industry has output in the base year
    deficit            (country,): D of the base year, million USD, whatever the rule
    transfers          (country,): net received, million USD
    factor_income      (country,): Ω of the base year, million USD
    deficit_rule       how D' follows from D
    countries, sectors names for the messages
    substitution       elasticities, resources and productivity
    kernel_by_use      (group, sector, importer, exporter): where each using industry, and last final users, source
                       apart, else None; `kernel` is then their sum
    given              (country, good): the government buys it at home to give away
    """

    kernel: FloatArray
    net_kernel: FloatArray
    input_shares: FloatArray
    value_added_share: FloatArray
    final_shares: FloatArray
    active: BoolArray
    deficit: FloatArray
    transfers: FloatArray
    factor_income: FloatArray
    deficit_rule: DeficitRule
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    substitution: Substitution = field(default_factory=Substitution)
    kernel_by_use: FloatArray | None = None
    given: BoolArray = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))

    def pays_labour(self) -> BoolArray:
        """Industries (country, user) with value added."""
        return self.value_added_share > VALUE_ADDED_TOLERANCE

    def material(self, amounts: FloatArray) -> FloatArray:
        """Amounts (country,) with those that are rounding beside the country's factor income set to zero."""
        return np.where(np.abs(amounts) > BALANCE_TOLERANCE * self.factor_income, amounts, 0.0)

    def deficit_rate(self) -> FloatArray:
        """δ = D / Ω (country,), zero where it is rounding or there is no factor income."""
        income = self.factor_income
        rate: FloatArray = np.divide(self.material(self.deficit), income, out=np.zeros(len(income)), where=income > 0)
        return rate


def some(values: BoolArray, axis: int) -> BoolArray:
    """Whether any is true along an axis."""
    result: BoolArray = np.logical_or.reduce(values, axis=axis)
    return result


def by_user(goods: BoolArray) -> BoolArray:
    """Goods (group, country, good) as each industry meets them: (country, user or one for all, good)."""
    return goods.transpose(1, 0, 2) if len(goods) == 1 else goods[:-1].transpose(1, 0, 2)


def codes(names: Sequence[str], chosen: BoolArray) -> tuple[str, ...]:
    """The names of the chosen."""
    return tuple(name for name, named in zip(names, chosen.tolist(), strict=True) if named)


def listed(names: Iterable[str], separator: str = ", ") -> str:
    """Names for a sentence: the first few, and the number of others."""
    every = list(names)
    text = separator.join(every[:NAMED])
    return text if len(every) <= NAMED else _("{names} and {number} others", names=text, number=len(every) - NAMED)


def amount_text(value: float) -> str:
    """Million USD for a sentence: whole from ten on, three digits below."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
