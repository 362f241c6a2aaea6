"""Thick markets in settlement: a rail gets cheaper the more both ends of a pair use it, solved together with prices.

The unknowns are ln S_hat (country, rail), the log change of each rail's share in a country's payments abroad. Beyond
what measures do (`measures/logit.py`), cost falls by nu ln (S_hat[i,c] S_hat[n,c])^(1/2), so that with s the shares
after the measures and e = exp(eta nu ln S_hat / 2),

    ln kappa[i,n] = -(1/eta) ln sum_c s e[i,c] e[n,c],    s'[i,n,c] = s e[i,c] e[n,c] / sum_b s e[i,b] e[n,b]

(Matsuyama, Kiyotaki & Matsui 1993; Chahrour & Valchev 2022). S' follows from s' and trade by pair. Where a payee earns
a part fee[c] of what is paid over a rail, phi = sum_c s' fee of what the pair pays is a rent; the rest of kappa melts.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray

from multipolar.catalogue import _
from multipolar.equilibrium.blocks.block import Block, Data, padded, padded_length
from multipolar.equilibrium.economy import base_year, padded_size
from multipolar.equilibrium.thickness import base_radius, pair_trade
from multipolar.equilibrium.wedges import Flows, Offer
from multipolar.errors import InputError
from multipolar.measures.logit import base_use
from multipolar.world.tables import FloatArray, IntArray, quotient
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.levels import Levels

HEAVY = 0.9
"""In the starts away from the base year, the part of what other rails carry that one side has drawn to itself."""


class Rails(Block):
    """Rails of all pairs. Arrays are padded with countries that pay nothing."""

    share: Float[Data, "exporter importer rail"]
    """s: after the measures, at base-year thickness."""
    log_base: Float[Data, "country rail"]
    """ln S in the base year, zero where a rail is not used."""
    used: Bool[Data, "country rail"]
    """Whether the country uses the rail before and after the measures; elsewhere the unknown stays at zero."""
    eta: Float[Data, ""]
    nu: Float[Data, ""]
    fee: Float[Data, "exporter importer earned_rail"]
    """Part of a payment over the rail that a payee earns; without rails where nobody does."""
    member_cell: Int[Data, " member"]
    """Cells of the pairs with a payee; exporter and importer are their ends, and earning is zero in padding."""
    member_exporter: Int[Data, " member"]
    member_importer: Int[Data, " member"]
    earning: Float[Data, " member"]
    cells: Float[Data, " cell"]
    """Zeros, one for each cell of the world's wedges."""

    @classmethod
    def prepare(cls, world: World, specs: Sequence[Mapping[str, Any]], places: Sequence[IntArray],
                cells: int) -> "Rails":
        """The block of a policy's rails, which are joined to one choice already.

        Raises:
            InputError: in the base year a little more use of a rail would draw ever more: it is no equilibrium to
                start from.
        """
        (data,) = specs
        radius = base_radius(world)
        if radius >= 1:
            raise InputError(_(
                "With thickness nu = {nu:g} and semi-elasticity eta = {eta:g} the base year is unstable: a rail used a "
                "little more would draw ever more payments (spectral radius {radius:.2f}; below 1 is needed). Take a "
                "smaller thickness.", nu=data["nu"], eta=data["eta"], radius=radius))
        size = padded_size(len(world.countries), len(world.sectors), len(base_year(world).spending))[0]
        return cls.of(data, pair_trade(world), size, places[0], cells)

    @classmethod
    def of(cls, data: Mapping[str, Any], trade: FloatArray, size: int, place: IntArray, cells: int) -> "Rails":
        """The block of rails' data on base-year trade (exporter, importer), padded to `size` countries.

        place (member,): where the cells of pairs with a payee lie among all `cells` of wedges.
        """
        base, after = (base_use(trade, data[name]) for name in ("base", "share"))
        used, more = (base > 0) & (after > 0), size - len(trade)
        pairs = (0, more), (0, more), (0, 0)
        fee = np.pad(data["fee"], pairs) if "fee" in data else np.zeros((size, size, 0))
        length, ends = padded_length(len(place)), [data.get(end, place) for end in ("exporter", "importer")]
        return cls(
            share=np.pad(data["share"], pairs), log_base=np.pad(np.log(np.where(used, base, 1.0)), pairs[1:]),
            used=np.pad(used, pairs[1:]), eta=np.asarray(data["eta"]), nu=np.asarray(data["nu"]), fee=fee,
            member_cell=padded(place, length, 0), member_exporter=padded(ends[0], length, 0),
            member_importer=padded(ends[1], length, 0), earning=padded(np.ones(len(place)), length, 0.0),
            cells=np.zeros(cells))

    def start(self) -> NDArray[np.float64]:
        """Rails are used as in the base year."""
        return np.zeros(self.used.shape)

    def other_starts(self) -> tuple[NDArray[np.float64], ...]:
        """Where the rails are used otherwise; without thickness use does not matter, and there is one equilibrium."""
        return self.heavy_starts() if self.nu > 0 else ()

    def heavy_starts(self) -> tuple[NDArray[np.float64], ...]:
        """The rail that the world uses most draws nearly all payments to itself; and the others do."""
        base = np.where(self.used, np.exp(self.log_base), 0.0)
        leading = np.arange(base.shape[1]) == base.sum(axis=0).argmax()
        return tuple(np.where(self.used, np.log(np.where(self.used, _drawn(base, heavy), 1.0)) - self.log_base, 0.0)
                     for heavy in (leading, ~leading))

    def _weights(self, unknown: Float[Array, "country rail"]) -> tuple[Array, Array]:
        """e (country, rail), and sum_c s e e (exporter, importer); one where a pair has no rail."""
        pull = jnp.exp(self.eta * self.nu / 2 * unknown)
        total = (self.share * pull[:, None] * pull).sum(axis=2)
        return pull, jnp.where(total > 0, total, 1.0)

    def offer(self, unknown: Float[Array, "country rail"]) -> Offer:
        """What settling costs on every pair beyond what measures do, in logs: what a payee earns, the rest burned."""
        zeros = jnp.zeros_like(jnp.asarray(self.cells))
        pull, total = self._weights(unknown)
        cost = -jnp.log(total) / self.eta
        if not self.fee.size:
            return Offer(zeros, zeros, cost)
        earned = -jnp.log1p(-jnp.einsum("inc,inc,ic,nc->in", self.share, self.fee, pull, pull) / total)
        rent = zeros.at[self.member_cell].add(self.earning * earned[self.member_exporter, self.member_importer])
        return Offer(zeros, rent, cost - earned)

    def response(self, unknown: Float[Array, "country rail"], flows: Flows) -> Float[Array, "country rail"]:
        """ln S'/S from the trade of every pair."""
        paid = _fitted(cast(Array, flows.pairs), self.used.shape[0])
        pull, total = self._weights(unknown)
        paid = jnp.where(jnp.eye(len(paid), dtype=bool), 0.0, paid)
        each = paid / total
        by_rail = pull * (jnp.einsum("in,inc,nc->ic", each, self.share, pull)
                          + jnp.einsum("ni,nic,nc->ic", each, self.share, pull))
        whole = (paid.sum(axis=1) + paid.sum(axis=0))[:, None]
        # A rail all of whose flows a measure stopped carries nothing that its thickness could matter for.
        flowing = self.used & (by_rail > 0)
        change = jnp.log(jnp.where(flowing, by_rail, 1.0) / jnp.where(flowing, whole, 1.0)) - self.log_base
        return jnp.where(flowing, change, 0.0)

    def check(self, unknown: NDArray[np.float64], flows: Flows) -> float:
        """The largest gap between the shares assumed and those that trade in levels implies, in logs."""
        paid = np.asarray(flows.pairs)
        size = len(paid)
        use = base_use(paid, self.shares(unknown, size))
        have = np.asarray(self.used)[:size] & (use > 0)
        implied = np.log(np.where(have, use, 1.0)) - np.where(have, np.asarray(self.log_base)[:size], 0.0)
        return float(np.abs(np.where(have, unknown[:size] - implied, 0.0)).max(initial=0.0))

    def notes(self, levels: "Levels", unknown: NDArray[np.float64]) -> tuple[str, ...]:
        """How far use feeds on itself in the base year."""
        if self.nu == 0:
            return ()
        return (_("Use of settlement rails feeds on itself with spectral radius {base:.2f} in the base year; below 1 "
                  "it dies out. At the answer it is settlement_radius.", base=base_radius(levels.world)),)

    def shares(self, unknown: NDArray[np.float64], countries: int) -> FloatArray:
        """s' (exporter, importer, rail) of so many countries, without padding; in NumPy."""
        pull = np.exp(float(self.eta) * float(self.nu) / 2 * np.asarray(unknown))
        weighty = np.asarray(self.share) * pull[:, None] * pull
        total = weighty.sum(axis=2, keepdims=True)
        after = quotient(weighty, total)
        return after[:countries, :countries]


    def log_fees(self, unknown: NDArray[np.float64], countries: int) -> FloatArray:
        """ln of what a pair pays over what is left of it after the payee (exporter, importer); in NumPy."""
        if not self.fee.size:
            return np.zeros((countries, countries))
        earned = (self.shares(unknown, countries) * np.asarray(self.fee)[:countries, :countries]).sum(axis=2)
        return np.asarray(-np.log1p(-earned))


def _drawn(base: FloatArray, heavy: NDArray[np.bool_]) -> FloatArray:
    """Shares (country, rail) where rails that are heavy took `HEAVY` of what the others carried."""
    mine = np.where(heavy, base, 0.0)
    total, others = mine.sum(axis=1, keepdims=True), np.where(heavy, 0.0, base)
    taken = HEAVY * others.sum(axis=1, keepdims=True)
    grown = quotient(mine * (total + taken), total)
    drawn: FloatArray = np.where(total > 0, grown + (1 - HEAVY) * others, base)
    return drawn


def _fitted(pairs: Float[Array, "exporter importer"], size: int) -> Float[Array, "country country"]:
    """Trade by pair at the block's size, whatever padding the economy has."""
    more = size - pairs.shape[0]
    return jnp.pad(pairs, ((0, more), (0, more))) if more > 0 else pairs[:size, :size]
