"""All measures on rails of a scenario as one choice: what settling costs on every pair, and who uses what then.

Choice among rails is logit with semi-elasticity eta, equations (11)-(12) of the theory page. With base-year shares s,
what measures multiply a rail's weight by, m = exp(-eta df), and latent shares of opened rails,

    ln kappa = -(1/eta) ln( sum_c s m / v ),   s' = s m / sum_b s m,   v = (1 - latent) / (1 - had),

s being the shares with opened rails at their latent share, the others in proportion; `latent` and `had` are what
opened rails have in all, after and before. (1/eta) ln v is the pure gain of variety.

A cost f that a payee earns takes f/(1+f) of what is paid over its rail, hence sum_c s' f/(1+f) of what a pair pays; the
rest of kappa is used up. Since s' moves with thickness, the block knows who is paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, Layer, Lowered, RailChange, Spec
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray, IntArray, quotient

if TYPE_CHECKING:
    from multipolar.world.world import World


@dataclass(frozen=True, eq=False)
class Settled:
    """What measures do to settlement while markets are as thick as in the base year; arrays by (exporter, importer).

    share        s' (exporter, importer, rail)
    base         s (exporter, importer, rail): the base year, with opened rails at their latent share
    log_cost     ln kappa; zero on closed pairs
    log_variety  the part of it that is the gain of variety from opened rails, zero or less
    closed       pairs that have no rail left
    fee          part of a payment over each rail that the payee earns (exporter, importer, rail)
    payee        (exporter, importer): the country that is paid it; -1 where all is used up
    eta, nu      semi-elasticity and thickness
    sectors      how many sectors the world has
    """

    share: FloatArray
    base: FloatArray
    log_cost: FloatArray
    log_variety: FloatArray
    closed: NDArray[np.bool_]
    fee: FloatArray
    payee: IntArray
    eta: float
    nu: float
    sectors: int

    def lowered(self) -> Lowered:
        """As layers and closed cells, and as data for the block where thick markets are solved with prices."""
        touched = self._cells(self.log_cost != 0)
        rate = np.expm1(self.log_cost[touched.exporter, touched.importer])
        data: dict[str, object] = {"share": self.share, "base": self.base, "eta": self.eta, "nu": self.nu}
        paid = self._cells(self.payee >= 0)
        if len(paid):
            data |= {"fee": self.fee, "exporter": paid.exporter, "sector": paid.sector, "importer": paid.importer,
                     "rent_member": np.arange(len(paid)), "rent_share": np.ones(len(paid)),
                     "rent_recipient": self.payee[paid.exporter, paid.importer]}
        return Lowered(
            _("the rails together"), closed=self._cells(self.closed),
            layers=(Layer("iceberg", "compound", touched, rate),) if len(touched) else (),
            specs=(Spec("rails", data),) if self.nu > 0 or len(paid) else ())

    def _cells(self, pairs: NDArray[np.bool_]) -> Cells:
        """Every sector of the pairs."""
        exporter, importer = np.nonzero(pairs)
        return Cells(np.repeat(exporter, self.sectors), np.tile(np.arange(self.sectors), len(exporter)),
                     np.repeat(importer, self.sectors))


def settled(world: "World", lowered: Sequence[Lowered]) -> Settled | None:
    """What the measures on rails do together; None where there is none.

    Raises:
        ScenarioError: a rail is opened twice on a pair, or latent shares leave nothing to the others.
    """
    changes = [(at, change) for at, one in enumerate(lowered) for change in one.rails]
    if not changes:
        return None
    part = world.part(Settlement)
    base, kept = _opened(world, part, [(at, change) for at, change in changes if change.operation == "open"], lowered)
    weighed = [(at, change) for at, change in changes if change.operation == "weigh"]
    _refuse_unused(part, base, weighed, lowered)
    log_weight = _log_weights(base.shape, [change for _at, change in weighed])
    used = base.sum(axis=2) > 0
    # In logs, so that a steep choice picks the cheapest rail instead of losing them all to underflow.
    logs = np.where(base > 0, log_weight + np.log(np.where(base > 0, base, 1.0)), -np.inf)
    largest = logs.max(axis=2)
    closed = used & (largest == -np.inf)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    parts = np.exp(logs - largest[..., None])
    total = np.where(used & ~closed, parts.sum(axis=2), 1.0)
    # On a pair none of whose rails is touched the cost is zero exactly, whatever the rounding of its shares.
    moved = used & ~closed & ((log_weight != 0) & (base > 0)).any(axis=2)
    choice = np.where(moved, -(np.log(total) + largest) / part.eta, 0.0)
    variety = np.log(kept) / part.eta
    fee, payee = _fees(world, part, weighed, lowered)
    return Settled(parts / total[..., None], base, choice + np.where(closed, 0.0, variety), variety, closed, fee, payee,
                   part.eta, part.nu, len(world.sectors))


def _fees(world: "World", part: Settlement, weighed: Sequence[tuple[int, RailChange]],
          lowered: Sequence[Lowered]) -> tuple[FloatArray, IntArray]:
    """Who earns which part of a payment, by pair and rail; several costs of one payee compound."""
    payee = np.full(part.share.shape[:2], -1, dtype=np.int64)
    earned = [(number, change, change.payee) for number, change in weighed if change.payee is not None]
    for number, change, named in earned:
        pair = change.exporter, change.importer
        other = np.flatnonzero((payee[pair] >= 0) & (payee[pair] != named))
        if len(other):
            at = int(other[0])
            raise ScenarioError(_("{measure}: what is paid from {importer} to {exporter} has another payee already; "
                                  "one pair's costs go to one country.", measure=lowered[number].label,
                                  exporter=world.countries[change.exporter[at]],
                                  importer=world.countries[change.importer[at]]))
        payee[pair] = named
    return -np.expm1(_log_weights(part.share.shape, [change for _at, change, _who in earned]) / part.eta), payee


def _refuse_unused(part: Settlement, base: FloatArray, weighed: Sequence[tuple[int, RailChange]],
                   lowered: Sequence[Lowered]) -> None:
    """A measure on a rail that nobody uses on its pairs, and that no measure opens, would do nothing."""
    for at, change in weighed:
        used = base[change.exporter, change.importer][:, change.rail].sum(axis=0)
        if len(change.rail) < len(part.rail) and not used.all():
            raise ScenarioError(_("{measure}: nothing is settled over {rail} there, so nothing would change. Name a "
                                  "rail that is used, or open this one.", measure=lowered[at].label,
                                  rail=part.rail[int(change.rail[int(np.argmin(used))])]))


def _log_weights(shape: tuple[int, ...], changes: Sequence[RailChange]) -> FloatArray:
    """What measures add to the log of each rail's weight (exporter, importer, rail)."""
    log_weight = np.zeros(shape)
    # In an order of their own, so that the order of the measures does not matter to the last bit.
    for change in sorted(changes, key=lambda one: (one.amount.tobytes(), one.exporter.tobytes(),
                                                   one.importer.tobytes(), one.rail.tobytes())):
        at = change.exporter[:, None], change.importer[:, None], change.rail
        log_weight[at] += change.amount[:, None]
    return log_weight


def _opened(world: "World", part: Settlement, changes: Sequence[tuple[int, RailChange]],
            lowered: Sequence[Lowered]) -> tuple[FloatArray, FloatArray]:
    """Shares (exporter, importer, rail) with opened rails at their latent share, and v (exporter, importer)."""
    latent = np.zeros_like(part.share)
    owner = np.full(part.share.shape, -1, dtype=np.int64)
    for number, change in changes:
        at = change.exporter, change.importer, change.rail[0]
        twice = np.flatnonzero(owner[at] >= 0)
        if len(twice):
            raise ScenarioError(_("{rail} is opened twice from {exporter} to {importer}: by {one}, and by {other}. "
                                  "Leave one out.", rail=part.rail[change.rail[0]],
                                  exporter=world.countries[change.exporter[twice[0]]],
                                  importer=world.countries[change.importer[twice[0]]],
                                  one=lowered[int(owner[at][twice[0]])].label, other=lowered[number].label))
        owner[at], latent[at] = number, change.amount
    opened = latent > 0
    had, wanted = np.where(opened, part.share, 0.0).sum(axis=2), latent.sum(axis=2)
    if (wanted >= 1).any():
        exporter, importer = np.argwhere(wanted >= 1)[0]
        raise ScenarioError(_("rails opened from {exporter} to {importer} have latent shares of {total:.4%} together, "
                              "which leaves nothing to the others; they must stay below 100 %.",
                              exporter=world.countries[exporter], importer=world.countries[importer],
                              total=float(wanted[exporter, importer])))
    kept = np.where(wanted > 0, (1 - wanted) / (1 - had), 1.0)
    return np.where(opened, latent, part.share * kept[..., None]), kept


def base_use(trade: FloatArray, share: FloatArray) -> FloatArray:
    """S (country, rail): the trade-weighted share of each rail in a country's payments abroad; zero without any.

    `trade` (exporter, importer) million USD, `share` (exporter, importer, rail).
    """
    paid = abroad(trade)
    total = paid.sum(axis=1) + paid.sum(axis=0)
    by_rail = np.einsum("in,inc->ic", paid, share) + np.einsum("in,inc->nc", paid, share)
    return quotient(by_rail, total[:, None])
