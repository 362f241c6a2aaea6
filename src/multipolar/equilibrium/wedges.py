"""Flows whose price chain has a layer that somebody earns or that is solved for: export taxes, rents, block costs.

They are few, so they are kept as a list of cells beside the dense kernel, which is corrected at them. Of a buyer's
spending E on such a flow: tariff E t/(1+t); rent (1 - 1/mu) E/(1+t) to its owners; export tax
E/((1+t) mu) e/(1+e) to its recipients; the rest to the producer, what melts being part of output. The four add to E.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int

SMALL_EXPONENT = 0.25
"""Up to this size ten powers give an exponential to its last digits."""

_SERIES = tuple(1 / math.factorial(power) for power in range(10, -1, -1))


class Wedges(NamedTuple):
    """K cells, and who is paid there; lists are padded with entries that have no effect."""

    sector: Int[Array, " cell"]
    importer: Int[Array, " cell"]
    exporter: Int[Array, " cell"]
    landed: Float[Array, " cell"]
    """1/(1+t'): the part of spending that is not tariff."""
    producer: Float[Array, " cell"]
    """u' without rent: the part of spending that reaches the producer, after tariff and export taxes."""
    base_rent: Float[Array, " cell"]
    """ln of the mark-up that the base year already carries; what blocks offer comes on top."""
    base_flow: Float[Array, " cell"]
    """What the producer received in the base year, million USD; one in padding."""
    tax_cell: Int[Array, " tax"]
    tax_share: Float[Array, " tax"]
    """Part of E that an export tax takes where there is no rent."""
    tax_recipient: Int[Array, " tax"]
    rent_cell: Int[Array, " rent"]
    rent_share: Float[Array, " rent"]
    """Part of a cell's rent that an owner holds."""
    rent_recipient: Int[Array, " rent"]


class Offer(NamedTuple):
    """What blocks add to the price chain at the cells, in logs: what melts on the way, and what somebody earns."""

    burned: Float[Array, " cell"]
    rent: Float[Array, " cell"]
    pairs: Float[Array, "exporter importer"] | None = None
    """What melts on every flow of a pair of countries, whatever the goods; None where no block acts on pairs."""


class Flows(NamedTuple):
    """The cells, and pairs of countries, under the present unknowns."""

    spent: Float[Array, " cell"]
    """E: buyers' spending, million USD."""
    shipped: Float[Array, " cell"]
    """Quantity shipped relative to the base year, before what melts."""
    log_cost: Float[Array, " cell"]
    """ln of the change of the producer's price."""
    pairs: Float[Array, "exporter importer"] | None = None
    """What producers receive from buyers of each country, million USD; None where no block acts on pairs."""


def added(wedges: Wedges, offers: list[Offer]) -> Offer:
    """The sum of what blocks offer; nothing where there is no block."""
    nothing = jnp.zeros_like(wedges.landed)
    by_pair = [offer.pairs for offer in offers if offer.pairs is not None]
    return Offer(sum((offer.burned for offer in offers), nothing), sum((offer.rent for offer in offers), nothing),
                 sum(by_pair[1:], by_pair[0]) if by_pair else None)


def claims(wedges: Wedges, offer: Offer, spent: Float[Array, " cell"], countries: int) -> Float[Array, " country"]:
    """Export taxes and rents received less those paid out of the importer's treasury, which first takes all of them."""
    keep = jnp.exp(-offer.rent - wedges.base_rent)
    rents = (1 - keep) * wedges.landed * spent
    taxes = wedges.tax_share * (keep * spent)[wedges.tax_cell]
    owned = wedges.rent_share * rents[wedges.rent_cell]
    net = jax.ops.segment_sum(taxes, wedges.tax_recipient, countries)
    net += jax.ops.segment_sum(owned, wedges.rent_recipient, countries)
    net -= jax.ops.segment_sum(taxes, wedges.importer[wedges.tax_cell], countries)
    return net - jax.ops.segment_sum(owned, wedges.importer[wedges.rent_cell], countries)


def over_pairs(kernel: Float[Array, "group sector country country"],
               net_kernel: Float[Array, "group sector country country"], trade_elasticity: Float[Array, " sector"],
               offer: Offer) -> tuple[Array, Array]:
    """The kernels with what blocks add to the cost of all trade of a pair; as they are where none does."""
    if offer.pairs is None:
        return kernel, net_kernel
    countries = kernel.shape[-1]
    pairs, theta = offer.pairs[:countries, :countries].T, trade_elasticity[:, None, None]

    def times(power: Callable[[Array], Array]) -> Callable[[], tuple[Array, Array]]:
        return lambda: (kernel * power(-theta * pairs), net_kernel * power(-theta * pairs))

    # Costs of payments are small, and an exponential for each flow takes as long as the rest of a sweep: a series.
    largest = jnp.max(trade_elasticity) * jnp.max(jnp.abs(pairs))
    dearer: tuple[Array, Array] = jax.lax.cond(largest <= SMALL_EXPONENT, times(_series), times(jnp.exp))
    return dearer


def _series(exponent: Array) -> Array:
    """e^x near zero."""
    total = jnp.zeros_like(exponent)
    for coefficient in _SERIES:
        total = total * exponent + coefficient
    return total
