"""Solving: a scenario, an outcome along a slider, friends and enemies."""

from fastapi import APIRouter, Response

from multipolar.desk.depends import WarmDesk, reply
from multipolar.desk.pictures import Curve, Friends, SolveAnswer
from multipolar.desk.requests import CurveRequest, FriendsRequest, SolveRequest

router = APIRouter(prefix="/api")


@router.post("/solve", response_model=SolveAnswer)
async def solve(asked: SolveRequest, desk: WarmDesk) -> Response:
    """The new equilibrium. The newest request of a page wins; an older one is answered by `superseded`."""
    return await desk.engine.run(lambda: reply(desk.solver.answer(asked)), asked.page, asked.number)


@router.post("/curve", response_model=Curve)
async def curve(asked: CurveRequest, desk: WarmDesk) -> Response:
    """An outcome along a slider: one equilibrium for each value."""
    return await desk.engine.run(lambda: reply(desk.solver.curve(asked)), f"{asked.page}.curve", asked.number)


@router.post("/friends", response_model=Friends)
async def friends(asked: FriendsRequest, desk: WarmDesk) -> Response:
    """Who gains and who loses when a country grows."""
    return await desk.engine.run(lambda: reply(desk.solver.friends(asked.world, asked.country)),
                                 f"{asked.page}.friends", asked.number)
