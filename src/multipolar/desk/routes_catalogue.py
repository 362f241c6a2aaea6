"""What there is to choose from, and whether the desk is ready."""

from fastapi import APIRouter, Request, Response

from multipolar import __version__
from multipolar.catalogue import _
from multipolar.desk import catalogue
from multipolar.desk.answers import (
    BriefData,
    Briefs,
    Measures,
    ScenarioAnswer,
    Scenarios,
    Status,
    Variables,
    WorldData,
    WorldRow,
    Worlds,
)
from multipolar.desk.briefs import list_briefs
from multipolar.desk.depends import TheAccess, TheDesk, WarmDesk
from multipolar.desk.guard import COOKIE
from multipolar.desk.refusals import SignInNeeded
from multipolar.desk.requests import SessionRequest
from multipolar.errors import UnknownName
from multipolar.measures.elsewhere import plain_data
from multipolar.measures.scenario import load_scenario
from multipolar.measures.yaml_file import built_in_scenarios

router = APIRouter(prefix="/api")


@router.get("/status")
async def status(desk: TheDesk, access: TheAccess, request: Request) -> Status:
    """Whether the solver is compiled and warm."""
    return Status(state=desk.state, message=desk.message, version=__version__, done=desk.done, of=desk.of,
                  token_required=access.token is not None, signed_in=access.signed_in(request.headers))


@router.post("/session", status_code=204)
async def sign_in(asked: SessionRequest, access: TheAccess, request: Request) -> Response:
    """Exchange the token for a cookie that no script can read."""
    if not access.opens(asked.token):
        raise SignInNeeded(_("This is not the token that the desk's terminal shows."))
    answer = Response(status_code=204)
    answer.set_cookie(COOKIE, access.session, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


@router.get("/worlds")
async def worlds(desk: TheDesk) -> Worlds:
    """The worlds that this desk serves."""
    return Worlds(default=desk.default, worlds=[
        WorldRow(name=name, year=world.year, hash=world.hash, countries=len(world.countries),
                 sectors=len(world.sectors)) for name, world in desk.worlds.items()])


@router.get("/worlds/{name}")
async def world(name: str, desk: TheDesk) -> WorldData:
    """One world: names, groups, what it rests on, what it cannot tell."""
    if name not in desk.described:
        raise UnknownName(name, _("world"), desk.described)
    return desk.described[name]


@router.get("/variables")
async def variables() -> Variables:
    """Every reported variable."""
    return catalogue.variables()


@router.get("/measures")
async def measures() -> Measures:
    """Every kind of measure, with a form."""
    return catalogue.measures()


@router.get("/scenarios")
async def scenarios() -> Scenarios:
    """The built-in scenarios."""
    return catalogue.scenarios()


@router.get("/scenarios/{name}")
async def scenario(name: str) -> ScenarioAnswer:
    """One built-in scenario, with what it extends written out."""
    if name not in built_in_scenarios():
        raise UnknownName(name, _("scenario"), built_in_scenarios())
    return ScenarioAnswer(scenario=plain_data(load_scenario(name)))


@router.get("/briefs")
async def briefs() -> Briefs:
    """The built-in briefs."""
    return list_briefs()


@router.get("/briefs/{name}")
async def brief(name: str, desk: WarmDesk) -> BriefData:
    """One brief, as far as it is solved; the first who asks starts it."""
    return desk.briefs.brief(name)
