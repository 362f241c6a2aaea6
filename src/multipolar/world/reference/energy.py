"""Tonnes and cubic metres of the reference world: published volumes, put on the dollars of the balanced world.

What a country sells abroad of a fuel is the table nearest, in relative entropy, to dollars over one price such that
published single flows hold exactly and published exports and imports are believed; what it sells at home is the rest of
its production, and what it sells beyond its production it passes on.
"""

import csv

import numpy as np

from multipolar.world.balance import CellSum, Margin, proportional_fit
from multipolar.world.energy import STATES, UNITS, Energy, in_own_unit
from multipolar.world.reference.facts import EU27, FOLDER, Facts
from multipolar.world.tables import FloatArray, Tables

SECTORS = {"oil": "OIL", "gas": "GAS", "coal": "COA"}
BELIEF = 20.0
"""How much published totals of exports and imports weigh against the pattern of dollars; see `Margin`."""


def energy_part(facts: Facts, tables: Tables) -> Energy:
    """The world's `Energy`, from the facts about volumes, single flows, prices and corridors."""
    goods = tuple(SECTORS)
    position = np.array([facts.sector(SECTORS[good]) for good in goods])
    made, abroad = _volumes(facts, "production"), np.zeros((len(facts.countries), len(goods), len(facts.countries)))
    for at, good in enumerate(goods):
        abroad[:, at] = _flows_abroad(facts, good, tables.trade[:, position[at]])
    exported = abroad.sum(axis=2)
    home = np.maximum(made - exported, 0.0)
    places = np.arange(len(facts.countries))
    home = np.where(tables.trade[places[:, None], position, places[:, None]] > 0, home, 0.0)
    quantity = abroad.copy()
    quantity[places, :, places] = home
    corridors = rows("corridors")
    return Energy(
        goods, tuple(row["corridor"] for row in corridors), position.astype(np.float64), quantity,
        np.maximum(exported - made, 0.0), _prices(facts, goods, tables.trade[:, position], abroad),
        **_corridor_arrays(facts, goods, corridors),
        sources={row["corridor"]: f"{row['status']}; {row['note']}; {row['source']}" for row in corridors} | {
            "quantities": "energy_volumes.csv (CIA_FB), energy_flows.csv", "prices": "energy_prices.csv",
            "units": "energy_units.csv"})


def rows(table: str) -> list[dict[str, str]]:
    """The rows of one table of facts."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _volumes(facts: Facts, item: str, missing: float = 0.0) -> FloatArray:
    """A published item (country, good) in the goods' own units."""
    found = np.full((len(facts.countries), len(SECTORS)), missing)
    for row in rows("energy_volumes"):
        if row["item"] == item and row["country"] in facts.countries:
            amount = in_own_unit(float(row["quantity"]), row["unit"], row["good"])
            found[facts.country(row["country"]), list(SECTORS).index(row["good"])] = amount
    return found


def _flows_abroad(facts: Facts, good: str, dollars: FloatArray) -> FloatArray:
    """Quantity (exporter, importer) sold abroad."""
    abroad = np.array(dollars)
    np.fill_diagonal(abroad, 0.0)
    at = list(SECTORS).index(good)
    exports, imports = (_volumes(facts, item, np.nan)[:, at] for item in ("exports", "imports"))
    scale = _mean_price(good, abroad, exports)
    exports = np.where(abroad.sum(axis=1) > 0, exports, np.nan)
    imports = np.where(abroad.sum(axis=0) > 0, imports, np.nan)
    known = [row for row in rows("energy_flows") if row["good"] == good]
    sums = [CellSum(_cells(facts, row), in_own_unit(float(row["quantity"]), row["unit"], good)) for row in known]
    margins = [Margin((0,), exports, BELIEF), Margin((1,), imports, BELIEF)]
    fitted: FloatArray = proportional_fit(abroad / scale, margins, sums, tolerance=1e-9).values
    return fitted


def _mean_price(good: str, abroad: FloatArray, exports: FloatArray) -> float:
    """Million dollars a unit: the published price of oil; of the others, dollars over published exports."""
    if good == "oil":
        price = next(float(row["price"]) for row in rows("energy_prices") if row["country"] == "WLD")
        return price / UNITS[good]["million bbl"]
    counted = ~np.isnan(exports)
    return float(abroad[counted].sum() / exports[counted].sum())


def _cells(facts: Facts, row: dict[str, str]) -> np.ndarray:
    """Flat positions (exporter, importer) of a single flow, a union's or a country's total."""
    everyone = range(len(facts.countries))
    ends = [everyone if code == "WLD" else [facts.country(one) for one in EU27] if code == "EU27" else
            [facts.country(code)] for code in (row["exporter"], row["importer"])]
    return np.array([first * len(facts.countries) + second for first in ends[0] for second in ends[1]])


def _prices(facts: Facts, goods: tuple[str, ...], dollars: FloatArray, abroad: FloatArray) -> FloatArray:
    """F.o.b. price (country, good): published, else dollars over quantity of exports, else the world's mean."""
    value = np.where(abroad > 0, dollars, 0.0).sum(axis=2)
    sold = abroad.sum(axis=2)
    mean = value.sum(axis=0) / sold.sum(axis=0)
    price: FloatArray = np.divide(value, sold, out=np.broadcast_to(mean, value.shape).copy(), where=sold > 0)
    for row in rows("energy_prices"):
        if row["country"] in facts.countries:
            unit = row["unit"].removeprefix("USD/").replace("bbl", "million bbl")
            price[facts.country(row["country"]), goods.index(row["good"])] = (
                float(row["price"]) / UNITS[row["good"]][unit])
    return price


def _corridor_arrays(facts: Facts, goods: tuple[str, ...], corridors: list[dict[str, str]]) -> dict[str, FloatArray]:
    """Everything about corridors, as arrays of `Energy`."""
    def members(column: str) -> FloatArray:
        return np.array([[float(code in (EU27 if row[column] == "EU27" else (row[column],)))
                          for code in facts.countries] for row in corridors])

    def numbers(column: str) -> FloatArray:
        return np.array([float(row[column] or -1.0) for row in corridors])

    return {"origin": members("exporter"), "destination": members("importer"),
            "carries": np.array([[float(row["good"] == good) for good in goods] for row in corridors]),
            "capacity": numbers("capacity"), "carried": numbers("flow"), "opening": numbers("opening"),
            "state": np.array([float(STATES.index(row["state"])) for row in corridors]),
            **{name: numbers(name) for name in ("wedge", "wedge_low", "wedge_high", "rent_importer")}}
