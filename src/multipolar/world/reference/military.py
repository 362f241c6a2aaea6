"""Military budgets of the reference world: SIPRI where a figure was quoted, NATO's or the CIA's share of GDP else."""

from collections.abc import Mapping

import numpy as np

from multipolar.world.behaviour import behaviour
from multipolar.world.military import Military
from multipolar.world.reference.energy import rows
from multipolar.world.reference.facts import EU27, MILLION_IN_A_BILLION, YEAR, Facts
from multipolar.world.tables import FloatArray

RECIPE: Mapping[str, tuple[str, ...]] = {
    "labour": (), "electronics": ("ELE",), "machinery": ("MAC",), "metals": ("MET",), "chemicals": ("CHM",),
    "fuel": ("PET",)}
"""Ingredients and their sectors; weights are in behaviour.csv."""
OIL_AND_GAS = ("OIL", "GAS")
SPENDING, RECEIVED, AMERICAN = "military expenditure", "military aid received", "military aid to Ukraine"
FINANCED = "oil and gas share of federal budget revenue"
OTHER_GIVERS = (*EU27, "GBR", "NOR", "CAN")
"""Who gave the rest of what Ukraine received: shared by their spending, an assumption."""


def military_part(facts: Facts) -> Military:
    """The world's `Military`."""
    countries = len(facts.countries)
    spending, oil = np.zeros(countries), np.zeros(countries)
    for row in rows("military"):
        if row["country"] not in facts.countries or row["year"] != str(YEAR):
            continue
        at = facts.country(row["country"])
        if row["item"] == SPENDING and not (spending[at] and row["status"] == "derived"):
            spending[at] = float(row["value"]) * MILLION_IN_A_BILLION
        if row["item"] == FINANCED:
            oil[at] = float(row["value"]) / 100
    goods, fuel = np.zeros((len(RECIPE), len(facts.sectors))), np.zeros(len(facts.sectors))
    for number, sectors in enumerate(RECIPE.values()):
        goods[number, [facts.sector(code) for code in sectors]] = 1.0
    fuel[[facts.sector(code) for code in OIL_AND_GAS]] = 1.0
    weight = np.array([behaviour(f"war_weight_{name}").value for name in RECIPE])
    return Military(
        tuple(RECIPE), spending, oil, _arms(facts, spending), weight / weight.sum(), goods, fuel,
        np.array(behaviour("war_elasticity").value), np.array(behaviour("intelligence_weight").value),
        sources={"spending, aid, financing": "military.csv", "recipe": "behaviour.csv: assumptions",
                 "givers": "the United States as published; the rest of what Ukraine received shared by spending among "
                           "European givers and Canada: assumption"})


def _arms(facts: Facts, spending: FloatArray) -> FloatArray:
    """Arms given to Ukraine in the year (giver, receiver)."""
    value = {row["item"]: float(row["value"]) * MILLION_IN_A_BILLION for row in rows("military")
             if row["year"] == str(YEAR) and row["item"] in (RECEIVED, AMERICAN)}
    arms = np.zeros((len(spending), len(spending)))
    receiver = facts.country("UKR")
    arms[facts.country("USA"), receiver] = value[AMERICAN]
    others = [facts.country(code) for code in OTHER_GIVERS if code in facts.countries]
    arms[others, receiver] = (value[RECEIVED] - value[AMERICAN]) * spending[others] / spending[others].sum()
    return arms
