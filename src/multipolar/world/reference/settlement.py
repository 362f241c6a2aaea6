"""Who settles with whom in which currency: the table nearest to a rule that meets the published shares.

The rule gives every pair a first guess by the kind of pair (facts/settlement_rule.csv); published shares of countries,
regions and pairs (facts/settlement.csv) then move it, by proportional fitting with the pairs' trade as weights. What
Russia's and China's authorities published of the year holds exactly; invoicing shares of other years and goods alone
are believed, with weight `BELIEF`, so that those which contradict each other meet.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.balance import CellSum, Margin, proportional_fit
from multipolar.world.reference.facts import EU27, FOLDER, Facts, load_facts
from multipolar.world.settlement import Settlement, abroad
from multipolar.world.tables import FloatArray, IntArray, Tables, quotient

RAILS = ("USD", "EUR", "CNY", "RUB", "OTHER")
BELIEF = 100.0
"""Weight of invoicing shares: their mean misfit is then below half a point, and the fit converges."""
LOGARITHMIC_ERROR = {2: 0.15, 1: 0.3, 0: 0.7}
"""Standard error of the log of a share, by how published the pair is: assumptions, ranges half to double."""
BASE_YEARS = ("2023", "2021")

# As the rule and the Bank of Russia's regions are read here; the bank lists no members, so that these are assumptions.
_EURO = ("DEU", "FRA", "ITA", "ESP", "NLD", "BEL", "AUT", "FIN", "IRL", "GRC", "PRT", "REU")
_EUROPE = (*EU27, "GBR", "CHE", "NOR", "UKR", "BLR")
_ASIA = ("CHN", "HKG", "JPN", "KOR", "TWN", "IND", "IDN", "VNM", "THA", "MYS", "SGP", "PHL", "SAU", "ARE", "ISR", "TUR",
         "KAZ")
_PLACES = {"EURO": _EURO, "EUROPE": (*_EUROPE, "TUR", "MAR"), "EAEU": ("BLR", "KAZ"), "Europe": _EUROPE, "Asia": _ASIA}
_COMMODITIES = ("COA", "OIL", "GAS", "MIN")
_COMMODITY_CLASS = "coal and oil and gas and ores"
_INVOICING = "derived from BOZ"


@dataclass(frozen=True)
class PublishedShare:
    """One published share: of a country's exports or imports, of what Russia sells to a region, or of a pair.

    place      a country, or two places joined by "-"
    direction  export, import, or both
    rails      the currencies it is the sum of
    share      fraction of the trade's value
    base_year  the base years that it makes: "2023", "2021", both, or neither (it then stands beside)
    status     published, or derived (the note says how)
    """

    place: str
    direction: str
    rails: tuple[str, ...]
    share: float
    period: str
    base_years: tuple[str, ...]
    status: str
    source: str
    note: str

    @property
    def is_invoicing(self) -> bool:
        """Whether it is an invoicing share of goods: another year and another scope, so that it is believed only."""
        return self.source == _INVOICING

    @property
    def key(self) -> str:
        """Whose share it is, in words: ``RUS export``, ``RUS-CHN both``."""
        return f"{self.place} {self.direction}"


@dataclass(frozen=True)
class ShareMisfit:
    """A published share beside what the world has, percent of the trade's value."""

    published: PublishedShare
    stated: float
    value: float

    @property
    def points(self) -> float:
        """Departure in percentage points."""
        return self.value - self.stated


@cache
def published_shares() -> tuple[PublishedShare, ...]:
    """Every row of facts/settlement.csv, in its order."""
    return tuple(PublishedShare(row["place"], row["direction"], tuple(row["currency"].split("+")),
                                float(row["percent"]) / 100, row["period"],
                                tuple(filter(None, row["base_year"].split(";"))), row["status"], row["source"],
                                row["note"]) for row in _rows("settlement"))


def fit_settlement(tables: Tables, facts: Facts | None = None, year: str = "2023") -> Settlement:
    """Settlement shares of every pair of the reference world's countries, in the currencies of `RAILS`.

    Args:
        tables: whose trade weighs the pairs, goods and services together.
        facts: whose countries and sectors these are; those that ship by default.
        year: "2023", or "2021" for shares before the measures of 2022.

    Raises:
        WorldError: there are no shares for the year, or what must hold exactly contradicts itself.
    """
    facts = facts or load_facts()
    if year not in BASE_YEARS:
        raise WorldError(_("there are no settlement shares for {year}; choose {years}.", year=year,
                           years=", ".join(BASE_YEARS)))
    pairs = abroad(tables.trade_by_pair)
    prior = pairs[..., None] * rule_shares(tables, facts)
    used = [one for one in published_shares() if year in one.base_years]
    margins = [Margin((0, 1), pairs), *_believed(used, pairs, facts)]
    sums = [CellSum(_cells(one, facts), one.share * _trade(one, pairs, facts)) for one in used
            if not one.is_invoicing]
    fitted = proportional_fit(prior, margins, sums, tolerance=1e-9).values
    share = np.divide(fitted, fitted.sum(axis=2, keepdims=True), out=np.zeros_like(fitted),
                      where=pairs[..., None] > 0)
    quality = _quality(used, facts)
    spread = np.vectorize(LOGARITHMIC_ERROR.__getitem__)(quality) * (quality >= 0)
    np.fill_diagonal(spread, 0.0)
    return Settlement(RAILS, share, quality.astype(np.float64), spread, sources=_sources(used))


def rule_shares(tables: Tables, facts: Facts | None = None) -> FloatArray:
    """What the rule alone says (exporter, importer, rail): shares by kind of pair, commodities in dollars."""
    facts = facts or load_facts()
    rows = _rows("settlement_rule")
    by_class = {row["class"]: _percentages(row) for row in rows}
    shares = np.zeros((len(facts.countries), len(facts.countries), len(RAILS)))
    for exporter, importer in _all_pairs(facts.countries):
        shares[facts.country(exporter), facts.country(importer)] = by_class[rule_class(exporter, importer)]
    weight = _commodity_share(tables, facts)[..., None]
    return ((1 - weight) * shares + weight * by_class[_COMMODITY_CLASS]) * ~np.eye(len(shares), dtype=bool)[..., None]


@cache
def rule_class(exporter: str, importer: str) -> str:
    """The kind of pair that the rule takes two countries for: the first of facts/settlement_rule.csv that fits."""
    for row in _rows("settlement_rule"):
        ends = (row["one_end"], row["other_end"])
        if all(ends) and any(_within(one, ends[0]) and _within(other, ends[1])
                             for one, other in ((exporter, importer), (importer, exporter))):
            return row["class"]
    raise WorldError(_("no row of the rule for settlement shares fits {exporter} and {importer}.", exporter=exporter,
                       importer=importer))


def share_misfits(settlement: Settlement, tables: Tables, facts: Facts | None = None) -> tuple[ShareMisfit, ...]:
    """Every published share of the base year beside the world's own, the largest departure first.

    Shares of regions that the base year was fitted to are among them, and so are those that stand beside (of months,
    or of all of Russia's partners) as far as they are of 2023.
    """
    facts = facts or load_facts()
    pairs = abroad(tables.trade_by_pair)
    values = (pairs[..., None] * settlement.share).reshape(-1)
    found = [ShareMisfit(one, 100 * one.share,
                         100 * float(values[_cells(one, facts)].sum()) / _trade(one, pairs, facts))
             for one in published_shares() if "2023" in one.base_years or (one.place == "RUS" and one.period == "2023")]
    return tuple(sorted(found, key=lambda one: -abs(one.points)))


def _quality(used: list[PublishedShare], facts: Facts) -> IntArray:
    """2 where a pair's own shares are published, 1 where one end's of that direction are, 0 elsewhere."""
    quality = np.zeros((len(facts.countries), len(facts.countries)), dtype=np.int64)
    for one in used:
        ends = one.place.split("-")
        if len(ends) == 1 and set(one.rails) & {"USD", "EUR"}:
            at = facts.country(one.place)
            rows = quality[at] if one.direction == "export" else quality[:, at]
            rows[:] = np.maximum(rows, 1)
    for one in used:
        ends = one.place.split("-")
        if len(ends) == 2 and ends[1] in facts.countries:
            there, back = (facts.country(code) for code in ends)
            quality[there, back] = quality[back, there] = 2
    np.fill_diagonal(quality, 0)
    return quality


def _sources(used: list[PublishedShare]) -> dict[str, str]:
    """Whose shares are published, from where, and what the rule says of the rest."""
    found: dict[str, list[str]] = {}
    for one in used:
        text = _("{rails} {percent:g} % ({period}, {source})", rails="+".join(one.rails), percent=100 * one.share,
                 period=one.period, source=one.source)
        found.setdefault(one.key, []).append(text)
    made = {key: "; ".join(texts) for key, texts in found.items()}
    made["rule"] = _("first guess by the kind of pair, moved by the published shares of the countries at its ends")
    return made


def _believed(used: list[PublishedShare], pairs: FloatArray, facts: Facts) -> Iterator[Margin]:
    """The two margins of invoicing shares: by exporter and rail, by importer and rail."""
    for direction, axis in (("export", 0), ("import", 1)):
        target = np.full((len(facts.countries), len(RAILS)), np.nan)
        for one in used:
            if one.is_invoicing and one.direction == direction:
                at = facts.country(one.place)
                target[at, RAILS.index(one.rails[0])] = one.share * pairs.sum(axis=1 - axis)[at]
        yield Margin((axis, 2), target, BELIEF)


def _pairs_of(one: PublishedShare, facts: Facts) -> list[tuple[int, int]]:
    """The pairs (exporter, importer) that a share is about, those of a country with itself left out."""
    everyone = facts.countries
    first, _dash, second = one.place.partition("-")
    if first == "WLD":
        ends = _all_pairs(everyone)
    else:
        others = (code for code in (everyone if not second else _PLACES.get(second, (second,))) if code != first)
        ends = [(first, other) for other in others]
    there = [(facts.country(a), facts.country(b)) for a, b in ends]
    back = [(b, a) for a, b in there]
    return {"export": there, "import": back, "both": sorted({*there, *back})}[one.direction]


def _cells(one: PublishedShare, facts: Facts) -> IntArray:
    """Positions in the flattened array (exporter, importer, rail)."""
    size = len(facts.countries), len(facts.countries), len(RAILS)
    return np.array([np.ravel_multi_index((*pair, RAILS.index(rail)), size)
                     for pair in _pairs_of(one, facts) for rail in one.rails])


def _trade(one: PublishedShare, pairs: FloatArray, facts: Facts) -> float:
    return float(sum(pairs[pair] for pair in _pairs_of(one, facts)))


def _commodity_share(tables: Tables, facts: Facts) -> FloatArray:
    """Fuels and ores in what a pair trades; none where Russia is an end, whose rule is by partner alone."""
    total = tables.trade_by_pair
    fuels = tables.trade[:, [facts.sector(code) for code in _COMMODITIES]].sum(axis=1)
    share = quotient(fuels, total)
    russia = facts.country("RUS")
    share[russia] = share[:, russia] = 0.0
    return share


def _percentages(row: dict[str, str]) -> FloatArray:
    return np.array([float(row[rail]) for rail in RAILS]) / 100


def _within(code: str, place: str) -> bool:
    return place in ("WORLD", code) or code in _PLACES.get(place, ())


def _all_pairs(countries: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(a, b) for a in countries for b in countries if a != b]


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))
