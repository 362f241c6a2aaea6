"""The ridge of the backtest as a chart: the error over semi-elasticity and thickness."""

from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.report.backtest import Backtest
from multipolar.report.charts import described, standalone

ETA_GRID, NU_GRID = np.linspace(10, 40, 21), np.linspace(0, 0.06, 25)
WIDTH, HEIGHT = 460, 300


def ridge_chart(found: Backtest) -> str:
    """An SVG of the calibrating error over (eta, nu), with the calibrated line; blank where nothing was tried.

    At given trade the error depends on eta times nu alone, so that it is read off the profile.
    """
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_chart(found).to_dict(validate=False))
    title = _("How far the model is from the figures of December 2022, over eta and nu")
    text = _("Along the line eta times nu = {strength:g} the error is the same, {error:.1f} points: the figures cannot "
             "tell the two apart.", strength=found.calibrated.strength, error=found.calibrated.errors["calibration"])
    return standalone(described(svg, "ridge", title, text))


def _chart(found: Backtest) -> Any:
    import altair

    strengths = [one.strength for one in found.profile]
    errors = [one.errors["calibration"] for one in found.profile]
    step_eta, step_nu = ETA_GRID[1] - ETA_GRID[0], NU_GRID[1] - NU_GRID[0]
    cells = [{"eta": float(eta - step_eta / 2), "eta2": float(eta + step_eta / 2), "nu": float(nu - step_nu / 2),
              "nu2": float(nu + step_nu / 2), "error": float(np.interp(eta * nu, strengths, errors))}
             for eta in ETA_GRID for nu in NU_GRID if eta * nu <= max(strengths)]
    line = [{"eta": float(eta), "nu": found.calibrated.strength / float(eta)} for eta in ETA_GRID]
    across = altair.X("eta:Q", title=_("semi-elasticity η"), scale=altair.Scale(domain=[10, 40], clamp=True))
    up = altair.Y("nu:Q", title=_("thickness ν"), scale=altair.Scale(domain=[0, 0.06], clamp=True))
    ground = altair.Chart(altair.InlineData(values=cells)).mark_rect().encode(
        x=across, x2="eta2:Q", y=up, y2="nu2:Q",
        color=altair.Color("error:Q", title=_("error, points"), scale=altair.Scale(scheme="viridis", reverse=True)))
    best = altair.Chart(altair.InlineData(values=line)).mark_line(color="black", strokeWidth=2).encode(x=across, y=up)
    return altair.layer(ground, best).properties(width=WIDTH, height=HEIGHT, background="white")
