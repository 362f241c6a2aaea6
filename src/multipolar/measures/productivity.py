"""What destroys or improves a country's capacity to produce."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from multipolar.measures.measure import Lowered, Measure, Shift
from multipolar.measures.selection import select_goods, select_members
from multipolar.measures.values import Countries, Rate, Sectors

if TYPE_CHECKING:
    from multipolar.world.world import World


class Productivity(Measure):
    """Output from the same inputs changes, for example through war damage. Changes of one industry multiply."""

    example: ClassVar[str] = "kind: productivity\ncountry: UKR\nsector: all\nchange: -10%\n"

    kind: Literal["productivity"] = "productivity"
    country: Annotated[Countries, Field(description="Where.")]
    sector: Annotated[Sectors, Field(description="The industries.")] = "all"
    change: Annotated[Rate, Field(description="Change of output from the same inputs; -0.1 is a tenth less.")]

    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """One productivity factor for each selected industry."""
        countries = select_members(world, self.country)
        goods = select_goods(world, self.sector, coarse=coarse)
        country, sector = (index.ravel() for index in np.meshgrid(countries.indices, goods.indices, indexing="ij"))
        return Lowered(self.label, shifts=(Shift(country, sector, np.full(len(country), 1.0 + self.change)),),
                       dropped=countries.dropped, notes=goods.coarse)
