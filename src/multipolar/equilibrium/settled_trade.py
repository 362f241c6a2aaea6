"""Settlement at given trade: which rails are used when who trades what with whom is known, not solved for.

The choice among rails and the thickness of their markets, equations (11)-(12) of the theory page with the block's own
formulas, and nothing else. At given trade they depend on eta times nu alone, and on measures through the weights of
rails; a backtest can therefore hold trade to what was published.
"""

from typing import Literal

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.blocks.rails import Rails
from multipolar.equilibrium.thickness import pair_trade
from multipolar.errors import InputError, NotConverged
from multipolar.measures.combine import Policy
from multipolar.measures.logit import Settled, base_use
from multipolar.world.settlement import abroad
from multipolar.world.tables import FloatArray
from multipolar.world.world import World

Start = Literal["base", "leading", "others"]
"""Use of rails to iterate from: the base year's; nearly all drawn to the leading rail; nearly all to the others."""

TOLERANCE, SWEEPS = 1e-10, 5000
"""Of the largest change of a share in a sweep."""


def settle_trade(world: World, policy: Policy, trade: FloatArray | None = None, start: Start = "base") -> FloatArray:
    """Shares of rails (exporter, importer, rail) at given trade, in the equilibrium that plain iteration reaches.

    Args:
        world: the base year, with settlement shares; thickness is relative to its own use of rails.
        policy: measures on rails, from `Scenario.policy(world)`.
        trade: (exporter, importer) million USD, home sales are left out; the base year's where left out.
        start: where iteration begins; equilibria that differ by start are several.

    Raises:
        InputError: the policy has no measure on rails.
        NotConverged: plain iteration did not come to rest.
    """
    if policy.settlement is None:
        raise InputError(_("these measures do not touch a settlement rail; give close_rail, rail_cost, open_rail or "
                           "secondary_sanctions."))
    block = _block(world, policy.settlement)
    paid = pair_trade(world) if trade is None else abroad(trade)
    starts = dict(zip(("base", "leading", "others"), (block.start(), *block.heavy_starts()), strict=True))
    share = block.shares(starts[start], len(paid))
    moved = np.inf
    for _sweep in range(SWEEPS):
        use = base_use(paid, share)
        have = np.asarray(block.used) & (use > 0)
        unknown = np.where(have, np.log(np.where(have, use, 1.0)) - np.asarray(block.log_base), 0.0)
        before, share = share, block.shares(unknown, len(paid))
        # In shares, not in logs: where use feeds on itself, a rail may dwindle for ever.
        moved = float(np.abs(share - before).max())
        if moved <= TOLERANCE:
            return share
    raise NotConverged(_("settlement at given trade did not come to rest after {sweeps} sweeps: the last one still "
                         "moved a share by {moved:.1e}. A smaller thickness converges.", sweeps=SWEEPS,
                         moved=moved))


def _block(world: World, settled: Settled) -> Rails:
    """The block without a solve around it, nor its refusal of a base year that is unstable."""
    data = {"share": settled.share, "base": settled.base, "eta": settled.eta, "nu": settled.nu}
    return Rails.of(data, pair_trade(world), len(world.countries), np.zeros(0, dtype=np.int64), 0)
