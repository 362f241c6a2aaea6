"""Small steps of policy from where an economy stands, in pure JAX: what derivatives are taken with respect to."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from multipolar.equilibrium.equations import Economy


class Step(NamedTuple):
    """Log changes of policy; all zero where the economy stands. Cells are (sector, importer, exporter)."""

    log_tariff: Float[Array, "sector importer exporter"]
    """Change of ln(1 + t)."""
    log_cost: Float[Array, "sector importer exporter"]
    """Change of the log of the iceberg factor."""
    log_productivity: Float[Array, "sector country"]
    transfers: Float[Array, " country"]
    """Net million USD received."""


def no_step(economy: Economy) -> Step:
    """The step that changes nothing."""
    cells, industries = economy.kernel.shape[1:], economy.log_productivity.shape
    return Step(jnp.zeros(cells), jnp.zeros(cells), jnp.zeros(industries), jnp.zeros(industries[1]))


def stepped(economy: Economy, step: Step) -> Economy:
    """The economy after the step. Closed flows stay closed; what export taxes and rents are shares of moves along."""
    theta = economy.trade_elasticity[:, None, None]
    barrier = -theta * (step.log_tariff + step.log_cost)
    cells = economy.wedges
    landed = jnp.exp(-step.log_tariff[cells.sector, cells.importer, cells.exporter])
    return economy._replace(
        kernel=economy.kernel * jnp.exp(barrier),
        net_kernel=economy.net_kernel * jnp.exp(barrier - step.log_tariff),
        log_productivity=economy.log_productivity + step.log_productivity,
        transfers=economy.transfers + step.transfers,
        wedges=cells._replace(landed=cells.landed * landed, producer=cells.producer * landed,
                              tax_share=cells.tax_share * landed[cells.tax_cell]),
    )
