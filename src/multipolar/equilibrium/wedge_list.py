"""The list of cells with export taxes, rents or block costs, from a policy. NumPy only."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.combine import Policy
from multipolar.measures.measure import Cells, flow_text
from multipolar.measures.rents import tax_parts
from multipolar.world.tables import FloatArray, IntArray
from multipolar.world.world import World

if TYPE_CHECKING:
    from multipolar.equilibrium.wedges import Wedges


SAME_SHARE = 1e-12
"""Shares of a rent that differ by less are the same."""


@dataclass(frozen=True, eq=False)
class WedgeList:
    """Cells in C order, each once, and where the policy's export taxes and specs lie among them.

    tax_place (layer,), tax_part (layer,) of the price after all export taxes; spec_places: one array a spec;
    producer and landed (cell,) are the parts of spending that reach the producer, and that are not tariff; own_taxes
    (cell,) is 1 + the export taxes whose recipient is the exporter.
    """

    cells: Cells
    landed: FloatArray
    producer: FloatArray
    base_rent: FloatArray
    base_flow: FloatArray
    tax_place: IntArray
    tax_part: FloatArray
    tax_recipient: IntArray
    own_taxes: FloatArray
    spec_places: tuple[IntArray, ...]
    rent_place: IntArray
    rent_share: FloatArray
    rent_recipient: IntArray


@lru_cache(maxsize=4)
def wedge_list(world: World, policy: Policy) -> WedgeList:
    """The cells of a policy's export taxes and blocks, and who is paid at them; kept for the certificate."""
    shape = len(world.countries), len(world.sectors)
    tax_flat = policy.tax_cells.flat(shape)
    # What acts on all trade of pairs has no cells.
    spec_flat = [Cells(spec.data["exporter"], spec.data["sector"], spec.data["importer"]).flat(shape)
                 if "sector" in spec.data else np.zeros(0, dtype=np.int64) for spec in policy.specs]
    carried = world.tables.base_rents
    rented = np.zeros(0, dtype=np.int64) if carried is None else Cells(*carried.at).flat(shape)
    flat = np.unique(np.concatenate([tax_flat, *spec_flat, rented]))
    cells = Cells.from_flat(flat, shape)
    tax_place = np.searchsorted(flat, tax_flat)
    places = tuple(np.searchsorted(flat, one) for one in spec_flat)
    landed = 1 / (1 + _tariffs(world, policy, flat))
    taxed, own = np.ones(len(flat)), np.ones(len(flat))
    np.multiply.at(taxed, tax_place, 1 + policy.tax_rates)
    to_itself = policy.tax_recipients == policy.tax_cells.exporter
    np.multiply.at(own, tax_place[to_itself], 1 + policy.tax_rates[to_itself])
    flow = world.tables.received.reshape(-1)[flat]
    claims = [Claim(place[spec.data["rent_member"]], spec.data["rent_recipient"], spec.data["rent_share"])
              for spec, place in zip(policy.specs, places, strict=True) if "rent_share" in spec.data]
    base_rent = np.zeros(len(flat))
    if carried is not None:
        at = np.searchsorted(flat, rented)
        base_rent[at] = np.log(carried.markup)
        claims.append(Claim(at[carried.cell], carried.owner, carried.share))
    agreed = _agreed(world, cells, claims)
    return WedgeList(
        cells, landed, landed / taxed, base_rent, np.where(flow > 0, flow, 1.0), tax_place,
        tax_parts(policy.tax_rates, tax_place, len(flat)), policy.tax_recipients, own, places,
        agreed.place, agreed.share, agreed.owner)


class Claim(NamedTuple):
    """Who holds which share of the rent at cells: one measure's, or what all of them agree on; each array (owner,)."""

    place: IntArray
    owner: IntArray
    share: FloatArray


def _agreed(world: World, cells: Cells, claims: list[Claim]) -> Claim:
    """The owners of each cell's rent. Several bounds on one flow share one price gap, so their owners must be the same.

    Raises:
        ScenarioError: they are not.
    """
    if not claims:
        return Claim(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    countries = len(world.countries)
    keys, totals = zip(*(_by_owner(claim, countries) for claim in claims), strict=True)
    key, of_key = np.unique(np.concatenate(keys), return_inverse=True)
    place, share = key // countries, np.concatenate(totals)
    claimants = np.bincount(np.concatenate([np.unique(one // countries) for one in keys]), minlength=len(cells))
    mean = np.bincount(of_key, share) / claimants[place]
    differs = np.abs(share - mean[of_key]) > SAME_SHARE
    differs |= (np.bincount(of_key) < claimants[place])[of_key]
    if differs.any():
        at = int(place[of_key[np.flatnonzero(differs)[0]]])
        raise ScenarioError(_("Several measures bound {flow}, and each names other owners of the rent: what one earns "
                              "there cannot be told from what the other does. Name the same owners, or leave one out.",
                              flow=flow_text(world, cells, at)))
    return Claim(place, key % countries, mean)


def _by_owner(claim: Claim, countries: int) -> tuple[IntArray, FloatArray]:
    """Cell and owner as one number, each once, and the shares."""
    held = claim.share > 0
    key, of_key = np.unique(claim.place[held] * countries + claim.owner[held], return_inverse=True)
    total: FloatArray = np.bincount(of_key, claim.share[held]).astype(np.float64)
    return key, total


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
    return Wedges(whole, whole, whole, real, real, real, real, whole, real, whole, whole, real, whole)


def _padded(listed: WedgeList) -> "Wedges":
    from multipolar.equilibrium.blocks.block import padded, padded_length
    from multipolar.equilibrium.wedges import Wedges

    cells, taxes, rents = (padded_length(len(part)) for part in (listed.landed, listed.tax_part, listed.rent_share))
    at_tax = listed.landed[listed.tax_place] * listed.tax_part
    arrays: dict[str, Any] = {
        "sector": padded(listed.cells.sector, cells, 0), "importer": padded(listed.cells.importer, cells, 0),
        "exporter": padded(listed.cells.exporter, cells, 0), "landed": padded(listed.landed, cells, 0.0),
        "producer": padded(listed.producer, cells, 0.0), "base_rent": padded(listed.base_rent, cells, 0.0),
        "base_flow": padded(listed.base_flow, cells, 1.0),
        "tax_cell": padded(listed.tax_place, taxes, 0), "tax_share": padded(at_tax, taxes, 0.0),
        "tax_recipient": padded(listed.tax_recipient, taxes, 0), "rent_cell": padded(listed.rent_place, rents, 0),
        "rent_share": padded(listed.rent_share, rents, 0.0),
        "rent_recipient": padded(listed.rent_recipient, rents, 0),
    }
    return Wedges(**arrays)
