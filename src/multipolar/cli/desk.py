"""`multipolar desk`: the world economy, live in the browser."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from multipolar.catalogue import _
from multipolar.cli import output
from multipolar.cli.machine import prepare_jax
from multipolar.cli.options import REFERENCE, NoCacheOption, read_world
from multipolar.errors import InputError

if TYPE_CHECKING:
    from multipolar.world.world import World

TOKEN = "MULTIPOLAR_DESK_TOKEN"

WorldsOption = Annotated[list[str] | None, typer.Option(
    "--world", metavar="WORLD", help=_("A world to serve, built in or a file that World.save wrote; repeatable. The "
                                       "first is shown first."))]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help=_("Port; 0 takes any that is free."))]
HostOption = Annotated[str, typer.Option(
    "--host", help=_("Where to listen. Beyond this machine visitors need a token: MULTIPOLAR_DESK_TOKEN, or one that "
                     "is made up and printed here."))]
BrowserOption = Annotated[bool, typer.Option("--browser/--no-browser", help=_("Open the page in a browser."))]


def desk(world: WorldsOption = None, port: PortOption = 8765, host: HostOption = "127.0.0.1",
         browser: BrowserOption = True, no_cache: NoCacheOption = False) -> None:
    """Open the desk: move a slider in the browser and see the whole world economy solved again.

    Everything stays on this machine: the page, the solver and saved runs. Ctrl-C ends it.
    """
    worlds = _worlds(world or [REFERENCE])
    prepare_jax(no_cache)
    try:
        from multipolar.desk.serve import Address, access_for, serve
    except ModuleNotFoundError as error:
        raise InputError(_("The desk needs {module}, which is not installed: pip install 'multipolar[desk]'.",
                           module=error.name)) from error
    address = Address(host, port)
    access = access_for(address, os.environ.get(TOKEN))

    def opened(url: str) -> None:
        output.say(_("The desk is at {url} (Ctrl-C ends it). It compiles first, for a few seconds.", url=url))
        if access.token is not None and TOKEN not in os.environ:
            output.say(_("Visitors sign in with the token {token}", token=access.token))
        if browser:
            typer.launch(url)

    serve(worlds, address, access, opened)


def _worlds(names: list[str]) -> dict[str, "World"]:
    """The worlds by the names that the page shows; two of one name are told apart by nothing, so refused."""
    found: dict[str, Any] = {}
    for name in names:
        made = read_world(name)
        if made.name in found:
            raise InputError(_("Two worlds are both called {name}; the desk needs names that differ.", name=made.name))
        found[made.name] = made
    return found
