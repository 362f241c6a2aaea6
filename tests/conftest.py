"""What every test shares: the published tables, the rule about skips, and Hypothesis's settings."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest
from jaxtyping import install_import_hook

# While testing, the shapes and axes that annotations on the equilibrium floor state are checked at every call.
install_import_hook("multipolar.equilibrium", "beartype.beartype")

# Derandomised, so that the same command draws the same examples again. No deadline, and no complaint that
# examples are slow to make: JAX compiles, and the machine may have other work.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True,
                                     suppress_health_check=SLOW)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000, suppress_health_check=SLOW)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

DATA = "MULTIPOLAR_TEST_DATA"
STRICT = "MULTIPOLAR_STRICT_SKIPS"


LONGEST = ("test_docs.py", "test_gradients.py")


def pytest_collection_modifyitems(items):
    """Begin with the files that take minutes: handed out last, one process would wait for the other."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def published_folder() -> Path:
    """The folder of published tables that MULTIPOLAR_TEST_DATA names; skips where it names none."""
    if not os.environ.get(DATA):
        pytest.skip(f"{DATA} names no folder of published tables")
    folder = Path(os.environ[DATA])
    if not (folder / "tables.py").is_file():
        pytest.fail(f"{DATA}={folder} has no tables.py")
    return folder


@pytest.fixture(scope="session")
def published(published_folder: Path) -> ModuleType:
    """The published tables' own loader: `published.wiod(2008)`, `published.nafta()`."""
    spec = importlib.util.spec_from_file_location("published_tables", published_folder / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless its reason begins with "platform:"."""
    if os.environ.get(STRICT) != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith("platform:"):
        report.outcome = "failed"
        report.longrepr = f"skipped although {STRICT}=1: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def fuel_world():
    """The reference world at six economies and six sectors, with tonnes: what is solved on it takes a moment."""
    import multipolar as mp
    from multipolar.world.reference.facts import EU27

    world = mp.load_world("reference-2023")
    others = [code for code in world.countries if code not in ("RUS", "CHN", "IND", "USA", *EU27)]
    goods = [code for code in world.sectors if code not in ("OIL", "GAS", "COA", "PET", "UTL")]
    return world.aggregate(countries={"EU27": "EU", "XXX": others}, sectors={"GDS": goods})
