"""Backtest of settlement: the measures of 2022 from the shares of 2021, against what was published afterwards.

Trade is held to what it was, so that only equations (11)-(12) and the thickness of markets are tested. Half of the
published figures, those of December 2022, calibrate the thickness nu at a given semi-elasticity eta; the other half,
those of 2023, test it. At given trade the model depends on eta times nu alone: see `ridge`.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from multipolar.equilibrium.settled_trade import settle_trade
from multipolar.equilibrium.solve import solve
from multipolar.equilibrium.thickness import base_radius
from multipolar.measures.rails import CloseRail, RailCost
from multipolar.measures.scenario import Scenario
from multipolar.world.reference.before import world_before
from multipolar.world.reference.settlement import PublishedShare, published_shares
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray
from multipolar.world.world import World, load_world

CUT_OFF = 0.6
"""Part of Russia's banks without dollar and euro: the ten banks that the European Union took off SWIFT by June 2022
hold more than 60 % of the market (European Commission through press, consumersadvisory.com, May 2022)."""
CALIBRATION, TEST = "2022-12", "2023"
ETAS = (10.0, 20.0, 40.0)
STRENGTHS = tuple(round(0.05 * step, 2) for step in range(20))
"""Values of eta times nu that are tried; every second one where the renminbi is eased, which is a fit each."""
LARGEST_GAIN = 4.0
NEAR = 1.0
"""Root mean square errors within this many points of the best do not tell values apart: the figures are rounded, and
those of single months differ by as much."""


@dataclass(frozen=True)
class Target:
    """A published share, percent: of Russia's exports or imports, or of its trade with China."""

    where: str
    rails: tuple[str, ...]
    percent: float
    half: str

    @property
    def label(self) -> str:
        """``export CNY``."""
        return f"{self.where} {'+'.join(self.rails)}"


@dataclass(frozen=True)
class Fit:
    """The model at one strength of thickness.

    strength  eta times nu
    gain      what is added to the log weight of the renminbi on Russia's payments (zero in the plain variant)
    errors    root mean square error in percentage points, by half
    predicted percent by target, in the order of `targets()`
    """

    strength: float
    gain: float
    errors: dict[str, float]
    predicted: tuple[float, ...]

    def cost(self, eta: float) -> float:
        """The gain as a change of the renminbi's cost, fraction of the payment, at a semi-elasticity."""
        return float(np.expm1(-self.gain / eta))


@cache
def targets() -> tuple[Target, ...]:
    """The figures of both halves: exports and imports in dollar and euro, renminbi, rouble; the pair as a test."""
    found = []
    for one in published_shares():
        if one.place == "RUS" and one.period == CALIBRATION:
            found.append(_target(one, "calibration"))
        elif one.place in ("RUS", "RUS-CHN") and one.direction != "both" and TEST in one.base_years:
            found.append(_target(one, "test"))
        elif one.place == "RUS-CHN" and TEST in one.base_years:
            found.append(replace(_target(one, "test"), where="with China"))
    return tuple(found)


def _target(one: PublishedShare, half: str) -> Target:
    return Target(one.direction, one.rails, 100 * one.share, half)


def predict(strength: float, gain: float = 0.0, cut_off: float = CUT_OFF) -> Fit:
    """What the model makes of the measures at a strength of thickness, with trade as it was in 2023.

    Args:
        strength: eta times nu.
        gain: added to the log weight of the renminbi in all of Russia's payments.
        cut_off: part of Russia's banks that lose dollar and euro; 0 leaves them alone.
    """
    eta = ETAS[1]
    world = _thick(eta, strength / eta)
    share = settle_trade(world, _measures(gain, eta, cut_off).policy(world), _trade())
    return _judged(strength, gain, world, share, _trade())


def predict_with_own_trade(strength: float, eta: float, gain: float = 0.0) -> Fit:
    """As `predict`, with the trade that the whole model makes of the measures on rails alone, from that before them."""
    world = _thick(eta, strength / eta)
    outcome = solve(world, _measures(gain, eta, CUT_OFF), deficits="proportional", other_equilibria=False)
    return _judged(strength, gain, world, outcome.values("settlement_share") / 100,
                   abroad(outcome.levels.trade_by_pair))


def _measures(gain: float, eta: float, cut_off: float) -> Scenario:
    measures: list[CloseRail | RailCost] = [CloseRail(country="RUS", rail=["USD", "EUR"], share=cut_off)]
    if gain:
        measures.append(RailCost(country="RUS", rail="CNY", ad_valorem=float(np.expm1(-gain / eta))))
    return Scenario(name="measures of 2022", measures=measures)


def unchanged() -> Fit:
    """What the shares of 2021, pair by pair, give on the trade of 2023: no measure, no model."""
    world = world_before()
    return _judged(0.0, 0.0, world, world.part(Settlement).share, _trade())


def fit(strength: float, eased: bool = False) -> Fit:
    """`predict` with the renminbi's gain that comes nearest to the figures of December 2022; none unless `eased`."""
    if not eased:
        return predict(strength)
    from scipy.optimize import minimize_scalar

    best = minimize_scalar(lambda gain: predict(strength, float(gain)).errors["calibration"],
                           bounds=(0.0, LARGEST_GAIN), method="bounded", options={"xatol": 1e-3})
    return predict(strength, float(best.x))


@cache
def profile(eased: bool = False) -> tuple[Fit, ...]:
    """The fit at every strength of `STRENGTHS` whose base year is stable."""
    tried = STRENGTHS[::2] if eased else STRENGTHS
    return tuple(fit(strength, eased) for strength in tried if radius(ETAS[1], strength / ETAS[1]) < 1)


def calibrated(fits: Iterable[Fit]) -> Fit:
    """The fit with the smallest error on the calibrating half."""
    return min(fits, key=lambda one: one.errors["calibration"])


def undecided(fits: tuple[Fit, ...]) -> tuple[float, float]:
    """The least and the largest strength that the calibrating half does not tell from the best."""
    best = calibrated(fits).errors["calibration"]
    near = [one.strength for one in fits if one.errors["calibration"] <= best + NEAR]
    return min(near), max(near)


def ridge(eased: bool = False) -> dict[float, tuple[float, float, float]]:
    """For each eta: the calibrated nu, and the least and largest that are not told from it."""
    fits = profile(eased)
    best, (low, high) = calibrated(fits).strength, undecided(fits)
    return {eta: (best / eta, low / eta, high / eta) for eta in ETAS}


def radius(eta: float, nu: float) -> float:
    """The spectral radius of the base year before the measures; at 1 or more it is unstable, and refused."""
    return base_radius(_thick(eta, nu))


@cache
def _thick(eta: float, nu: float) -> World:
    world = world_before()
    return world.with_part(replace(world.part(Settlement), semi_elasticity=eta, thickness=nu))


@cache
def _trade() -> FloatArray:
    return abroad(load_world("reference-2023").tables.trade_by_pair)


def _judged(strength: float, gain: float, world: World, share: FloatArray, trade: FloatArray) -> Fit:
    predicted = tuple(_percent(world, share, trade, target) for target in targets())
    errors = {}
    for half in ("calibration", "test"):
        gaps = [value - target.percent for value, target in zip(predicted, targets(), strict=True)
                if target.half == half]
        errors[half] = float(np.sqrt(np.mean(np.square(gaps))))
    return Fit(strength, gain, errors, predicted)


def _percent(world: World, share: FloatArray, trade: FloatArray, target: Target) -> float:
    """A target's share in percent, from shares and trade by pair."""
    russia, china = world.country_index("RUS"), world.country_index("CHN")
    chosen = np.zeros_like(trade)
    if target.where == "with China":
        chosen[[russia, china], [china, russia]] = 1.0
    elif target.where == "export":
        chosen[russia] = 1.0
    else:
        chosen[:, russia] = 1.0
    part = world.part(Settlement)
    carried = np.einsum("in,inc->c", chosen * trade, share)
    return float(100 * sum(carried[part.rail.index(rail)] for rail in target.rails) / (chosen * trade).sum())


@dataclass(frozen=True)
class Backtest:
    """Everything the backtest found.

    unchanged      the shares of 2021 on the trade of 2023
    plain          the measures with nu = 0
    calibrated     the measures with nu calibrated
    eased          the measures with the renminbi's gain calibrated beside nu
    profile, eased_profile  the fit at every strength
    ridge          eta -> nu, and the least and largest nu that cannot be told from it
    radii          strength -> spectral radius of the base year
    own_trade      eta -> the calibrated strength with the whole model's trade
    """

    targets: tuple[Target, ...]
    unchanged: Fit
    plain: Fit
    calibrated: Fit
    eased: Fit
    eased_range: tuple[float, float]
    profile: tuple[Fit, ...]
    eased_profile: tuple[Fit, ...]
    ridge: dict[float, tuple[float, float, float]]
    radii: dict[float, float]
    own_trade: dict[float, Fit]

    def to_dict(self) -> dict[str, Any]:
        """Plain data: percent, and errors in percentage points."""
        return asdict(self) | {"units": {"percent": "percent of trade", "predicted": "percent of trade",
                                         "errors": "percentage points", "gain": "log weight"}}


def run_backtest() -> Backtest:
    """Both variants calibrated, tested, and repeated with the model's own trade; takes a quarter of a minute."""
    plain, eased = profile(), profile(eased=True)
    best = calibrated(plain)
    return Backtest(
        targets(), unchanged(), plain[0], best, calibrated(eased), undecided(eased), plain, eased, ridge(),
        {one.strength: radius(ETAS[1], one.strength / ETAS[1]) for one in plain},
        {eta: predict_with_own_trade(best.strength, eta) for eta in ETAS})
