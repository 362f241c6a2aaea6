"""What a government does, as plain data: the base class of measures and the arrays a measure lowers to.

A measure enters the model by `reshape` (a world becomes another world) or by `lower` (layers of the price chain,
closed flows, payments, productivity); it never touches the solver. Cells are index arrays, never dense copies.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from multipolar.catalogue import _
from multipolar.measures.frozen import Frozen
from multipolar.measures.values import selector_text
from multipolar.world.tables import FloatArray, IntArray

if TYPE_CHECKING:
    from multipolar.measures.routes import Ways
    from multipolar.world.world import World

Shape = tuple[int, int]
"""(number of countries, number of sectors)."""


@dataclass(frozen=True, eq=False)
class Cells:
    """K flows of a world: index arrays (K,) of exporter, sector and importer; the home cell is never among them."""

    exporter: IntArray
    sector: IntArray
    importer: IntArray

    def __len__(self) -> int:
        return len(self.exporter)

    def flat(self, shape: Shape) -> IntArray:
        """Position (K,) of each cell in a C-ordered (exporter, sector, importer) array."""
        countries, sectors = shape
        flat: IntArray = (self.exporter * sectors + self.sector) * countries + self.importer
        return flat

    @classmethod
    def from_flat(cls, flat: IntArray, shape: Shape) -> "Cells":
        """Cells at positions of a C-ordered (exporter, sector, importer) array."""
        countries, sectors = shape
        rest, importer = np.divmod(flat, countries)
        exporter, sector = np.divmod(rest, sectors)
        return cls(exporter, sector, importer)

    @classmethod
    def product(cls, exporters: IntArray, sectors: IntArray, importers: IntArray) -> "Cells":
        """Every flow from `exporters` to `importers` in `sectors`, home sales left out, in C order."""
        sizes = len(exporters), len(sectors), len(importers)
        exporter = np.broadcast_to(exporters[:, None, None], sizes)
        importer = np.broadcast_to(importers[None, None, :], sizes)
        sector = np.broadcast_to(sectors[None, :, None], sizes)
        abroad = exporter != importer
        return cls(exporter[abroad], sector[abroad], importer[abroad])

    @classmethod
    def empty(cls) -> "Cells":
        """No flow at all."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing)


@dataclass(frozen=True, eq=False)
class Layer:
    """One ad-valorem step of the price chain on some cells; `rate` (K,) is a fraction.

    A tariff sets its rate, adds points, caps it (`ceiling`) or cuts it in proportion; icebergs and export taxes
    compound. `recipient` (K,) is the country index that an export tax is paid to.
    """

    kind: Literal["tariff", "iceberg", "export_tax"]
    operation: Literal["set", "add", "ceiling", "cut", "compound"]
    cells: Cells
    rate: FloatArray
    recipient: IntArray | None = None


@dataclass(frozen=True, eq=False)
class Reopening:
    """Flows that a lift opens; `latent_share` (K,) is the share in the importer's spending each would have.

    Without latent shares the lift lowers the cost of flows that exist, by a layer, and only bans are checked here.
    """

    cells: Cells
    latent_share: FloatArray | None


@dataclass(frozen=True)
class Payment:
    """`amount` million USD a year from country index `payer` to country index `receiver`.

    With `goods`, pairs of sector index and share, the payer buys goods at home for the money and delivers them.
    """

    payer: int
    receiver: int
    amount: float
    goods: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Shift:
    """Productivity of K industries multiplied by `factor` (K,)."""

    country: IntArray
    sector: IntArray
    factor: FloatArray


@dataclass(frozen=True, eq=False)
class Spec:
    """Data for a block that is solved together with prices: `kind` names the block, `data` has its arrays by name."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class RailChange:
    """What a measure does to rails of K pairs: `weigh` adds to the log of what rails weigh in the choice (minus
    infinity closes them), `open` gives one rail a latent share. exporter, importer, amount (K,); rail (R,): positions
    of the world's rails. payee (K,): the country that is paid what the rails got dearer by; None where it is used up.
    """

    operation: Literal["weigh", "open"]
    exporter: IntArray
    importer: IntArray
    rail: IntArray
    amount: FloatArray
    payee: IntArray | None = None


MONTHS_IN_A_YEAR = 12.0


@dataclass(frozen=True, eq=False)
class Aid:
    """Gifts of arms (pair,) from `giver` to `receiver`: times `factor`, `delay` months later, with `intelligence`, the
    part of that service that is left to the receivers."""

    giver: IntArray
    receiver: IntArray
    factor: float
    delay: float = 0.0
    intelligence: float = 1.0


@dataclass(frozen=True, eq=False)
class Lowered:
    """What one measure does to one world. `label` names the measure in messages; `notes` are remarks for the reader."""

    label: str
    layers: tuple[Layer, ...] = ()
    closed: Cells = field(default_factory=Cells.empty)
    lifted: tuple[Reopening, ...] = ()
    payments: tuple[Payment, ...] = ()
    shifts: tuple[Shift, ...] = ()
    specs: tuple[Spec, ...] = ()
    ways: tuple["Ways", ...] = ()
    aid: tuple[Aid, ...] = ()
    rails: tuple[RailChange, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Measure(Frozen, ABC):
    """One thing a government does. Frozen; unknown fields are errors; `kind` tells measures apart in YAML."""

    example: ClassVar[str] = ""
    """One measure of this kind in YAML, shown by the listing of measures."""
    divides: ClassVar[bool] = False
    """Whether `reshape` divides sectors and leaves every sum of money as it is."""

    kind: str
    note: str = Field(default="", description="A remark for the reader.")
    source: str = Field(default="", description="Where the figure comes from.")

    def reshape(self, world: "World") -> "World":
        """Door 1: the world this measure needs, for example with a sector split; by default the world itself."""
        return world

    @abstractmethod
    def lower(self, world: "World", *, coarse: bool = False) -> Lowered:
        """Door 2: what this measure does to `world`.

        Args:
            world: the base year, already reshaped.
            coarse: take the whole of a sector of which a sector group is only a part, and note it.

        Raises:
            ScenarioError, UnknownName: when the world has no such country, sector or flow.
        """

    @property
    def label(self) -> str:
        """The measure on one line, as messages name it: ``tariff (importer=USA, exporter=all, ...)``."""
        shown = [f"{name}={_field_text(getattr(self, name))}" for name in type(self).model_fields
                 if name not in ("kind", "note", "source") and getattr(self, name) is not None]
        return f"{self.kind} ({', '.join(shown)})"


def _field_text(value: Any) -> str:
    if isinstance(value, str | tuple):
        return selector_text(value)
    if isinstance(value, dict) and any(isinstance(one, Frozen) for one in value.values()):
        return selector_text(tuple(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def union(flats: Sequence[IntArray], size: int) -> tuple[IntArray, list[IntArray]]:
    """The sorted union of flat cells, and the place of each input's cells in it; dense only where cells are many."""
    if not flats:
        return np.zeros(0, dtype=np.int64), []
    if sum(map(len, flats)) > size // 16:
        present = np.zeros(size, dtype=bool)
        for flat in flats:
            present[flat] = True
        union = np.flatnonzero(present)
        place = np.empty(size, dtype=np.int64)
        place[union] = np.arange(len(union))
        return union, [place[flat] for flat in flats]
    if len(flats) == 1 and (np.diff(flats[0]) > 0).all():
        return flats[0], [np.arange(len(flats[0]))]
    union = np.sort(np.concatenate(flats))
    union = union[np.diff(union, prepend=-1) > 0]     # np.unique hashes, which takes ten times as long
    return union, [np.searchsorted(union, flat) for flat in flats]


def flow_text(world: "World", cells: Cells, at: int) -> str:
    """One flow in words: ``CHN to USA, ELE``."""
    return _("{exporter} to {importer}, {sector}", exporter=world.countries[cells.exporter[at]],
             importer=world.countries[cells.importer[at]], sector=world.sectors[cells.sector[at]])
