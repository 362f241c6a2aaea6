"""Applied tariffs of 2023 by exporter, sector and importer, and which row of tariff_rates.csv each one comes from."""

from collections import defaultdict

import numpy as np

from multipolar.world.reference.facts import EU27, Facts, TariffRow
from multipolar.world.tables import FloatArray


def applied_tariffs(facts: Facts) -> FloatArray:
    """Tariffs (exporter, sector, importer) as fractions: zero at home, inside the EU, and on services."""
    rates = np.zeros((len(facts.countries), len(facts.sectors), len(facts.countries)))
    index = _by_importer(facts.tariffs)
    for n, importer in enumerate(facts.countries):
        rows = index[_block(importer)]
        for i, exporter in enumerate(facts.countries):
            if _taxed(exporter, importer):
                for code in facts.goods_codes:
                    rates[i, facts.sector(code), n] = sum(row.rate for row in _apply(rows, exporter, code))
    return rates


def tariff_rows(facts: Facts, exporter: str, sector: str, importer: str) -> list[TariffRow]:
    """The rows whose rates add up to the tariff on one flow; none where it is zero by construction."""
    if not facts.goods[facts.sector(sector)] or not _taxed(exporter, importer):
        return []
    return _apply(_by_importer(facts.tariffs)[_block(importer)], exporter, sector)


def importer_rows(facts: Facts, importer: str) -> list[TariffRow]:
    """All rows that govern one economy's imports, for showing them."""
    return _by_importer(facts.tariffs)[_block(importer)]


def _by_importer(rows: tuple[TariffRow, ...]) -> dict[str, list[TariffRow]]:
    index: dict[str, list[TariffRow]] = defaultdict(list)
    for row in rows:
        index[row.importer].append(row)
    return index


def _block(country: str) -> str:
    return "EU27" if country in EU27 else country


def _taxed(exporter: str, importer: str) -> bool:
    return exporter != importer and not (exporter in EU27 and importer in EU27)


def _apply(rows: list[TariffRow], exporter: str, sector: str) -> list[TariffRow]:
    """The most particular applied row (the partner's, the rest of the world's, everyone's) and any additional duty."""
    covering = [row for row in rows if sector in row.sectors or row.sectors == ("ALL_GOODS",)]
    chosen: list[TariffRow] = []
    for partner in (_block(exporter), "ROW", "all"):
        chosen = [row for row in covering if row.exporter == partner and row.kind == "applied"]
        if chosen:
            break
    return chosen + [row for row in covering if row.exporter == _block(exporter) and row.kind == "additional"]
