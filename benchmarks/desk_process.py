"""A desk in a process of its own, on a free port of this machine, for as long as a benchmark needs it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PROGRAM = ("import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
           "from multipolar.cli.app import main; main()")


@dataclass(frozen=True)
class RunningDesk:
    """Where it is, how long it took to be ready, and its process."""

    url: str
    ready_after: float
    process: int

    def memory(self) -> float:
        """Resident memory in MB; zero where the system does not tell it."""
        status = Path(f"/proc/{self.process}/status")
        lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


@contextmanager
def running_desk() -> Iterator[RunningDesk]:
    """`multipolar desk`, ready and its first brief solved; ended by Ctrl-C."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "desk", "--port", "0", "--no-browser"], stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | {"XDG_DATA_HOME": folder})
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            if found is None:
                raise SystemExit(process.stderr.read())
            with httpx.Client(base_url=found[0], timeout=120) as client:
                _wait(client, "/api/status")
                ready_after = time.perf_counter() - started
                _wait(client, "/api/briefs/beijing-2024")
            yield RunningDesk(found[0], ready_after, process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _wait(client: httpx.Client, path: str) -> None:
    while (state := client.get(path).json()["state"]) != "ready":
        if state == "failed":
            raise SystemExit(f"{path}: {client.get(path).json()['message']}")
        time.sleep(0.05)
