"""What a world may know beyond its tables: how trade is settled, tonnes and prices, ... One frozen class a kind.

A part is named arrays on the world's axes and on axes of its own. It is checked against the world it joins, hashed and
saved with it, and merged with it; measures and reports ask for it by its class and get it, or a clear error.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.tables import read_only

if TYPE_CHECKING:
    from multipolar.world.reshape import Merger
    from multipolar.world.splitting import Division
    from multipolar.world.tables import Tables
    from multipolar.world.world import World

WORLD_AXES = ("country", "exporter", "sector", "importer", "user")
"""Axes whose labels are the world's; every other axis of a part is its own, its labels a field of that name."""


@dataclass(frozen=True, eq=False)
class Part(ABC):
    """Data of one kind; subclasses are frozen dataclasses whose arrays are listed in `axes`.

    kind   its name in files, hashes and messages
    title  what it is, as it stands in a sentence: "settlement shares"
    axes   array field -> its axes; a field may be None where the data lack it
    units  array field -> its unit
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    axes: ClassVar[Mapping[str, tuple[str, ...]]]
    units: ClassVar[Mapping[str, str]]

    sources: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """What is shown about where figures come from; changes no result, so that it is not hashed."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", MappingProxyType(dict(self.sources)))
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.name in self.axes and value is not None:
                object.__setattr__(self, entry.name, read_only(value))
            elif isinstance(value, list):
                object.__setattr__(self, entry.name, tuple(value))

    def __reduce__(self) -> Any:
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return _made, (type(self), values | {"sources": dict(self.sources)})

    @classmethod
    def own_axes(cls) -> tuple[str, ...]:
        """Axes that are not the world's."""
        named = dict.fromkeys(axis for axes in cls.axes.values() for axis in axes)
        return tuple(axis for axis in named if axis not in WORLD_AXES)

    def arrays(self) -> dict[str, Any]:
        """The arrays that are there, by name."""
        return {name: getattr(self, name) for name in self.axes if getattr(self, name) is not None}

    @abstractmethod
    def check(self, world: "World") -> None:
        """`WorldError` where the data do not fit the world; shapes and finiteness are checked before."""

    @abstractmethod
    def merged(self, world: "World", countries: "Merger", sectors: "Merger") -> Self:
        """The part of a world whose countries and sectors are merged; `world` is the one before."""

    def divided(self, world: "World", division: "Division", after: "Tables") -> Self:
        """The part of a world with a sector or a country in two; `world` is the one before, `after` the tables made.

        As it is where its arrays do not lie on the divided axis; other parts say themselves what becomes of them.

        Raises:
            WorldError: the data cannot be divided.
        """
        axes = {axis for name in self.arrays() for axis in self.axes[name]}
        touched = ("sector", "user") if division.axis == "sector" else ("country", "exporter", "importer")
        if axes.isdisjoint(touched):
            return self
        raise WorldError(_("The {title} of the world {world} cannot be divided; divide it before they join.",
                           title=self.title, world=world.name))


def _made(kind: type[Part], values: Mapping[str, Any]) -> Part:
    return kind(**values)


def check(part: Part, world: "World") -> None:
    """Shapes, finite numbers, then the part's own conditions.

    Raises:
        WorldError: naming the array.
    """
    import numpy as np

    sizes = {axis: len(world.sectors) if axis in ("sector", "user") else len(world.countries) for axis in WORLD_AXES}
    sizes |= {axis: len(getattr(part, axis)) for axis in part.own_axes()}
    for name, values in part.arrays().items():
        expected = tuple(sizes[axis] for axis in part.axes[name])
        if values.shape != expected:
            raise WorldError(_("{name} of the {title} has shape {given}; by {axes} it must be {expected}.", name=name,
                               title=part.title, given=values.shape, axes=", ".join(part.axes[name]),
                               expected=expected))
        if not np.isfinite(values).all():
            raise WorldError(_("{name} of the {title} holds numbers that are not finite.", name=name,
                               title=part.title))
    part.check(world)
