"""A desk in a process of its own, as a user starts it, on a free port of this machine, for as long as it is needed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PROGRAM = ("import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
           "from multipolar.cli.app import main; main()")
"""A shell's background jobs ignore Ctrl-C, and so would a desk that such a job starts."""


@dataclass(frozen=True)
class RunningDesk:
    """Where it is, how long it took to be ready, and its process."""

    url: str
    ready_after: float
    process: subprocess.Popen[str]

    def memory(self) -> float:
        """Resident memory in MB; zero where the system does not tell it."""
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)

    def wait_for(self, path: str) -> None:
        """Wait until the state at a path is no longer one of waiting; fails where it is not ready then."""
        with httpx.Client(base_url=self.url, timeout=120) as client:
            while (found := client.get(path).json())["state"] in ("warming", "computing"):
                time.sleep(0.05)
            assert found["state"] == "ready", found["message"]


@contextmanager
def running_desk(folder: Path, *arguments: str, **environment: str) -> Iterator[RunningDesk]:
    """`multipolar desk`, ready, with its saved runs in a folder; ended by Ctrl-C."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "desk", "--port", "0", "--no-browser", *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"XDG_DATA_HOME": str(folder)} | environment)
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found is not None, line + process.stderr.read()
        RunningDesk(found[0], 0.0, process).wait_for("api/status")
        yield RunningDesk(found[0], time.perf_counter() - started, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stderr.close()
