"""What an equilibrium means, labelled when asked for: every variable of variables.csv, groups, exports to files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.certificate import Certificate
from multipolar.equilibrium.levels import Levels
from multipolar.equilibrium.observables import OBSERVABLES
from multipolar.errors import InputError, MultipolarError, WorldError
from multipolar.measures.scenario import Scenario
from multipolar.variables import Variable, variable, variables
from multipolar.world.names import select_countries
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

if TYPE_CHECKING:
    import pandas
    import xarray


SAME = 1e-9
"""Sums of money by country that differ by less than this part are those of one base year."""


@dataclass(frozen=True)
class GroupOutcome:
    """Results for several countries together. Percent changes are sums over sums, never means of changes.

    real_income and real_gdp in percent; the others in million USD; exports and imports are with countries outside.
    """

    name: str
    members: tuple[str, ...]
    real_income: float
    real_gdp: float
    equivalent_variation: float
    income: float
    exports: float
    imports: float
    tariff_revenue: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return dict(vars(self))


class Outcome:
    """The counterfactual year. Every name in variables.csv is an attribute: a labelled array in that row's unit.

    Frozen; arrays are computed when first asked for. With a baseline, changes and differences are relative to it.

    Attributes:
        world: the base year that changes are relative to (solved without deficits under "zero").
        scenario: what was solved.
        certificate: how exactly the answer holds, and what it was made with.
        baseline: the outcome that results are relative to, or None for the base year.
        others: outcomes of other equilibria of the same scenario, where the search found several.
    """

    real_income: "xarray.DataArray"
    real_gdp: "xarray.DataArray"
    real_wage: "xarray.DataArray"
    price_index: "xarray.DataArray"
    equivalent_variation: "xarray.DataArray"
    terms_of_trade: "xarray.DataArray"
    volume_of_trade: "xarray.DataArray"
    trade: "xarray.DataArray"

    def __init__(self, levels: Levels, certificate: Certificate, scenario: Scenario,
                 baseline: "Outcome | None" = None) -> None:
        self._levels, self._values = levels, dict[str, FloatArray]()
        self.world: World = levels.world
        self.certificate, self.scenario = certificate, scenario
        self.others: tuple[Outcome, ...] = ()
        self.baseline: Outcome | None = baseline if baseline is None or baseline.baseline is None else Outcome(
            baseline._levels, baseline.certificate, baseline.scenario)

    def __getattr__(self, name: str) -> "xarray.DataArray":
        if name.startswith("_") or name not in self.variables:
            raise AttributeError(_("an Outcome has no {name!r}; its variables are {names}", name=name,
                                   names=", ".join(self.variables)))
        return self._labelled(variable(name))

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """The rows of variables.csv that exist on this world, and on the baseline's where it has other sectors."""
        found = variables(part.kind for part in self.world.parts)
        return {name: row for name, row in found.items() if not self._beyond_baseline(row)}

    def _beyond_baseline(self, row: Variable) -> bool:
        """Whether a variable is a change in sectors that the baseline's measures did not divide alike."""
        return (self.baseline is not None and self.baseline.world.sectors != self.world.sectors
                and row.kind != "level" and "sector" in row.dimensions)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.variables})

    def __repr__(self) -> str:
        return _("<Outcome of {scenario!r} on {world!r}: residual {residual:.1e}>", scenario=self.scenario.name,
                 world=self.world.name, residual=self.certificate.residual)

    @property
    def levels(self) -> Levels:
        """The counterfactual year in NumPy arrays, whatever the baseline; for programs that build on an outcome."""
        return self._levels

    def values(self, name: str) -> FloatArray:
        """The bare array of a variable, in the axis order and unit of variables.csv.

        Raises:
            UnknownName: there is no such variable.
            WorldError: the world lacks the data that the variable needs.
            InputError: it is a change in sectors that the baseline does not have.
        """
        row = variable(name)
        if self._beyond_baseline(row):
            raise InputError(_("{name} is by sector, and {scenario} and its baseline {baseline} divide sectors "
                               "differently; ask for a variable by country.", name=name, scenario=self.scenario.name,
                               baseline=self.baseline.scenario.name if self.baseline else ""))
        if name not in self.variables:
            raise WorldError(_("{name} needs {part} data, which the world {world} does not have.", name=name,
                               part=row.needs, world=self.world.name))
        if name not in self._values:
            values = np.array(OBSERVABLES[name](self._levels), dtype=np.float64)
            if self.baseline is not None:
                values = _compared(values, self.baseline.values(name), row.kind)
            values.flags.writeable = False
            self._values[name] = values
        return self._values[name]

    def _labelled(self, row: Variable) -> "xarray.DataArray":
        import xarray

        labels = {"country": self.world.countries, "exporter": self.world.countries, "importer": self.world.countries,
                  "sector": self.world.sectors}
        labels |= {axis: getattr(part, axis) for part in self.world.parts for axis in part.own_axes()}
        return xarray.DataArray(
            self.values(row.name), dims=row.dimensions, name=row.name,
            coords={dimension: list(labels[dimension]) for dimension in row.dimensions},
            attrs={"units": row.unit, "long_name": row.description, "source": row.source})

    @property
    def dataset(self) -> "xarray.Dataset":
        """Every variable of variables.csv, with units; the certificate as an attribute."""
        import xarray

        return xarray.Dataset({name: self._labelled(row) for name, row in self.variables.items()},
                              attrs={"scenario": self.scenario.name, "world": self.world.name,
                                     "certificate": json.dumps(self.certificate.to_dict())})

    def to_frame(self) -> "pandas.DataFrame":
        """Every variable by country, one row a country; units are in variables.csv."""
        import pandas

        names = [name for name, row in self.variables.items() if row.dimensions == ("country",)]
        index = pandas.Index(self.world.countries, name="country")
        return pandas.DataFrame({name: self.values(name) for name in names}, index=index)

    def to_dict(self) -> dict[str, Any]:
        """Results by country and for the world, and the certificate, as plain data for JSON."""
        names = [name for name, row in self.variables.items() if row.dimensions == ("country",)]
        columns = {name: self.values(name).tolist() for name in names}
        return {
            "scenario": self.scenario.name,
            "world": self.world.name,
            "units": {name: variable(name).unit for name in names},
            "countries": {code: {name: columns[name][at] for name in names}
                          for at, code in enumerate(self.world.countries)},
            "world_total": self.group("world").to_dict(),
            "certificate": self.certificate.to_dict(),
        }

    def group(self, name: str | Sequence[str]) -> GroupOutcome:
        """Results for a group of countries, a list of selectors, or "world".

        Changes are sums of members' equivalent variations over sums of their spending; real GDP likewise by GDP.

        Raises:
            UnknownName: no such country or group, or none of its members is in this world.
        """
        tables, world = self.world.tables, self.world
        chosen = np.arange(len(world.countries)) if name == "world" else select_countries(
            name, world.countries, world.year).indices
        spending, gdp = tables.final_spending[chosen], tables.gdp[chosen]
        own, baseline = self._alone, self.baseline
        income, product = (_mean(own[key][chosen], weights) for key, weights in
                           (("real_income", spending), ("real_gdp", gdp)))
        if baseline is not None:
            before = baseline.group(name)
            income, product = _ratio(income, before.real_income), _ratio(product, before.real_gdp)
        pairs = self._levels.trade_by_pair
        outside = np.ones(len(world.countries), dtype=bool)
        outside[chosen] = False
        return GroupOutcome(
            name if isinstance(name, str) else ", ".join(name), tuple(world.countries[at] for at in chosen), income,
            product, float(self.values("equivalent_variation")[chosen].sum()),
            float(self.values("income")[chosen].sum()), float(pairs[np.ix_(chosen, outside)].sum()),
            float(pairs[np.ix_(outside, chosen)].sum()), float(self.values("tariff_revenue")[chosen].sum()))

    @cached_property
    def _alone(self) -> Mapping[str, FloatArray]:
        """Changes against the base year, whatever the baseline."""
        return {key: OBSERVABLES[key](self._levels) for key in ("real_income", "real_gdp")}

    def relative_to(self, other: "Outcome") -> "Outcome":
        """The same outcome with `other` in the place of the base year, whatever that one is relative to.

        Where a measure of one divides a sector that the other's leave whole, the base year is the same, and variables
        by country can be compared.

        Raises:
            InputError: the two are not on the same base year.
        """
        if not self.has_base_year_of(other):
            raise InputError(_("An outcome on {one} (hash {first}) cannot be relative to one on {two} (hash {second}): "
                               "solve both on the same world under the same deficit rule.", one=self.world.name,
                               first=self.world.hash[:12], two=other.world.name, second=other.world.hash[:12]))
        return Outcome(self._levels, self.certificate, self.scenario, other)

    def has_base_year_of(self, other: "Outcome") -> bool:
        """Whether both began with one world under one closure, and measures left every sum by country as it was."""
        if self.world.hash == other.world.hash:
            return True
        mine, theirs = ([getattr(one.certificate, name) for name in ("world_hash", "deficits", "horizon", "sourcing")]
                        for one in (self, other))
        sums = [(one.world.tables.trade_by_pair, one.world.tables.gdp, one.world.tables.final_spending)
                for one in (self, other)]
        return mine == theirs and all(np.allclose(own, its, rtol=SAME, atol=SAME * own.max())
                                      for own, its in zip(*sums, strict=True))

    def save(self, path: str | Path) -> Path:
        """Write results whole or not at all: `.nc` has every variable, `.csv` and `.json` those by country.

        Raises:
            InputError: another suffix.
        """
        from multipolar.files import whole_file

        path = Path(path)
        if path.suffix not in (".nc", ".csv", ".json"):
            raise InputError(_("{path} ends in {suffix!r}; an outcome is saved as .nc, .csv or .json.",
                               path=path, suffix=path.suffix))
        with whole_file(path) as temporary:
            if path.suffix == ".nc":
                self.dataset.to_netcdf(temporary, engine="h5netcdf")
            elif path.suffix == ".csv":
                self.to_frame().to_csv(temporary)
            else:
                temporary.write_text(json.dumps(self.to_dict(), indent=1), encoding="utf-8")
        return path


@dataclass(frozen=True)
class Outcomes:
    """Several scenarios on one world. A refused scenario is its exception in `results`, a row of NaN in arrays."""

    scenarios: tuple[Scenario, ...]
    results: tuple[Outcome | MultipolarError, ...]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Outcome | MultipolarError]:
        return iter(self.results)

    def __getitem__(self, key: int | str) -> Outcome | MultipolarError:
        """By position or by scenario name."""
        if isinstance(key, str):
            key = [scenario.name for scenario in self.scenarios].index(key)
        return self.results[key]

    @property
    def reasons(self) -> dict[str, str]:
        """Why scenarios were refused, by name."""
        return {scenario.name: str(result) for scenario, result in zip(self.scenarios, self.results, strict=True)
                if isinstance(result, MultipolarError)}

    @property
    def dataset(self) -> "xarray.Dataset":
        """Every variable with a leading axis `scenario`; refused ones are missing and have their reason.

        Where measures divide sectors, the axis has those of every scenario, and what one does not have is missing.

        Raises:
            InputError: every scenario was refused, so that there is nothing to lay out.
        """
        import xarray

        solved = [result.dataset for result in self.results if isinstance(result, Outcome)]
        if not solved:
            raise InputError(_("Every scenario was refused: {reasons}", reasons=" ".join(self.reasons.values())))
        missing = xarray.full_like(solved[0], np.nan)
        rows = [result.dataset if isinstance(result, Outcome) else missing for result in self.results]
        own = [row["sector"].values.tolist() for row in rows]
        sectors = list(dict.fromkeys(code for codes in own for code in codes))
        rows = [row if codes == sectors else row.reindex(sector=sectors)
                for row, codes in zip(rows, own, strict=True)]
        names = xarray.DataArray([scenario.name for scenario in self.scenarios], dims="scenario", name="scenario")
        joined = xarray.concat(rows, dim=names, combine_attrs="drop_conflicts")
        reasons = ["" if isinstance(result, Outcome) else str(result) for result in self.results]
        return joined.assign_coords(reason=("scenario", reasons))

    def __getattr__(self, name: str) -> "xarray.DataArray":
        if name.startswith("_") or name not in OBSERVABLES:
            raise AttributeError(name)
        array: xarray.DataArray = self.dataset[name]
        return array


def _compared(values: FloatArray, before: FloatArray, kind: str) -> FloatArray:
    """One outcome's variable relative to another's, as its kind says."""
    if kind == "change":
        return 100.0 * ((100.0 + values) / (100.0 + before) - 1.0)
    return values - before if kind == "difference" else values


def _ratio(change: float, before: float) -> float:
    return 100.0 * ((100.0 + change) / (100.0 + before) - 1.0)


def _mean(changes: FloatArray, weights: FloatArray) -> float:
    return float((changes * weights).sum() / weights.sum())
