"""A small world and a brief on it that has everything a brief can have: a country cut off, refusals, a missing row."""

from pathlib import Path

import numpy as np
import pytest

from multipolar.report.brief import Brief, run_brief
from multipolar.world.world import World

COUNTRIES = ("USA", "DEU", "FRA", "CHN", "RUS", "UKR", "IND")
ISIC = {"OIL": "B06 (oil part)", "ELE": "C26", "MAC": "C28", "SER": "D-U"}
NAMES = {"OIL": "Crude oil", "ELE": "Computers & chips", "MAC": "Machinery", "SER": "Services"}

BRIEF = """\
version: 1
title: A small <brief> & its marks
introduction: Three measures.
caution: Small worlds are small.
scenarios: [cut.yaml, tariffs.yaml, absent.yaml]
rows: [CHN, RUS, USA, EU27, NGA]
extremes: 2
channels: 3
beside: fixed
horizons: [long, short]
flag_points: 0.5
"""
CUT = """\
version: 1
title: Everyone leaves Russia
closure: {deficits: proportional}
measures:
- {kind: embargo, sides: [RUS, others], sector: all}
notes:
- {text: A remark., source: A source}
"""
TARIFFS = """\
version: 1
title: Tariffs on China
closure: {deficits: proportional}
measures:
- {kind: tariff, importer: EU27, exporter: CHN, sector: all, rate: 40%}
- {kind: trade_cost, importer: IND, exporter: CHN, sector: ELE, ad_valorem: 0.2}
"""
ABSENT = """\
version: 1
measures:
- {kind: import_ban, importer: USA, exporter: NGA, sector: OIL}
"""


def build_world(countries=COUNTRIES, sectors=tuple(ISIC), *, seed=3, input_share=0.4, year=2023, **given) -> World:
    """A balanced world of random flows and tariffs, with deficits; `given` are parameters beside trade elasticities."""
    random = np.random.default_rng(seed)
    size = len(countries), len(sectors), len(countries)
    trade = random.uniform(1.0, 9.0, size)
    tariffs = random.uniform(0.0, 0.2, size)
    home = np.arange(len(countries))
    trade[home, :, home] *= 12.0
    tariffs[home, :, home] = 0.0
    spending = ((1.0 + tariffs) * trade).sum(axis=0)
    output = trade.sum(axis=2)
    users = output[None] * random.uniform(0.7, 1.3, (len(sectors), 1, len(sectors)))
    inputs = input_share * spending[:, :, None] * users / users.sum(axis=2, keepdims=True)
    made = World.from_tables(1e4 * trade, 1e4 * inputs, 1e4 * (spending - inputs.sum(axis=2)),
                             countries=list(countries), sectors=list(sectors), year=year, name="small",
                             tariffs=tariffs, trade_elasticity=[5.0 + at for at in range(len(sectors))],
                             sector_isic={code: ISIC[code] for code in sectors},
                             sector_names={code: NAMES[code] for code in sectors})
    return made.with_parameters(**given) if given else made


def write_definition(folder: Path, **changes: str) -> Path:
    """The brief and its scenarios as files; `changes` replace lines that begin with the field."""
    for name, text in (("cut", CUT), ("tariffs", TARIFFS), ("absent", ABSENT)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    lines = [f"{field}: {changes[field]}" if (field := line.partition(":")[0]) in changes else line
             for line in BRIEF.splitlines()]
    path = folder / "small-brief.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def make_world():
    return build_world


FACTORS = {"resource_share": [0.5, 0.0, 0.1, 0.0], "supply_elasticity": [0.4, 0.0, 1.5, 0.0],
           "capital_share": [0.2, 0.3, 0.1, 0.4]}


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(**FACTORS)


@pytest.fixture(scope="session")
def plain_world() -> World:
    """Without resources and specific capital, so that the short horizon has no answer."""
    return build_world()


@pytest.fixture(scope="session")
def by_use() -> World:
    """A world that records who uses what from whom."""
    random = np.random.default_rng(5)
    size, home = (len(COUNTRIES), len(ISIC), len(COUNTRIES)), np.arange(len(COUNTRIES))
    final, tariffs = random.uniform(1.0, 9.0, size), random.uniform(0.0, 0.2, size)
    flows = random.uniform(0.0, 1.0, (*size, len(ISIC))) ** 2
    tariffs[home, :, home] = 0.0
    final[home, :, home] *= 12.0
    flows[home, :, home] *= 12.0
    made = World.from_flows(1e4 * flows, 1e4 * final, countries=COUNTRIES, sectors=tuple(ISIC), year=2023,
                            tariffs=tariffs, name="by use", sector_isic=ISIC, sector_names=NAMES)
    return made.with_parameters(**FACTORS)


@pytest.fixture(scope="session")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_definition(tmp_path_factory.mktemp("definition"))


@pytest.fixture
def define(tmp_path: Path):
    """The brief with some fields changed, in a folder of its own."""
    return lambda **changes: write_definition(tmp_path, **changes)


@pytest.fixture(scope="session")
def brief(world: World, definition: Path) -> Brief:
    return run_brief(world, definition)
