"""Parts of a world: checked when they join, hashed, saved and merged with it."""

import pickle
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pytest

import multipolar as mp
from multipolar.world import files
from multipolar.world.parts import Part
from multipolar.world.reshape import Merger
from multipolar.world.tables import FloatArray
from multipolar.world.world import World


@dataclass(frozen=True, eq=False)
class Cargoes(Part):
    """Cargoes by exporter and kind of ship, for these tests."""

    kind: ClassVar = "cargoes"
    title: ClassVar = "counts of cargoes"
    axes: ClassVar = {"count": ("exporter", "ship")}
    units: ClassVar = {"count": "1"}

    ship: tuple[str, ...]
    count: FloatArray

    def check(self, world: World) -> None:
        if (self.count < 0).any():
            raise mp.WorldError("a count of cargoes is negative; counts are 0 or more.")

    def merged(self, world: World, countries: Merger, sectors: Merger) -> Self:
        return type(self)(self.ship, countries.add_up(self.count, 0), sources=self.sources)


@pytest.fixture
def world() -> World:
    trade = np.full((3, 1, 3), 10.0)
    return mp.World.from_tables(trade, np.zeros((1, 3, 1)), trade.sum(0), countries=["RUS", "CHN", "USA"],
                                sectors=["oil"], year=2023)


@pytest.fixture
def cargoes() -> Cargoes:
    return Cargoes(("tanker", "barge"), np.arange(6.0).reshape(3, 2), sources={"count": "a port's log"})


def test_a_part_joins_is_found_and_is_replaced(world: World, cargoes: Cargoes) -> None:
    with pytest.raises(mp.WorldError, match="has no counts of cargoes"):
        world.part(Cargoes)
    joined = world.with_part(cargoes)
    assert joined.has_part(Cargoes)
    assert not world.has_part(Cargoes)
    assert joined.part(Cargoes) is cargoes
    other = Cargoes(("tanker",), np.ones((3, 1)))
    assert joined.with_part(other).parts == (other,)
    with pytest.raises(ValueError, match="read-only"):
        cargoes.count[0, 0] = 1


def test_a_part_that_does_not_fit_is_refused(world: World) -> None:
    with pytest.raises(mp.WorldError, match=r"count of the counts of cargoes has shape \(2, 1\).*must be \(3, 1\)"):
        world.with_part(Cargoes(("tanker",), np.ones((2, 1))))
    with pytest.raises(mp.WorldError, match="not finite"):
        world.with_part(Cargoes(("tanker",), np.full((3, 1), np.nan)))
    with pytest.raises(mp.WorldError, match="is negative"):
        world.with_part(Cargoes(("tanker",), -np.ones((3, 1))))


def test_a_part_counts_in_the_hash_by_its_numbers_and_labels(world: World, cargoes: Cargoes) -> None:
    joined = world.with_part(cargoes)
    assert joined.hash != world.hash
    assert joined == world.with_part(Cargoes(cargoes.ship, cargoes.count, sources={"count": "another"}))
    assert joined != world.with_part(Cargoes(("tanker", "boat"), cargoes.count))
    assert joined != world.with_part(Cargoes(cargoes.ship, cargoes.count + 1))
    assert pickle.loads(pickle.dumps(joined)) == joined


def test_a_part_is_saved_and_merged_with_its_world(world: World, cargoes: Cargoes, tmp_path, monkeypatch) -> None:
    joined = world.with_part(cargoes)
    joined.save(tmp_path / "w.nc")
    with pytest.raises(mp.WorldError, match=r"kind 'cargoes', which this program does not know"):
        mp.load_world(tmp_path / "w.nc")
    monkeypatch.setitem(files.PARTS, "cargoes", Cargoes)
    again = mp.load_world(tmp_path / "w.nc")
    assert again == joined
    assert dict(again.part(Cargoes).sources) == {"count": "a port's log"}
    merged = again.aggregate(countries={"EAST": ["RUS", "CHN"]}).part(Cargoes)
    np.testing.assert_array_equal(merged.count, [[2.0, 4.0], [4.0, 5.0]])
