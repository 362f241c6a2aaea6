"""The list of cells with export taxes, rents or block costs, from a policy. NumPy only."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells
from multipolar.measures.rents import tax_parts
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.wedges import Wedges


@dataclass(frozen=True, eq=False)
class WedgeList:
    """Cells in C order, each once, and where the policy's export taxes and specs lie among them.

    tax_place (layer,), tax_part (layer,) of the price after all export taxes; spec_places: one array a spec;
    producer and landed (cell,) are the parts of spending that reach the producer, and that are not tariff.
    """

    cells: Cells
    landed: FloatArray
    producer: FloatArray
    base_flow: FloatArray
    tax_place: IntArray
    tax_part: FloatArray
    tax_recipient: IntArray
    spec_places: tuple[IntArray, ...]
    rent_place: IntArray
    rent_share: FloatArray
    rent_recipient: IntArray


@lru_cache(maxsize=4)
def wedge_list(world: World, policy: Policy) -> WedgeList:
    """The cells of a policy's export taxes and blocks, and who is paid at them; kept for the certificate."""
    shape = len(world.countries), len(world.sectors)
    tax_flat = policy.tax_cells.flat(shape)
    spec_flat = [Cells(spec.data["exporter"], spec.data["sector"], spec.data["importer"]).flat(shape)
                 for spec in policy.specs]
    flat = np.unique(np.concatenate([tax_flat, *spec_flat]))
    cells = Cells.from_flat(flat, shape)
    tax_place = np.searchsorted(flat, tax_flat)
    places = tuple(np.searchsorted(flat, one) for one in spec_flat)
    landed = 1 / (1 + _tariffs(world, policy, flat))
    taxed = np.ones(len(flat))
    np.multiply.at(taxed, tax_place, 1 + policy.tax_rates)
    flow = world.tables.trade.reshape(-1)[flat]
    owners = [spec for spec in policy.specs if "rent_share" in spec.data]
    of_owner = [place for spec, place in zip(policy.specs, places, strict=True) if "rent_share" in spec.data]
    return WedgeList(
        cells, landed, landed / taxed, np.where(flow > 0, flow, 1.0), tax_place,
        tax_parts(policy.tax_rates, tax_place, len(flat)), policy.tax_recipients, places,
        _joined([place[spec.data["rent_member"]] for spec, place in zip(owners, of_owner, strict=True)], np.int64),
        _joined([spec.data["rent_share"] for spec in owners], np.float64),
        _joined([spec.data["rent_recipient"] for spec in owners], np.int64))


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _tariffs(world: World, policy: Policy, flat: IntArray) -> FloatArray:
    """t' at flat positions."""
    shape = len(world.countries), len(world.sectors)
    rates = world.tables.tariffs.reshape(-1)[flat]
    changed = policy.tariff_cells.flat(shape)
    order = np.argsort(changed)
    place = np.searchsorted(changed[order], flat)
    found = place < len(changed)
    hit = np.zeros(len(flat), dtype=bool)
    hit[found] = changed[order][place[found]] == flat[found]
    rates[hit] = policy.tariff_rates[order][place[hit]]
    return rates


def as_wedges(listed: WedgeList) -> "Wedges":
    """The list as padded arrays for the equations."""
    return _padded(listed) if len(listed.landed) else _no_wedges()


@cache
def _no_wedges() -> "Wedges":
    """What most measures have."""
    from multipolar.equilibrium.wedges import Wedges

    whole: Any = np.zeros(0, dtype=np.int64)
    real: Any = np.zeros(0)
    return Wedges(whole, whole, whole, real, real, real, whole, real, whole, whole, real, whole)


def _padded(listed: WedgeList) -> "Wedges":
    from multipolar.equilibrium.blocks.block import padded, padded_length
    from multipolar.equilibrium.wedges import Wedges

    cells, taxes, rents = (padded_length(len(part)) for part in (listed.landed, listed.tax_part, listed.rent_share))
    at_tax = listed.landed[listed.tax_place] * listed.tax_part
    arrays: dict[str, Any] = {
        "sector": padded(listed.cells.sector, cells, 0), "importer": padded(listed.cells.importer, cells, 0),
        "exporter": padded(listed.cells.exporter, cells, 0), "landed": padded(listed.landed, cells, 0.0),
        "producer": padded(listed.producer, cells, 0.0), "base_flow": padded(listed.base_flow, cells, 1.0),
        "tax_cell": padded(listed.tax_place, taxes, 0), "tax_share": padded(at_tax, taxes, 0.0),
        "tax_recipient": padded(listed.tax_recipient, taxes, 0), "rent_cell": padded(listed.rent_place, rents, 0),
        "rent_share": padded(listed.rent_share, rents, 0.0),
        "rent_recipient": padded(listed.rent_recipient, rents, 0),
    }
    return Wedges(**arrays)
