"""What a brief rests on without a measurement behind it, and what it cannot tell: said in every brief."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.catalogue import _
from multipolar.equilibrium.horizons import horizon_table
from multipolar.report.channels import country_name, sector_name
from multipolar.report.economies import MILLION_IN_A_BILLION
from multipolar.world.behaviour import behaviour
from multipolar.world.settlement import Settlement
from multipolar.world.tables import FloatArray
from multipolar.world.technology import Controlled
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


def assumptions(world: World, horizons: Sequence[str] = ("long", "short"),
                settlement: bool = False, war: bool = False) -> tuple[Assumption, ...]:
    """The assumed numbers of the horizons, and those that the world's data files state, with their ranges.

    `settlement` adds the numbers of behaviour behind rails and secondary sanctions, `war` those behind controls of
    technology and the means of war.
    """
    from multipolar.world.reference.facts import NAME, load_facts

    of_horizons = tuple(one for horizon in horizons for one in _of_horizon(horizon))
    if settlement and world.has_part(Settlement):
        of_horizons = (*_of_settlement(world.part(Settlement)), *of_horizons)
    if war:
        of_horizons = (*_of_war(), *_of_tiers(world), *of_horizons)
    facts = load_facts() if world.name == NAME else None
    if facts is None or world.sectors != facts.sectors:
        return of_horizons
    return (*_elasticities(world, facts.sector_rows), *_resources(world, facts.sector_rows), *of_horizons,
            *_derived_flows(world, facts.known))


def _of_settlement(part: Settlement) -> list[Assumption]:
    """What settlement rests on; the measures' own numbers unless a scenario states others."""
    used = {"rail_semi_elasticity": (_("Settlement: semi-elasticity between rails"), part.eta),
            "rail_thickness": (_("Settlement: how much use makes a rail cheaper"), part.nu),
            "exposed_share": (_("Secondary sanctions: part exposed to the coalition"), None),
            "compliance_dispersion": (_("Secondary sanctions: how differently the loss is weighed"), None)}
    return [Assumption(what, f"{row.value if value is None else value:g}",
                       _("range {low} to {high}", low=f"{row.low:g}", high=f"{row.high:g}"), _(row.source))
            for name, (what, value) in used.items() for row in (behaviour(name),)]


def _of_war() -> list[Assumption]:
    """What controls of technology and the means of war rest on."""
    what = {
        "route_substitution": _("Ways round: elasticity between them"), "hub_premium": _("Ways round: a hub's premium"),
        "latent_route_share": _("Ways round: a hub's share before, where none is published"),
        **{f"controlled_share_{code}": _("Controlled goods in trade of {code}", code=code)
           for code in ("ELE", "EEQ", "MAC", "AER")},
        **{f"war_weight_{name}": _("Military means: weight of {name}", name=name)
           for name in ("labour", "electronics", "machinery", "metals", "chemicals", "fuel")},
        "war_elasticity": _("Military means: substitution"), "intelligence_weight": _("Military means: intelligence"),
        "threat_credibility": _("Hubs under secondary sanctions: credibility of the threat"),
        "mineral_cost_share": _("Critical minerals: part of a using industry's inputs")}
    return [Assumption(text, f"{row.value:g}", _("range {low} to {high}", low=f"{row.low:g}", high=f"{row.high:g}"),
                       _(row.source)) for name, text in what.items() for row in (behaviour(name),)]


def _of_tiers(world: World) -> list[Assumption]:
    """How controlled goods divide into the tiers of their list, in the sector with most of them."""
    if not world.has_part(Controlled):
        return []
    part = world.part(Controlled)
    sector = int(part.high.argmax())
    return [Assumption(
        _("Tiers of controlled goods in {sector}", sector=sector_name(world, world.sectors[sector])),
        ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in zip(part.tier, part.weight[:, sector], strict=True)
                  if weight > 0), _("no range was set"),
        _("by their numbers of codes on the list; the value of trade by tier was not read"))]


def _of_horizon(horizon: str) -> list[Assumption]:
    """The numbers of a horizon that are no definitions."""
    what = {
        ("trade_elasticity", "times"): _("Short run: trade elasticities, times"),
        ("trade_elasticity", "at least"): _("Short run: trade elasticities, at least"),
        ("value_added_elasticity", "value"): _("Short run: elasticity between value added and materials"),
        ("input_elasticity", "value"): _("Short run: elasticity among inputs"),
        ("final_demand_elasticity", "value"): _("Short run: elasticity of final demand"),
        ("supply_elasticity", "times"): _("Short run: supply elasticities of resources, times")}
    return [Assumption(what[row["parameter"], row["rule"]], f"{float(row['value']):.2g}",
                       _("range {low} to {high}", low=row["low"], high=row["high"]), _(row["source"]))
            for row in horizon_table() if row["horizon"] == horizon and row["status"] != "definition"]


def _resources(world: World, rows: tuple[dict[str, str], ...]) -> list[Assumption]:
    """Resource shares and supply elasticities, and how specific capital is counted."""
    from multipolar.world.reference.facts import SUPPLY_ELASTICITY, SUPPLY_RANGE

    found = []
    for row in rows:
        share, basis = row["resource_share_of_value_added"], row["resource_share_basis"].removeprefix("ASSUMPTION")
        if share:
            stated = re.match(r" \(range ([\d.]+)-([\d.]+)\): ", basis)
            ceiling = row["net_operating_surplus_share_of_va_2022"]
            found.append(Assumption(
                _("Resource rent in value added: {sector}", sector=row["name_en"]), share,
                _("range {low} to {high}", low=stated[1], high=stated[2]) if stated else
                _("at most {ceiling}, the net operating surplus", ceiling=ceiling),
                basis[stated.end():] if stated else _("no figure was read; set below the ceiling")))
    for row in rows:
        value, bounds = SUPPLY_ELASTICITY.get(row["code"]), SUPPLY_RANGE.get(row["code"])
        if value is not None:
            found.append(Assumption(
                _("Supply elasticity, long run: {sector}", sector=row["name_en"]), f"{value:g}",
                _("range {low} to {high}", low=bounds[0], high=bounds[1]) if bounds else _("no range was set"),
                _("assumption: no estimate was read")))
    found.append(Assumption(
        _("Capital bound to its industry in the short run, in value added without resources"),
        _("{low:.2f} to {high:.2f} by sector", low=float(_capital(world).min()), high=float(_capital(world).max())),
        _("not a published range"),
        _("net operating surplus beyond the resource rent, the same in every country; low, because depreciation is "
          "left out")))
    return found


def _capital(world: World) -> FloatArray:
    share = world.parameters.capital_share
    return np.zeros(1) if share is None else share


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


def limits(world: World, horizons: Sequence[str] = ("long", "short"), war: bool = False) -> tuple[str, ...]:
    """What a brief on this world cannot tell, a sentence each; `war` where it is about controls and means of war."""
    from multipolar.world.reference.facts import NAME

    time = _("Between the two horizons there is no path: the short run is about a year in which capital stays, the "
             "long run is when all has moved.") if len(horizons) > 1 else _("It is one moment, without a path to it.")
    general = (
        _("It is no forecast. Each column changes one set of measures in the year {year} and lets prices, wages and "
          "trade settle; nothing else moves.", year=world.year),
        time + " " + _("Unemployment, bankruptcies, stocks and the first weeks, when a missing part stops a plant, are "
                       "left out; at either horizon everybody has work."),
        _("Elasticities are single numbers. No bands are drawn round the results yet; where suppliers are harder to "
          "replace than assumed, losses are larger."),
        _("Controlled goods travel through the hubs that a scenario names and no others; goods under other bans do not "
          "travel through third countries, although buyers may turn to other makers.") if war else
        _("Goods that are banned do not travel through third countries, although buyers may turn to other makers."),
        _resource_limit(world),
        _("Oil and gas go to any buyer at any ship's or pipe's cost of the base year: pipelines and ports have no "
          "capacity here, but for corridors that a scenario names, and payments change rails only under measures on "
          "them.") + " " + (_military_limit() if war else _(
              "Controls on technology, arms and alliances are not modelled, nor is what governments would do next.")),
        _("Real income counts what people, firms that invest and governments can buy. It does not count security."),
    )
    if world.name != NAME:
        return general
    return (*general, _("Trade in services between two countries is fitted to each country's totals, because few "
                        "pairs are published; services that the coalition still sells Russia are probably overstated, "
                        "and with them Russia's loss from a full cut."))


def _military_limit() -> str:
    return _("Means of war are what a budget and gifts buy, not what they achieve: stocks, soldiers, skill and terrain "
             "are left out, and so are arms given by countries without figures here (North Korea's and Iran's to "
             "Russia, and those of the smaller givers to Ukraine). Arms given count for the receiver and do not lower "
             "the giver's own means. What governments would do next is not modelled.")


def _resource_limit(world: World) -> str:
    if world.parameters.resource_share is None:
        return _("Labour moves freely between industries and not between countries; this world records no natural "
                 "resources, so mines and wells expand like any other industry, which understates how far the price of "
                 "a fuel falls when a buyer leaves.")
    return _("Labour moves freely between industries and not between countries. Wells, mines and land earn rents and "
             "expand only by their supply elasticities, the same in every country: a field that is cheap to open and "
             "one that is exhausted count alike.")
