"""Build the reference world, and write the file that ships: `python -m multipolar.world.reference.build`.

Tariffs, then trade, then national tables, then tonnes; one pass, under a second, the same result every time.
"""

import csv
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from multipolar.catalogue import _
from multipolar.files import whole_file
from multipolar.world.reference.energy import energy_part
from multipolar.world.reference.facts import NAME, YEAR, Facts, load_facts, sources
from multipolar.world.reference.military import military_part
from multipolar.world.reference.national import Raised, close_tables
from multipolar.world.reference.settlement import fit_settlement
from multipolar.world.reference.tariffs import applied_tariffs
from multipolar.world.reference.technology import controlled_part
from multipolar.world.reference.trade import Conflict, Trade, fit_trade
from multipolar.world.world import World

FOLDER = Path(__file__).parent
WORLD_FILE = FOLDER / f"{NAME}.nc"
CONFLICTS_FILE = FOLDER / "conflicts.csv"


@dataclass(frozen=True, eq=False)
class BuiltWorld:
    """The world, and what its making decided: conflicts between figures, and where output was raised."""

    world: World
    trade: Trade
    raised: Raised
    facts: Facts

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Figures that contradict each other, with the one that won."""
        return self.trade.conflicts


def build(facts: Facts | None = None) -> BuiltWorld:
    """Balance the world from the facts that ship, or from others of the same form."""
    facts = load_facts() if facts is None else facts
    tariffs = applied_tariffs(facts)
    trade = fit_trade(facts)
    tables, raised = close_tables(facts, trade.flows, tariffs)
    world = World(
        facts.countries, facts.sectors, YEAR, tables, facts.parameters(), name=NAME,
        sector_isic={row["code"]: row["isic"] for row in facts.sector_rows},
        sector_names={row["code"]: row["name_en"] for row in facts.sector_rows}, country_names=facts.country_names,
        sources={code: f"{row['publisher']}: {row['table']} ({row['ships']})" for code, row in sources().items()},
        parts=(energy_part(facts, tables), fit_settlement(tables, facts), controlled_part(facts, tables),
               military_part(facts)))
    return BuiltWorld(world, trade, raised, facts)


def write(built: BuiltWorld, world_file: Path = WORLD_FILE, conflicts_file: Path = CONFLICTS_FILE) -> None:
    """Save the world and the list of conflicts, each whole or not at all."""
    built.world.save(world_file)
    with whole_file(conflicts_file) as part, part.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(field.name for field in fields(Conflict))
        for conflict in built.conflicts:
            table.writerow(f"{value:.1f}" if isinstance(value, float) else value for value in astuple(conflict))


def main() -> None:
    """Rebuild the file that ships."""
    built = build()
    write(built)
    print(_("{name}: {countries} economies x {sectors} sectors, hash {hash}, written to {path}", name=NAME,
            countries=len(built.world.countries), sectors=len(built.world.sectors), hash=built.world.hash[:12],
            path=WORLD_FILE))


if __name__ == "__main__":
    main()
