"""Scenarios that come and go: links, files, saved runs, exports."""

import tempfile
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Response
from fastapi import Path as InPath

from multipolar import __version__
from multipolar.desk.answers import LinkAnswer, Reproduce, Run, RunAnswer, Runs, ScenarioAnswer
from multipolar.desk.depends import TheDesk, WarmDesk
from multipolar.desk.reproduce import reproduce
from multipolar.desk.requests import ExportRequest, LinkRequest, ParseRequest, ReproduceRequest, RunRequest
from multipolar.equilibrium.outcome import Outcome
from multipolar.measures.elsewhere import plain_data, scenario_from_data
from multipolar.measures.link import read_link
from multipolar.measures.scenario import Scenario
from multipolar.measures.yaml_file import parse_text

router = APIRouter()
Hash = Annotated[str, InPath(pattern="^[0-9a-f]{8,64}$", description="A scenario's hash, or how it begins.")]
Suffix = Literal["csv", "json", "nc", "yaml"]
MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json", "nc": "application/x-netcdf",
         "yaml": "application/yaml"}


@router.post("/api/link")
async def link(asked: LinkRequest, desk: TheDesk) -> LinkAnswer:
    """What a link holds, and whether its numbers will be the same here."""
    found = read_link(asked.link)
    name = found.world if found.world in desk.worlds else desk.default
    return LinkAnswer(scenario=plain_data(found.scenario), world=name, same_version=found.version == __version__,
                      notes=list(found.differences(desk.worlds[name], __version__)))


@router.post("/api/parse")
async def parse(asked: ParseRequest) -> ScenarioAnswer:
    """A scenario file's text as a scenario; what is wrong in it comes with line and column."""
    return ScenarioAnswer(scenario=plain_data(parse_text(asked.text)))


@router.post("/api/reproduce")
async def without_the_page(asked: ReproduceRequest, desk: TheDesk) -> Reproduce:
    """Command, Python and YAML that lead to the same numbers."""
    return reproduce(scenario_from_data(asked.scenario), desk.solver.world(asked.world))


@router.post("/api/export", response_class=Response)
async def export(asked: ExportRequest, desk: WarmDesk) -> Response:
    """Results, or the scenario, as a file."""
    world, scenario = desk.solver.world(asked.world), scenario_from_data(asked.scenario)

    def work() -> Response:
        return _file(desk.solver.outcome(world, scenario), asked.format)

    return await desk.engine.run(work, f"export-{uuid4()}", 0)


@router.get("/api/runs")
def all_runs(desk: TheDesk) -> Runs:
    """Saved runs, newest first."""
    return Runs(runs=desk.runs.all())


@router.post("/api/runs")
async def save_run(asked: RunRequest, desk: WarmDesk) -> Run:
    """Keep a scenario; it is solved first, so that its hash is known and only what has an answer is kept."""
    world, scenario = desk.solver.world(asked.world), scenario_from_data(asked.scenario)

    def work() -> Run:
        certificate = desk.solver.outcome(world, scenario).certificate
        return desk.runs.save(certificate.scenario_hash, world.name, asked.name, scenario.title, plain_data(scenario))

    return await desk.engine.run(work, f"run-{uuid4()}", 0)


@router.get("/api/runs/{hash_}")
def one_run(hash_: Hash, desk: TheDesk) -> RunAnswer:
    """A saved run, to open."""
    run, scenario = desk.runs.find(hash_)
    return RunAnswer(run=run, scenario=scenario)


@router.delete("/api/runs/{hash_}", status_code=204)
def delete_run(hash_: Hash, desk: TheDesk) -> Response:
    """Forget a saved run."""
    desk.runs.delete(hash_)
    return Response(status_code=204)


@router.get("/r/{hash_}.{suffix}", response_class=Response)
async def results(hash_: Hash, suffix: Literal["csv", "json"], desk: WarmDesk) -> Response:
    """The results of a scenario that was solved lately, or of a saved run, solved again."""
    def work() -> Response:
        outcome = desk.solver.solved_lately(hash_)
        if outcome is None:
            run, data = desk.runs.find(hash_)
            outcome = desk.solver.outcome(desk.solver.world(run.world), scenario_from_data(data))
        return _file(outcome, suffix)

    return await desk.engine.run(work, f"results-{uuid4()}", 0)


def _file(outcome: Outcome, suffix: Suffix) -> Response:
    """What `Outcome.save` writes, or the scenario, as a download."""
    name = f"{_plain_name(outcome.scenario)}-{outcome.certificate.scenario_hash[:12]}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if suffix == "yaml":
        return Response(outcome.scenario.to_yaml(), media_type=MEDIA[suffix], headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        content = outcome.save(Path(folder) / f"outcome.{suffix}").read_bytes()
    return Response(content, media_type=MEDIA[suffix], headers=headers)


def _plain_name(scenario: Scenario) -> str:
    """The scenario's name in letters that every file system takes."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in scenario.name)[:60]
