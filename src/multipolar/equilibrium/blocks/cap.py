"""Price caps by level: exporters receive at most so many dollars a unit for the covered part of their cargoes.

With q = p_b / P the delivered price over the cap and x what the exporter receives, section "Price caps" of the theory:

    x / P = h(q) = (g + (1 - g) q^(nu + 1)) / (g + (1 - g) q^nu)    for q > 1, and x = p_b below

g the covered share at the cap itself, nu how fast cargoes leave coverage where it pays. y = x / p_b lies in [0, 1]; the
importer's treasury earns the rest. y is 1 where the cap is slack, 0 where the flow stops. The unknown is k = 1 - y^tau,
with tau the elasticity of demand at full coverage, so that the quantity is about linear in it, and smaller the less is
covered, so that y keeps its digits. Flows of one exporter and good with the same cap, price and coverage share one
unknown: their conditions are the same, and at full coverage only their sum is determined.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.equilibrium.blocks.block import Block, Data, padded, padded_length
from multipolar.equilibrium.wedges import Flows, Offer
from multipolar.errors import ScenarioError
from multipolar.measures.measure import Cells, flow_text
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.levels import Levels

STOPPED = 1000.0
"""Log wedge of a flow that stops: its theta-th power is zero in floating point for every theta above 0.75."""

NOT_CAPPED = 1e6
"""ln of a cap in padding, which never binds."""

LARGEST_LOG_GAP = 50.0
"""ln q is held below this on the way; no equilibrium comes near."""

SMALLEST_PART = 0.05
"""A flow that is almost stopped moves by at least this part of its excess, so that it can open again."""

LARGEST_EXCESS = 1.0
"""An unknown moves as if the excess of the price asked, in logs, were no larger."""

DIGITS = 2.0
"""What uncovered cargoes keep, y >= 1 - g, is at least 10^-DIGITS when raised to tau."""

SMALLEST_ANSWER = 0.05
"""How much the producer's price answers a gap at the least, for the length of a step."""


class Cap(Block):
    """G gaps over members of the list of cells."""

    member_cell: Int[Data, " member"]
    member_gap: Int[Data, " member"]
    capped: Float[Data, " member"]
    """One; zero in padding."""
    cell: Int[Data, " gap"]
    """A cell of each gap: what its exporter's price is read from."""
    log_ratio: Float[Data, " gap"]
    """ln of the cap over what the exporter received in the base year, its own export taxes added."""
    base_price: Float[Data, " gap"]
    """Dollars a unit that the exporter received in the base year, its own export taxes added."""
    coverage: Float[Data, " gap"]
    """g: the covered share of cargoes at the cap."""
    evasion: Float[Data, " gap"]
    """nu: by how much the log odds of leaving coverage rise with the log price beyond the cap."""
    power: Float[Data, " gap"]
    """tau of the unknown 1 - y^tau."""
    answer: Float[Data, " gap"]
    """About how much the producer's price falls with the gap, in logs: the part of its sales that is capped."""
    cells: Float[Data, " cell"]
    """Zeros, one for each cell of the world's wedges."""

    @classmethod
    def prepare(cls, world: World, specs: Sequence[Mapping[str, Any]], places: Sequence[IntArray],
                cells: int) -> "Cap":
        """All caps of a policy as one block.

        Raises:
            ScenarioError: two caps on one flow.
        """
        place = np.concatenate(places)
        joined = {name: np.concatenate([data[name] for data in specs]) for name in
                  ("exporter", "sector", "importer", "limit", "base_price", "export_tax", "coverage", "evasion")}
        _refuse_twice(world, place, joined)
        ratio = np.log(joined["limit"] / (joined["base_price"] * joined["export_tax"]))
        alike = np.stack([joined["exporter"], joined["sector"], np.round(ratio, 12), joined["coverage"],
                          joined["evasion"]])
        _values, first, gap = np.unique(alike, axis=1, return_index=True, return_inverse=True)
        at = joined["exporter"], joined["sector"], joined["importer"]
        trade, gap = world.tables.trade[at], gap.reshape(-1)
        sold = np.bincount(gap, weights=trade, minlength=len(first))
        part = sold / world.tables.output[at[0][first], at[1][first]]
        others = 1 - (1 + world.tables.tariffs[at]) * trade / world.tables.expenditure[at[1:]]
        theta = world.parameters.trade_elasticity[at[1][first]] * np.bincount(gap, weights=trade * others) / sold
        gaps, members = padded_length(len(first)), padded_length(len(place))
        return cls(
            member_cell=padded(place, members, 0), member_gap=padded(gap, members, 0),
            capped=padded(np.ones(len(place)), members, 0.0), cell=padded(place[first], gaps, 0),
            base_price=padded((joined["base_price"] * joined["export_tax"])[first], gaps, 1.0),
            log_ratio=padded(ratio[first], gaps, NOT_CAPPED), coverage=padded(joined["coverage"][first], gaps, 1.0),
            evasion=padded(joined["evasion"][first], gaps, 0.0),
            power=padded(_power(theta, 1 - joined["coverage"][first]), gaps, 1.0),
            answer=padded(np.maximum(part, SMALLEST_ANSWER), gaps, 1.0), cells=np.zeros(cells))

    def start(self) -> NDArray[np.float64]:
        """Every cap is slack."""
        return np.zeros(len(self.log_ratio))

    def offer(self, unknown: Float[Array, " gap"]) -> Offer:
        """The gap between the delivered price and what the exporter receives, in logs."""
        rent = jnp.asarray(self.cells).at[self.member_cell].add(
            self.capped * self._log_gap(unknown)[self.member_gap])
        return Offer(jnp.zeros_like(rent), rent)

    def _log_gap(self, unknown: Array) -> Array:
        """-ln y; a flow whose unknown is one stops."""
        open_still = unknown < 1
        return jnp.where(open_still, -jnp.log1p(-jnp.where(open_still, unknown, 0.0)) / self.power, STOPPED)

    def response(self, unknown: Float[Array, " gap"], flows: Flows) -> Float[Array, " gap"]:
        """The unknown moved by how much the exporter asks beyond what it receives, held between zero and one."""
        asked = flows.log_cost[self.cell] - self.log_ratio
        excess, slope = _excess(asked, self._log_gap(unknown), self.coverage, self.evasion)
        part = jnp.maximum(1 - unknown, SMALLEST_PART)
        step = self.power * part * jnp.clip(excess, -LARGEST_EXCESS, LARGEST_EXCESS) / (slope + self.answer * part)
        moved: Array = jnp.clip(unknown + step, 0.0, 1.0)
        return moved

    def gap(self, unknown: NDArray[np.float64]) -> FloatArray:
        """1 - y (gap,): the part of the delivered price that the importer keeps, in NumPy."""
        with np.errstate(divide="ignore"):
            kept: FloatArray = -np.expm1(np.log1p(-np.clip(unknown, 0.0, 1.0)) / np.asarray(self.power))
        return kept

    def check(self, unknown: NDArray[np.float64], flows: Flows) -> float:
        """The largest distance from complementarity: of the gap in [0, 1] with the excess of the price asked, in
        logs."""
        asked = np.asarray(flows.log_cost)[np.asarray(self.cell)] - np.asarray(self.log_ratio)
        live = np.asarray(self.log_ratio) < NOT_CAPPED
        gap = self.gap(unknown)[live]
        excess = _received_short(asked[live], gap, np.asarray(self.coverage)[live], np.asarray(self.evasion)[live])
        return float(np.abs(gap - np.clip(gap + excess, 0.0, 1.0)).max(initial=0.0))

    def notes(self, levels: "Levels", unknown: NDArray[np.float64]) -> tuple[str, ...]:
        """Which caps are slack, and which flows they all but end."""
        from multipolar.equilibrium.blocks.capped import capped_flows, sentences

        return tuple(sentences(levels.world, capped_flows(levels)))


def _refuse_twice(world: World, place: IntArray, joined: Mapping[str, Any]) -> None:
    order = np.argsort(place, kind="stable")
    twice = np.flatnonzero(np.diff(place[order]) == 0)
    if len(twice):
        one, other = order[twice[0]], order[twice[0] + 1]
        cells = Cells(joined["exporter"], joined["sector"], joined["importer"])
        raise ScenarioError(_("Two price caps on one flow, {flow}: {one:g} and {other:g} dollars a unit. Leave "
                              "one out.",
                              flow=flow_text(world, cells, int(one)), one=float(joined["limit"][one]),
                              other=float(joined["limit"][other])))


def _power(theta: FloatArray, uncovered: FloatArray) -> FloatArray:
    """tau (gap,), from the elasticity of demand at given prices of others."""
    with np.errstate(divide="ignore"):
        keeps_digits = DIGITS * np.log(10) / -np.log(np.minimum(uncovered, 1 - 1e-9))
    tau: FloatArray = np.maximum(np.where(uncovered > 0, np.minimum(theta, keeps_digits), theta), 1.0)
    return tau


def _excess(asked: Array, log_gap: Array, coverage: Any, evasion: Any) -> tuple[Array, Array]:
    """ln of what the exporter asks over what it receives, and how much of it a log unit of the gap takes away."""
    beyond = asked + log_gap
    binds = beyond > 0
    log_q = jnp.clip(beyond, 0.0, LARGEST_LOG_GAP)
    outside = 1 - jnp.asarray(coverage)
    below = outside * jnp.expm1(evasion * log_q)
    above = outside * jnp.expm1((evasion + 1) * log_q)
    received = jnp.log1p(above) - jnp.log1p(below)
    slope = ((evasion + 1) * (above + outside) / (1 + above) - evasion * (below + outside) / (1 + below))
    return jnp.where(binds, asked - received, -log_gap), jnp.where(binds, slope, 1.0)


def _received_short(asked: FloatArray, gap: FloatArray, coverage: FloatArray, evasion: FloatArray) -> FloatArray:
    """The same excess in NumPy, from shares of covered cargoes rather than from logs, for the certificate."""
    with np.errstate(divide="ignore"):
        delivered = np.minimum(np.exp(np.minimum(asked, LARGEST_LOG_GAP)) / np.maximum(1 - gap, 0.0),
                               np.exp(LARGEST_LOG_GAP))
    covered = covered_share(delivered, coverage, evasion)
    received = np.where(delivered > 1, covered + (1 - covered) * delivered, delivered)
    short: FloatArray = asked - np.log(received)
    return short


def covered_share(delivered: FloatArray, coverage: FloatArray, evasion: FloatArray) -> FloatArray:
    """g' at a delivered price of so many caps: log odds fall by evasion times the log of it; all stays at or below."""
    outside = (1 - coverage) * np.maximum(delivered, 1.0) ** evasion
    share: FloatArray = coverage / (coverage + outside)
    return share
