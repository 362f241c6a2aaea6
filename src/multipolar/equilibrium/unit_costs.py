"""Unit costs of the counterfactual year, equations (1)-(3), and what revenue is spent on."""

from functools import cached_property, lru_cache

import numpy as np

from multipolar.equilibrium.ces_index import ces_index
from multipolar.equilibrium.economy import capital_share, resource_elasticity, resource_share
from multipolar.equilibrium.solved import Solved
from multipolar.world.tables import FloatArray, quotient
from multipolar.world.world import World


class UnitCosts(Solved):
    """Costs and cost shares by industry."""

    @cached_property
    def _nest(self) -> dict[str, FloatArray]:
        """Equations (1)-(3) in levels, each (exporter, sector): changes of materials, mix and unit cost."""
        tables, own = self.world.tables, self.world.parameters
        materials = ces_index(_of_materials(self.world), self._log_paid_by_users, own.input_elasticity)
        capital = capital_share(self.world)
        value_added = self.wage[:, None] ** (1 - capital) * self.capital_rent**capital
        resource = resource_share(self.world).T
        left = np.where(tables.output > 0, (tables.value_added - resource * tables.output) /
                        np.where(tables.output > 0, tables.output * (1 - resource), 1.0), 0.0)
        mix = ces_index(np.stack([left, 1 - left]), np.log(np.stack([value_added, materials])),
                        own.value_added_elasticity)
        full = ces_index(np.stack([resource, 1 - resource]), np.log(np.stack([self.resource_rent, mix])),
                         resource_elasticity(self.world).T)
        working = self.living_industries & (tables.output > 0)
        return {"materials": materials, "value_added": value_added, "mix": mix, "full": full, "mix_share": left,
                "resource": resource,
                "unit": np.where(working, full / self.policy.productivity, 1.0)}

    @property
    def cost(self) -> FloatArray:
        """c_hat (exporter, sector), equation (3b); one where an industry is empty or shut."""
        return self._nest["unit"]

    @cached_property
    def shares(self) -> dict[str, FloatArray]:
        """Parts of revenue after the change (exporter, sector): resource, materials, value_added; they sum to one."""
        nest, own = self._nest, self.world.parameters
        outer, inner = 1 - resource_elasticity(self.world).T, 1 - own.value_added_elasticity
        mix, full = nest["mix"], nest["full"]
        resource = nest["resource"] * (self.resource_rent / full) ** outer
        rest = (1 - nest["resource"]) * np.divide(mix, full, out=np.ones_like(mix), where=np.isfinite(full)) ** outer
        dearer = {name: np.divide(nest[name], mix, out=np.ones_like(mix), where=np.isfinite(mix)) ** inner
                  for name in ("materials", "value_added")}
        return {"resource": resource, "materials": rest * (1 - nest["mix_share"]) * dearer["materials"],
                "value_added": rest * nest["mix_share"] * dearer["value_added"]}


@lru_cache(maxsize=4)
def _of_materials(world: World) -> FloatArray:
    """Goods as parts of each user's materials in the base year (sector, importer, user)."""
    return quotient(world.tables.inputs, world.tables.materials)
