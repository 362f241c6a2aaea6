"""How JAX is set up in the process of the command line, and only there; importing the package sets nothing."""

import hashlib
import os
import platform
import sys
import warnings
from pathlib import Path

NO_CACHE = "MULTIPOLAR_NO_CACHE"
_FALSE = ("", "0", "false", "no")


def switched_on(variable: str) -> bool:
    """Whether an environment variable is set to something other than 0, no or false."""
    return os.environ.get(variable, "").strip().lower() not in _FALSE


def prepare_jax(no_cache: bool = False) -> None:
    """Choose the device and the cache of compiled programs, before JAX starts; what the user set stays.

    The processor is the device: at the sizes of worlds it is as fast as an accelerator and takes no memory on one.
    Compiled programs are kept in the user's cache folder, if it can be written; nothing relies on it.
    """
    if "jax" in sys.modules:    # whoever imported it has made these choices
        return
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")     # XLA logs what it thinks of cached programs
    if no_cache or switched_on(NO_CACHE):
        os.environ["JAX_ENABLE_COMPILATION_CACHE"] = "false"
    elif "JAX_COMPILATION_CACHE_DIR" not in os.environ and (folder := cache_folder()) is not None:
        os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder)
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
    warnings.filterwarnings("ignore", message=".*persistent compilation cache", category=UserWarning)


def cache_folder() -> Path | None:
    """Where compiled programs are kept for this kind of processor; None where nothing can be written there."""
    from platformdirs import user_cache_path

    folder = user_cache_path("multipolar", appauthor=False) / f"jax-{_processor()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _processor() -> str:
    """A short name for the instructions this processor has: programs compiled for others may not run on it."""
    words = [platform.machine(), platform.processor()]
    information = Path("/proc/cpuinfo")
    if information.is_file():
        lines = information.read_text(errors="replace").splitlines()
        words += next(([line] for line in lines if line.lower().startswith(("flags", "features"))), [])
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
