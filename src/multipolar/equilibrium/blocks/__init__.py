"""What is solved together with prices: one file a mechanism, found by the kind that a measure's data name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from multipolar.equilibrium.blocks.block import Block
from multipolar.equilibrium.blocks.cap import Cap
from multipolar.equilibrium.blocks.quota import Quota
from multipolar.equilibrium.blocks.rails import Rails
from multipolar.errors import UnknownName
from multipolar.measures.measure import Spec
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

Prepare = Callable[[World, Sequence[Mapping[str, Any]], Sequence[IntArray], int], Block]
"""Makes one block of all measures of a kind: the world, each measure's data, the places of each measure's flows in the
list of cells, and how many cells there are."""

_KINDS: dict[str, Prepare] = {"quota": Quota.prepare, "cap": Cap.prepare, "rails": Rails.prepare}


def register(kind: str, prepare: Prepare) -> None:
    """Teach the solver a mechanism of one's own: measures whose specs are of this `kind` become one block."""
    _KINDS[kind] = prepare


def prepare_blocks(world: World, specs: Sequence[Spec], places: Sequence[IntArray], cells: int,
                   own_taxes: FloatArray) -> tuple[Block, ...]:
    """The blocks of a policy, one for each kind, in the order in which kinds first appear.

    To each measure's data is added `export_tax`: 1 + the export taxes that the exporter itself levies on its flows.

    Raises:
        UnknownName: no block of a spec's kind is registered.
    """
    blocks = []
    for kind in dict.fromkeys(spec.kind for spec in specs):
        if kind not in _KINDS:
            raise UnknownName(kind, "block", _KINDS)
        chosen = [at for at, spec in enumerate(specs) if spec.kind == kind]
        data = [{**specs[at].data, "export_tax": own_taxes[places[at]]} for at in chosen]
        blocks.append(_KINDS[kind](world, data, [places[at] for at in chosen], cells))
    return tuple(blocks)
