"""A desk on a small world that a test can ask, and the page's requests in short."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from benchmarks.desk_process import RunningDesk, running_desk
from starlette.testclient import TestClient
from tests.desk.requests_of_a_page import scenario

from multipolar.desk.app import make_app
from multipolar.desk.guard import Access
from multipolar.desk.state import Desk, Settings

NUMBERS = count(1)


def until_ready(client: Any) -> None:
    """Wait for the desk to have compiled."""
    while (found := client.get("/api/status").json())["state"] == "warming":
        time.sleep(0.05)
    assert found["state"] == "ready", found["message"]


@pytest.fixture(scope="session")
def small(fuel_world):
    return fuel_world


@pytest.fixture(scope="session")
def desk(small, tmp_path_factory) -> Desk:
    return Desk({small.name: small}, Settings(runs=tmp_path_factory.mktemp("data") / "runs.sqlite"))


@pytest.fixture(scope="session")
def client(desk) -> Iterator[TestClient]:
    """The desk on this machine, warm."""
    with TestClient(make_app(desk), base_url="http://localhost") as found:
        until_ready(found)
        yield found


@pytest.fixture(scope="session")
def small_file(small, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("worlds") / "small.nc"
    small.save(path)
    return path


@pytest.fixture(scope="session")
def live(small_file, tmp_path_factory) -> Iterator[RunningDesk]:
    """A desk on the small world, in a process."""
    with running_desk(tmp_path_factory.mktemp("home"), "--world", str(small_file), "--no-cache") as found:
        yield found


@pytest.fixture
def ask(client, small) -> Callable[..., Any]:
    """`ask(scenario, views={...})`: a solve that must be answered."""
    def solve(asked: dict[str, Any] | None = None, **more: Any) -> Any:
        body = {"world": small.name, "scenario": asked or scenario(), "page": "test", "number": next(NUMBERS)}
        done = client.post("/api/solve", json=body | more)
        assert done.status_code == 200, done.text
        return done.json()
    return solve


@pytest.fixture
def refused(client, small) -> Callable[..., Any]:
    """`refused(status, path, body)`: the refusal that a request gets."""
    def refuse(status: int, path: str, body: Any) -> Any:
        whole = {"world": small.name, "page": "test", "number": next(NUMBERS)} | body if path in (
            "/api/solve", "/api/curve", "/api/friends") else body
        done = client.post(path, json=whole)
        assert done.status_code == status, done.text
        return done.json()["error"]
    return refuse


@pytest.fixture
def guarded(small, tmp_path: Path) -> tuple[TestClient, str]:
    """A desk that listens beyond this machine, which is never warmed up, and its token."""
    token = "a-token-of-some-length"
    app = make_app(Desk({small.name: small}, Settings(runs=tmp_path / "runs.sqlite")), Access(token))
    return TestClient(app, base_url="http://desk.example"), token     # without its lifespan nothing is compiled
