"""The machine and the programs that a run is about, and the wall time of the brief."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PROGRAM = "from multipolar.cli.app import main; main()"


def described() -> dict[str, str]:
    """What decides times: processor, cores, load when the run began, versions."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    versions = {name: version(name) for name in ("numpy", "jax", "jaxlib")}
    return {"processor": _processor(), "cores": str(os.cpu_count()), "system": platform.platform(),
            "load": load, "python": platform.python_version(), **versions}


def _processor() -> str:
    """The processor's name where the system tells it."""
    listed = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in listed.read_text(encoding="utf-8").splitlines()
             if line.startswith("model name")] if listed.is_file() else []
    return names[0] if names else platform.processor() or platform.machine()


def brief_seconds() -> tuple[float, float]:
    """Wall time of `multipolar brief`, first with an empty cache of compiled programs, then with the one it left."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": str(Path(folder, "cache")),
                                    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
                                    "JAX_ENABLE_COMPILATION_CACHE": "true"}
        empty, kept = (_seconds(environment, folder) for _run in range(2))
    return empty, kept


def _seconds(environment: dict[str, str], folder: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", PROGRAM, "brief", "--out", str(Path(folder, "out"))], env=environment,
                   check=True, capture_output=True)
    return time.perf_counter() - started
