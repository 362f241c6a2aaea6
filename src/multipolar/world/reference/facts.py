"""The published figures behind the reference world: facts/*.csv as arrays, their sources beside them."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from multipolar.world.tables import FloatArray, Parameters, read_only

BoolArray = NDArray[np.bool_]
FOLDER = Path(__file__).parent / "facts"
YEAR = 2023
NAME = "reference-2023"
MILLION_IN_A_BILLION = 1e3
# Long-run supply elasticities of the resource industries: assumptions, with ranges where one was set.
SUPPLY_ELASTICITY = {"OIL": 0.3, "GAS": 0.5, "COA": 1.0, "MIN": 0.5, "AGR": 0.5}
SUPPLY_RANGE = {"OIL": (0.1, 0.6), "GAS": (0.2, 1.0), "COA": (0.5, 2.0)}
EU27 = ("DEU", "FRA", "ITA", "ESP", "NLD", "BEL", "AUT", "POL", "CZE", "SWE", "FIN", "DNK", "IRL", "HUN", "ROU", "GRC",
        "PRT", "REU")
# Who bans Russian seaborne crude, or (Korea, Taiwan) had stopped buying it, by 2023.
CRUDE_BAN = (*EU27, "USA", "CAN", "GBR", "CHE", "NOR", "JPN", "KOR", "TWN", "AUS")
_AFFINITY_GROUPS = {"MIN": ("COA", "OIL", "GAS", "MIN"), "ELEEQ": ("ELE", "EEQ"), "MOTAER": ("MOT", "AER")}


@dataclass(frozen=True)
class KnownFlow:
    """One row of known_flows.csv: sellers and buyers may be groups ("EU27", "WLD"), sectors joined by "+"."""

    exporter: str
    importer: str
    sector: str
    value: float            # million USD
    kind: str               # published | derived | published partial year
    note: str
    source: str

    @property
    def is_total(self) -> bool:
        """A country's whole goods exports or imports, rather than a flow between two places."""
        return "WLD" in (self.exporter, self.importer)

    @property
    def is_export_total_of_good(self) -> bool:
        """What a country sells of one good to the whole world: believed, not held exactly."""
        return self.importer == "WLD" and self.sector != "ALL_GOODS"

    @property
    def is_lower_bound(self) -> bool:
        """A figure for part of the year or of the sector."""
        return self.kind == "published partial year"


@dataclass(frozen=True)
class TariffRow:
    """One row of tariff_rates.csv: a duty of an importer (or EU27) on a partner (or EU27, ROW, all), as a fraction."""

    importer: str
    exporter: str
    sectors: tuple[str, ...]        # codes, or ("ALL_GOODS",)
    rate: float
    kind: str                       # applied | additional
    year: str
    source: str
    note: str


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything the balance starts from. Money in million USD; axes (exporter, importer) or (country, sector)."""

    countries: tuple[str, ...]
    country_names: dict[str, str]
    total_source: dict[str, str]    # country -> where GDP, exports and imports come from
    sectors: tuple[str, ...]
    sector_rows: tuple[dict[str, str], ...]
    goods: BoolArray                # (sector,) True where the sector trades goods
    gdp: FloatArray                 # (country,)
    exports_total: FloatArray       # (country,) goods and services, balance of payments; NaN where not published
    imports_total: FloatArray
    output: FloatArray              # (country, sector), national accounts scaled to 2023
    value_added: FloatArray
    exports: FloatArray
    imports: FloatArray
    final_use: FloatArray
    technology: FloatArray          # (supplying sector, using sector) input coefficients
    pairs: FloatArray               # (exporter, importer) goods trade; NaN where no figure was read, 0 at home
    pair_source: dict[tuple[str, str], str]
    affinity: FloatArray            # (exporter, sector, importer) prior of the sector pattern inside a pair
    known: tuple[KnownFlow, ...]
    tariffs: tuple[TariffRow, ...]

    @property
    def goods_codes(self) -> tuple[str, ...]:
        """Codes of the sectors that trade goods."""
        return tuple(code for code, is_good in zip(self.sectors, self.goods, strict=True) if is_good)

    def country(self, code: str) -> int:
        """Position of a country code."""
        return self.countries.index(code)

    def sector(self, code: str) -> int:
        """Position of a sector code."""
        return self.sectors.index(code)

    def without(self, pairs: Iterable[tuple[int, int]] = (), known: Iterable[int] = ()) -> "Facts":
        """The same facts with some pairs unread and some known flows left out, for held-out tests."""
        fewer = self.pairs.copy()
        for exporter, importer in pairs:
            fewer[exporter, importer] = np.nan
        dropped = set(known)
        kept = tuple(flow for number, flow in enumerate(self.known) if number not in dropped)
        return replace(self, pairs=read_only(fewer), known=kept)

    def parameters(self) -> Parameters:
        """Elasticities and factor shares by sector, the same in every country."""
        resource = np.array([_number(row["resource_share_of_value_added"], 0.0) for row in self.sector_rows])
        surplus = np.array([float(row["net_operating_surplus_share_of_va_2022"]) for row in self.sector_rows])
        return Parameters(
            trade_elasticity=np.array([float(row["trade_elasticity"]) for row in self.sector_rows]),
            resource_share=resource,
            supply_elasticity=np.array([SUPPLY_ELASTICITY.get(code, 0.0) for code in self.sectors]),
            capital_share=np.maximum(0.0, (surplus - resource) / (1 - resource)),
        )


@cache
def load_facts() -> Facts:
    """The figures that ship with the package."""
    economies, sector_rows = _rows("economies"), _rows("sectors")
    countries = tuple(row["iso3"] for row in economies)
    sectors = tuple(row["code"] for row in sector_rows)
    accounts = _table("industry_accounts", ("iso3", "sector"), (countries, sectors))
    pairs, pair_source = _pairs(countries)
    technology = _table("technology", ("supplying_sector", "using_sector"), (sectors, sectors))
    return Facts(
        countries=countries, country_names={row["iso3"]: row["name_en"] for row in economies},
        total_source={row["iso3"]: "; ".join(filter(None, (row["source"], row["note"]))) for row in economies},
        sectors=sectors, sector_rows=tuple(sector_rows),
        goods=np.array([row["kind"] != "service" for row in sector_rows]),
        gdp=_billions(economies, "gdp_2023_busd"),
        exports_total=_billions(economies, "exports_2023_busd"),
        imports_total=_billions(economies, "imports_2023_busd"),
        output=accounts["output_2023"], value_added=accounts["value_added_2023"], exports=accounts["exports_2023"],
        imports=accounts["imports_2023"], final_use=accounts["final_use_2023"],
        technology=technology["coefficient"], pairs=pairs, pair_source=pair_source,
        affinity=_affinity(countries, sectors), known=tuple(_known(row) for row in _rows("known_flows")),
        tariffs=tuple(_tariff(row) for row in _rows("tariff_rates")),
    )


def sources() -> dict[str, dict[str, str]]:
    """Source code -> publisher, table, edition, licence and what of it ships, as in facts/sources.csv."""
    return {row["code"]: row for row in _rows("sources")}


def _rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _number(text: str, missing: float) -> float:
    return float(text) if text else missing


def _billions(rows: list[dict[str, str]], column: str) -> FloatArray:
    return read_only([_number(row[column], np.nan) * MILLION_IN_A_BILLION for row in rows])


def _table(name: str, keys: tuple[str, str], labels: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, FloatArray]:
    """Every numeric column of a long table as a matrix; rows with labels outside `labels` are passed over."""
    rows = _rows(name)
    places = [{label: position for position, label in enumerate(axis)} for axis in labels]
    columns = [column for column in rows[0] if column not in (*keys, "note", "source")]
    found = {column: np.zeros((len(labels[0]), len(labels[1]))) for column in columns}
    for row in rows:
        if row[keys[0]] in places[0] and row[keys[1]] in places[1]:
            for column in columns:
                found[column][places[0][row[keys[0]]], places[1][row[keys[1]]]] = float(row[column])
    return {column: read_only(values) for column, values in found.items()}


def _pairs(countries: tuple[str, ...]) -> tuple[FloatArray, dict[tuple[str, str], str]]:
    place = {code: position for position, code in enumerate(countries)}
    values = np.full((len(countries), len(countries)), np.nan)
    np.fill_diagonal(values, 0.0)
    source: dict[tuple[str, str], str] = {}
    for row in _rows("goods_trade_2023"):
        values[place[row["exporter"]], place[row["importer"]]] = (
            _number(row["value_busd"], np.nan) * MILLION_IN_A_BILLION)
        source[row["exporter"], row["importer"]] = "; ".join(filter(None, (row["source"], row["note"])))
    return read_only(values), source


def _affinity(countries: tuple[str, ...], sectors: tuple[str, ...]) -> FloatArray:
    place = {code: position for position, code in enumerate(countries)}
    values = np.ones((len(countries), len(sectors), len(countries)))
    for row in _rows("affinity_2011"):
        exporter, importer = place[row["exporter"]], place[row["importer"]]
        for group, text in row.items():
            if group not in ("exporter", "importer", "source"):
                for code in _AFFINITY_GROUPS.get(group, (group,)):
                    values[exporter, sectors.index(code), importer] = float(text)
    return read_only(values)


def _known(row: dict[str, str]) -> KnownFlow:
    return KnownFlow(row["exporter"], row["importer"], row["sector"], float(row["value_busd"]) * MILLION_IN_A_BILLION,
                     row["kind"], row["note"], row["source"])


def _tariff(row: dict[str, str]) -> TariffRow:
    return TariffRow(row["importer"], row["exporter"], tuple(row["sector"].split(";")),
                     float(row["rate_percent"]) / 100, row["kind"], row["year"], row["source"], row["note"])
