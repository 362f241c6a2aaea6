"""The public names, what importing them costs, and that nobody's settings are touched."""

import subprocess
import sys
import textwrap

import pytest

import multipolar

PUBLIC = [
    "CloseRail", "Closure", "Corridor", "Embargo", "ExportBan", "ExportTax", "ImportBan", "InputError", "Lift",
    "MilitaryAid", "MultipolarError", "NoEquilibrium", "NotConverged", "OpenRail", "Outcome", "PriceCap",
    "Productivity", "Programme", "Quota",
    "RailCost", "Scenario", "ScenarioError", "SecondarySanctions", "Settlement", "Tariff", "TariffSchedule",
    "TechnologyControl", "TradeCost", "Transfer", "UnknownName", "World", "WorldError", "__version__", "exposure",
    "gradient",
    "load_scenario", "load_world", "secondary_branches", "sensitivity", "solve", "solve_many",
]

HEAVY = {"jax", "jaxlib", "equinox", "optimistix", "xarray", "pandas", "scipy", "altair"}


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", textwrap.dedent(code)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_after(code: str) -> set[str]:
    printed = run_python(f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}})")
    return HEAVY & set(printed.split())


def test_the_public_names_are_these():
    assert multipolar.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(multipolar))


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_there_and_documented(name):
    value = getattr(multipolar, name)
    assert isinstance(value, str) if name == "__version__" else value.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Tarif'"):
        multipolar.Tarif  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import multipolar") == set()


def test_stating_a_scenario_loads_neither_jax_nor_xarray():
    code = ("import multipolar as mp\n"
            "mp.Scenario(name='s', measures=[mp.Tariff(importer='USA', exporter='all', sector='all', rate=0.1)])")
    assert loaded_after(code) & {"jax", "xarray", "pandas"} == set()


def test_loading_and_solving_changes_no_global_setting():
    printed = run_python("""
        import logging, os, sys, threading, warnings
        import jax, numpy, pandas, xarray
        import ruamel.yaml, scipy.optimize, scipy.sparse  # these filter warnings of their own when imported

        def settings():
            root = logging.getLogger()
            return {
                "jax": dict(jax.config.values),
                "numpy errors": numpy.geterr(),
                "numpy printing": numpy.get_printoptions(),
                "pandas": [pandas.get_option(name) for name in ("display.max_rows", "display.precision",
                                                                 "display.float_format")],
                "xarray": dict(xarray.get_options()),
                "logging": (root.level, list(root.handlers), logging.root.manager.disable),
                "loggers": {name: logging.getLogger(name).level for name in ("jax", "multipolar")},
                "warnings": list(warnings.filters),
                "environment": dict(os.environ),
                "recursion": sys.getrecursionlimit(),
                "hooks": (sys.excepthook, threading.excepthook, sys.displayhook),
            }

        before = settings()
        import multipolar as mp
        world = mp.World.from_tables(
            numpy.full((2, 1, 2), 50.0), numpy.full((1, 2, 1), 40.0), numpy.full((1, 2), 60.0),
            countries=["USA", "CHN"], sectors=["goods"], year=2023, name="two alike", trade_elasticity=4.0)
        outcome = mp.solve(world, mp.Scenario(name="tariff", measures=[
            mp.Tariff(importer="USA", exporter="CHN", sector="all", rate=0.25)]))
        outcome.real_income
        after = settings()
        assert jax.numpy.ones(1).dtype == "float32"
        print(*[name for name in before if before[name] != after[name]])
    """)
    assert printed.split() == []
