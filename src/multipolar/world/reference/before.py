"""The reference world before the measures of 2022: Russia's goods trade and settlement of 2021, all else of 2023.

For backtests. It is no world of 2021: the others' trade with each other, GDP, services and tariffs are those of 2023,
and so is Russia's trade with whom no figure of 2021 was read (Japan, Turkey, Britain, Belarus, ... 58 of 102 flows).
"""

import csv
from dataclasses import replace
from functools import cache

import numpy as np

from multipolar.world.reference.build import build
from multipolar.world.reference.facts import FOLDER, MILLION_IN_A_BILLION, Facts, load_facts
from multipolar.world.reference.settlement import fit_settlement
from multipolar.world.tables import read_only
from multipolar.world.world import World

NAME = "reference-2023-before-measures"


def facts_before(facts: Facts | None = None) -> Facts:
    """The reference world's facts with Russia's goods trade of 2021, and without its known flows of 2023."""
    facts = facts or load_facts()
    pairs = np.array(facts.pairs)
    with (FOLDER / "russia_trade_2021.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            place = facts.country(row["exporter"]), facts.country(row["importer"])
            pairs[place] = float(row["value_busd"]) * MILLION_IN_A_BILLION
    russian = [at for at, flow in enumerate(facts.known) if "RUS" in (flow.exporter, flow.importer)]
    return replace(facts.without(known=russian), pairs=read_only(pairs))


@cache
def world_before() -> World:
    """That world, balanced, with the settlement shares of 2021 and no other part; takes a second."""
    facts = facts_before()
    built = build(facts).world
    return replace(built, name=NAME, parts=(fit_settlement(built.tables, facts, "2021"),))
