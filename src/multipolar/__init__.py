"""What trade measures do to every economy. The public names, imported when first used, and nothing else.

    import multipolar as mp
    world = mp.load_world("reference-2023")
    outcome = mp.solve(world, mp.load_scenario("china-stops-both"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multipolar.equilibrium.branches import secondary_branches
    from multipolar.equilibrium.derivatives import gradient, sensitivity
    from multipolar.equilibrium.exposure import exposure
    from multipolar.equilibrium.outcome import Outcome
    from multipolar.equilibrium.solve import solve, solve_many
    from multipolar.errors import (
        InputError,
        MultipolarError,
        NoEquilibrium,
        NotConverged,
        ScenarioError,
        UnknownName,
        WorldError,
    )
    from multipolar.measures.arms import MilitaryAid
    from multipolar.measures.corridor import Corridor
    from multipolar.measures.finance import Programme, Transfer
    from multipolar.measures.lift import Lift
    from multipolar.measures.price_cap import PriceCap
    from multipolar.measures.productivity import Productivity
    from multipolar.measures.rails import CloseRail, OpenRail, RailCost
    from multipolar.measures.rents import ExportTax, Quota
    from multipolar.measures.scenario import Closure, Scenario, load_scenario
    from multipolar.measures.secondary import SecondarySanctions
    from multipolar.measures.tariffs import Tariff, TariffSchedule
    from multipolar.measures.technology import TechnologyControl
    from multipolar.measures.trade import Embargo, ExportBan, ImportBan, TradeCost
    from multipolar.world.settlement import Settlement
    from multipolar.world.world import World, load_world

__version__ = "0.1.0"

__all__ = [
    "CloseRail",
    "Closure",
    "Corridor",
    "Embargo",
    "ExportBan",
    "ExportTax",
    "ImportBan",
    "InputError",
    "Lift",
    "MilitaryAid",
    "MultipolarError",
    "NoEquilibrium",
    "NotConverged",
    "OpenRail",
    "Outcome",
    "PriceCap",
    "Productivity",
    "Programme",
    "Quota",
    "RailCost",
    "Scenario",
    "ScenarioError",
    "SecondarySanctions",
    "Settlement",
    "Tariff",
    "TariffSchedule",
    "TechnologyControl",
    "TradeCost",
    "Transfer",
    "UnknownName",
    "World",
    "WorldError",
    "__version__",
    "exposure",
    "gradient",
    "load_scenario",
    "load_world",
    "secondary_branches",
    "sensitivity",
    "solve",
    "solve_many",
]

_HOMES = {
    "equilibrium.branches": ["secondary_branches"],
    "equilibrium.derivatives": ["gradient", "sensitivity"],
    "equilibrium.exposure": ["exposure"],
    "equilibrium.outcome": ["Outcome"],
    "equilibrium.solve": ["solve", "solve_many"],
    "errors": ["InputError", "MultipolarError", "NoEquilibrium", "NotConverged", "ScenarioError", "UnknownName",
               "WorldError"],
    "measures.arms": ["MilitaryAid"],
    "measures.corridor": ["Corridor"],
    "measures.finance": ["Programme", "Transfer"],
    "measures.price_cap": ["PriceCap"],
    "measures.rails": ["CloseRail", "OpenRail", "RailCost"],
    "measures.secondary": ["SecondarySanctions"],
    "world.settlement": ["Settlement"],
    "measures.rents": ["ExportTax", "Quota"],
    "measures.lift": ["Lift"],
    "measures.productivity": ["Productivity"],
    "measures.scenario": ["Closure", "Scenario", "load_scenario"],
    "measures.tariffs": ["Tariff", "TariffSchedule"],
    "measures.technology": ["TechnologyControl"],
    "measures.trade": ["Embargo", "ExportBan", "ImportBan", "TradeCost"],
    "world.world": ["World", "load_world"],
}
_HOME_OF = {name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
