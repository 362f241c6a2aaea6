"""What a brief rests on without a measurement behind it, and what it cannot tell: said in every brief."""

from dataclasses import dataclass
from typing import Any

from multipolar.catalogue import _
from multipolar.report.channels import country_name, sector_name
from multipolar.report.economies import MILLION_IN_A_BILLION
from multipolar.world.world import World


@dataclass(frozen=True)
class Assumption:
    """One number that is assumed: what, the value used, what else has been published or assumed, and why."""

    what: str
    value: str
    alternatives: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"what": self.what, "value": self.value, "alternatives": self.alternatives, "reason": self.reason}


def assumptions(world: World) -> tuple[Assumption, ...]:
    """The assumed numbers that the world's data files state, with their ranges; () where a world states none."""
    from multipolar.world.reference.facts import NAME, load_facts

    if world.name != NAME:
        return ()
    facts = load_facts()
    if world.sectors != facts.sectors:
        return ()
    return (*_elasticities(world, facts.sector_rows), *_derived_flows(world, facts.known))


def _elasticities(world: World, rows: tuple[dict[str, str], ...]) -> list[Assumption]:
    """Trade elasticities that were not estimated for their sector; sectors with the same reason are one row."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for row, value in zip(rows, world.parameters.trade_elasticity, strict=True):
        choice = row["elasticity_choice"]
        if "FGO" in choice and not choice.startswith("assumption"):
            continue
        published = [f"{row[column]} ({_(paper)})" for column, paper in _PAPERS if row[column]]
        key = f"{value:g}", "; ".join(published), choice.removeprefix("assumption: ")
        found.setdefault(key, []).append(row["name_en"])
    return [Assumption(_("Trade elasticity: {sectors}", sectors="; ".join(names)), value,
                       published or _("none published that is used here"), reason)
            for (value, published, reason), names in found.items()]


_PAPERS = (("theta_cp2015_raw", "Caliendo & Parro 2015"), ("theta_fgo2022_raw", "Fontagné, Guimbard & Orefice 2022"))


def _derived_flows(world: World, flows: tuple[Any, ...]) -> list[Assumption]:
    """Large flows whose value was derived from a volume and a price, or from a part of the year."""
    derived = [flow for flow in flows if flow.kind == "derived" and not flow.is_total]
    large = sorted((flow for flow in derived if flow.value >= _LARGE_FLOW and flow.importer != "WLD"),
                   key=lambda flow: -flow.value)
    return [Assumption(
        _("Trade: {goods} from {exporter} to {importer}", goods=_goods(world, flow.sector),
          exporter=country_name(world, flow.exporter), importer=country_name(world, flow.importer)),
        _("{value:.1f} billion USD", value=flow.value / MILLION_IN_A_BILLION), _("not a published total"),
        flow.note or _("derived")) for flow in large]


def _goods(world: World, codes: str) -> str:
    return ", ".join(sector_name(world, code) for code in codes.split("+"))


_LARGE_FLOW = 5e3
"""Million USD from which a derived flow is listed."""


def limits(world: World) -> tuple[str, ...]:
    """What a brief on this world cannot tell, a sentence each."""
    from multipolar.world.reference.facts import NAME

    general = (
        _("It is no forecast. Each column changes one set of measures in the year {year} and lets prices, wages and "
          "trade settle; nothing else moves.", year=world.year),
        _("It is the long run. Unemployment, idle plants, bankruptcies, stocks running out and the years of adjustment "
          "are left out; the first year would be worse, mostly for those that lose suppliers."),
        _("Elasticities are single numbers. No bands are drawn round the results yet; where suppliers are harder to "
          "replace than assumed, losses are larger."),
        _("Goods that are banned do not travel through third countries, although buyers may turn to other makers."),
        _("Labour moves freely between industries and not between countries; mines and wells expand like any other "
          "industry, which understates how far the price of a fuel falls when a buyer leaves."),
        _("Payments, pipelines, ports, patents, arms and alliances are not modelled, nor is what governments would do "
          "next."),
        _("Real income counts what people, firms that invest and governments can buy. It does not count security."),
    )
    if world.name != NAME:
        return general
    return (*general, _("Trade in services between two countries is fitted to each country's totals, because few "
                        "pairs are published; services that the coalition still sells Russia are probably overstated, "
                        "and with them Russia's loss from a full cut."))
