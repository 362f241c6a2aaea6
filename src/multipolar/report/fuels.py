"""Who makes, sells, buys and uses a fuel, in tonnes, cubic metres or barrels, before and after."""

from dataclasses import dataclass

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.outcome import Outcome
from multipolar.equilibrium.tonnes import LARGEST_DRIFT, tonnes
from multipolar.errors import InputError
from multipolar.world.energy import UNITS, Energy, own_unit, produced, used
from multipolar.world.names import select_countries
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

MARK = "\N{DOUBLE DAGGER}"
"""Behind the name of an economy whose own balance drifts."""
ITEMS = ("production", "exports", "imports", "use")


@dataclass(frozen=True)
class BalanceRow:
    """One economy, or the world: each item in the balance's unit, before and after; None where there is no after.

    drift: how far dollars alone miss the economy's own balance, production against exports and home use, in percent of
    what it sells; None without a scenario. Beyond 1 % the row is marked.
    """

    code: str
    name: str
    before: dict[str, float]
    after: dict[str, float] | None
    drift: float | None = None

    @property
    def marked(self) -> bool:
        """Whether what is said about it is uncertain by more than 1 % of what it sells."""
        return abs(self.drift or 0.0) > 100 * LARGEST_DRIFT

    @property
    def shown_name(self) -> str:
        """The name with its mark."""
        return self.name + (MARK if self.marked else "")


@dataclass(frozen=True)
class Balance:
    """A fuel's balance. For every row, production and imports equal exports and use.

    drift is in percent of the world's production, None without a scenario; withheld says why there is no after.
    """

    good: str
    unit: str
    title: str
    rows: tuple[BalanceRow, ...]
    drift: float | None
    withheld: str


@dataclass(frozen=True)
class Items:
    """The four items by country, in one unit."""

    production: FloatArray
    exports: FloatArray
    imports: FloatArray
    use: FloatArray

    def of(self, members: FloatArray) -> dict[str, float]:
        """Sums over countries; trade among them counts."""
        return {item: float(getattr(self, item)[members].sum()) for item in ITEMS}


def balance(world: World, good: str, outcome: Outcome | None = None, *, unit: str | None = None,
            economies: tuple[str, ...] = ()) -> Balance:
    """Production, exports, imports and use of a fuel by country.

    Args:
        world: the base year; its `Energy` has the quantities.
        good: "oil", "gas" or "coal".
        outcome: what to put beside it; None for the base year alone.
        unit: of all numbers; the good's own by default.
        economies: codes or groups; by default every country that makes, trades or uses any, largest use first.

    Raises:
        UnknownName: no such fuel or economy.
        InputError: the unit does not measure this fuel.
    """
    energy = world.part(Energy)
    at = energy.good_index(good)
    unit = own_unit(good) if unit is None else unit
    if unit not in UNITS[good]:
        raise InputError(_("{good} is not measured in {unit!r}; its units are {known}.", good=good, unit=unit,
                           known=", ".join(UNITS[good])))
    scale = 1 / UNITS[good][unit]
    before, __, withheld = _of_outcome(world, at, scale, None if outcome is None else outcome.baseline)
    after, drift, note = (None, None, "") if outcome is None else _of_outcome(world, at, scale, outcome)
    withheld = withheld or note
    if withheld:
        after = None
    rows = [_row(world, code, members, before, after, _own_drift(outcome, at, members))
            for code, members in _chosen(world, economies, before)]
    title = "" if outcome is None else outcome.scenario.title or outcome.scenario.name
    return Balance(good, unit, title, tuple(rows), drift, withheld)


def _of_outcome(world: World, good: int, scale: float,
                outcome: Outcome | None) -> tuple[Items, float | None, str]:
    """Items in the year of an outcome, its drift in percent, and why they are withheld; None is the base year."""
    energy = world.part(Energy)
    if outcome is None:
        return (_items(energy.quantity[:, good] * scale, produced(energy.quantity, energy.passed_on)[:, good] * scale,
                       used(energy.quantity, energy.passed_on)[:, good] * scale), None, "")
    drift = float(outcome.values("fuel_drift")[good])
    note = withheld_note(energy.good[good], drift) if abs(drift) > 100 * LARGEST_DRIFT else ""
    found = tonnes(outcome.levels)
    return (_items(*(values[:, good] * scale for values in (found.quantity, found.produced, found.used))), drift, note)


def _own_drift(outcome: Outcome | None, good: int, members: np.ndarray) -> float | None:
    """How far dollars alone miss what these exporters have to place, in percent of what they sell; the larger of this
    and of the year before."""
    years = [] if outcome is None else [one for one in (outcome.baseline, outcome) if one is not None]
    return max((100 * float(tonnes(year.levels).own_drift(members)[good]) for year in years), key=abs, default=None)


def withheld_note(good: str, drift: float) -> str:
    """Why nothing is said in tonnes."""
    return _("Nothing is said about {good} in physical units: dollars alone would miss the world's balance by "
             "{drift:.2f} % of what it makes, and 1 % is the most.", good=good, drift=abs(drift))


def _items(flows: FloatArray, production: FloatArray, use: FloatArray) -> Items:
    """Items of flows (exporter, importer) and of the other two (country,)."""
    home = np.diag(flows)
    return Items(production, flows.sum(axis=1) - home, flows.sum(axis=0) - home, use)


def _chosen(world: World, economies: tuple[str, ...], before: Items) -> list[tuple[str, np.ndarray]]:
    """Codes with the positions of their members, the world last."""
    everyone = "world", np.arange(len(world.countries))
    if economies:
        return [*((name, np.asarray(select_countries(name, world.countries, world.year).indices))
                  for name in economies), everyone]
    touched = before.production + before.imports
    order = np.argsort(-before.use, kind="stable")
    return [*((world.countries[at], np.array([at])) for at in order if touched[at] > 0), everyone]


def _row(world: World, code: str, members: np.ndarray, before: Items, after: Items | None,
         drift: float | None) -> BalanceRow:
    return BalanceRow(code, world.country_names.get(code, code), before.of(members),
                      None if after is None else after.of(members), drift)


def doubtful_note(made: Balance) -> str:
    """Which economies are marked because their own balance drifts; empty where none is."""
    names = [_("{name} by {drift:.1f} %", name=row.name, drift=abs(row.drift or 0.0))
             for row in made.rows if row.marked]
    return "" if made.withheld or not names else MARK + " " + _(
        "Dollars alone would miss these sellers' own balance of {good} by more than 1 % of what they sell; their "
        "numbers after are uncertain by as much: {names}.", good=made.good, names=", ".join(names))
