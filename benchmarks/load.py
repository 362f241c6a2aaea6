"""Many people moving sliders on one desk: no error but a polite "busy", no wrong number, memory flat.

Starts `multipolar desk` on a free port of this machine, sends requests there and nowhere else, for a bounded time, and
ends it. Each person moves a slider to another place as soon as there is a picture, now and then before there is one.
Exits with 1 where anything was wrong. Times are printed.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

import multipolar as mp
from benchmarks.desk_process import running_desk

PLACES = 200
"""Places of the slider: 0.5 % steps of a tariff."""
ALLOWED_GROWTH = 0.10
"""How much more memory the process may have at the end than after the first fifth."""
IMPATIENT = 0.1
"""How often somebody moves on before the picture has come."""


def scenario(place: int) -> dict[str, Any]:
    """The United States' tariff on China at one place of the slider."""
    return {"version": 1, "name": "load", "measures": [
        {"kind": "tariff", "importer": "USA", "exporter": "CHN", "sector": "all", "rate": round(0.005 * place, 3)}]}


def expected() -> list[dict[str, float]]:
    """Real income at every place, by the library."""
    world = mp.load_world("reference-2023")
    return [dict(zip(world.countries, mp.solve(world, mp.Scenario(**scenario(place))).values("real_income").tolist(),
                     strict=True)) for place in range(PLACES)]


@dataclass
class Seen:
    """What happened."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


async def person(client: httpx.AsyncClient, number: int, ends: float, right: list[dict[str, float]],
                 seen: Seen) -> None:
    """One person at a slider until time is up."""
    chance, asked = random.Random(number), 0
    views = [{}, {"trade": {"sector": "all"}}, {"decomposition": {"economy": "CHN"}}, {"sectors": {"country": "USA"}}]
    while time.monotonic() < ends:
        asked += 1
        place = chance.randrange(PLACES)
        body = {"world": "reference-2023", "scenario": scenario(place), "page": f"person-{number}", "number": asked,
                "views": chance.choice(views)}
        patience = chance.uniform(0.01, 0.05) if chance.random() < IMPATIENT else 120.0
        await one(client, body, patience, right[place], seen)
        await asyncio.sleep(chance.uniform(0.0, 0.1))


async def one(client: httpx.AsyncClient, body: dict[str, Any], patience: float, right: dict[str, float],
              seen: Seen) -> None:
    """One move of the slider; every number of the answer is compared, exactly."""
    started = time.perf_counter()
    try:
        answer = await asyncio.wait_for(client.post("/api/solve", json=body), patience)
    except TimeoutError:
        seen.answers["moved on"] += 1
        return
    except httpx.HTTPError as error:
        seen.wrong.append(f"{type(error).__name__}: {error}")
        return
    if answer.status_code == 200:
        found = answer.json()
        shown = {code: row["real_income"] for code, row in found["outcome"]["countries"].items()}
        if shown != right:
            seen.wrong.append(f"other numbers at {body['scenario']['measures'][0]['rate']}")
        seen.answers["answered"] += 1
        seen.seconds.append(time.perf_counter() - started)
        seen.server.append(found["milliseconds"])
        return
    kind = answer.json()["error"]["kind"]
    seen.answers[kind] += 1
    polite = kind == "superseded" or (kind == "busy" and answer.headers.get("retry-after"))
    if not polite:
        seen.wrong.append(f"{answer.status_code} {answer.text[:200]}")


async def watch(memory: Any, ends: float, seen: Seen) -> None:
    """The process's memory, twice a second."""
    while time.monotonic() < ends:
        seen.memory.append(memory())
        await asyncio.sleep(0.5)


async def crowd(url: str, memory: Any, people: int, seconds: float, right: list[dict[str, float]]) -> Seen:
    """Everybody at once."""
    seen, ends = Seen(), time.monotonic() + seconds
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=url, timeout=180, limits=limits) as client:
        await asyncio.gather(watch(memory, ends, seen),
                             *(person(client, number, ends, right, seen) for number in range(people)))
    return seen


def verdict(seen: Seen, seconds: float) -> int:
    """Print what was seen; the exit status."""
    early = statistics.median(seen.memory[len(seen.memory) // 5:][:10])
    late = statistics.median(seen.memory[-10:])
    growth = late / early - 1
    ordered = sorted(seen.seconds)
    print(f"{dict(seen.answers)} in {seconds:.0f} s: {len(ordered) / seconds:.1f} pictures a second")
    print(f"until the answer: median {1e3 * statistics.median(ordered):.0f} ms, "
          f"95 % within {1e3 * ordered[int(0.95 * len(ordered))]:.0f} ms; "
          f"server part: median {statistics.median(seen.server):.0f} ms")
    print(f"memory: {early:.0f} MB after the first fifth, {late:.0f} MB at the end ({100 * growth:+.1f} %)")
    for sentence, number in Counter(seen.wrong).most_common(10):
        print(f"WRONG, {number} times: {sentence}")
    if growth > ALLOWED_GROWTH:
        print(f"WRONG: memory grew by more than {ALLOWED_GROWTH:.0%}")
    return int(bool(seen.wrong) or growth > ALLOWED_GROWTH or not ordered)


def main() -> int:
    """Parse the command line, run, judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300.0)
    asked = parser.parse_args()
    print("solving every place of the slider by the library ...", file=sys.stderr)
    right = expected()
    with tempfile.TemporaryDirectory() as folder, running_desk(Path(folder)) as desk:
        desk.wait_for("api/briefs/beijing-2024")
        print(f"{asked.people} people for {asked.seconds:.0f} s ...", file=sys.stderr)
        seen = asyncio.run(crowd(desk.url, desk.memory, asked.people, asked.seconds, right))
    return verdict(seen, asked.seconds)


if __name__ == "__main__":
    sys.exit(main())
