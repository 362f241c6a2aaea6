"""The desk as a process: one server, on this machine alone unless told otherwise."""

import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from multipolar.catalogue import _
from multipolar.desk.app import make_app
from multipolar.desk.guard import Access, is_loopback
from multipolar.desk.state import Desk, Settings
from multipolar.errors import InputError
from multipolar.world.world import World

SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Address:
    """Where the desk listens. Port 0 takes any that is free."""

    host: str = "127.0.0.1"
    port: int = 8765

    def url(self, port: int) -> str:
        """The page's address, once the port is known."""
        host = "localhost" if self.host in ("127.0.0.1", "::1") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def access_for(address: Address, token: str | None) -> Access:
    """Who may ask: this machine, or whoever has the token, which is made up where none is given.

    Raises:
        InputError: the token is too short to keep anybody out.
    """
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise InputError(_("The token has {length} letters; {least} is the least.", length=len(token),
                           least=SHORTEST_TOKEN))
    return Access(token) if token is not None or is_loopback(address.host) else Access(secrets.token_urlsafe(24))


def serve(worlds: Mapping[str, World], address: Address, access: Access, opened: Callable[[str], Any],
          settings: Settings | None = None) -> None:
    """Serve until stopped.

    Args:
        worlds: by name; the first is shown first.
        address: where to listen.
        access: who may ask.
        opened: called with the page's address once the server listens.
        settings: how much is done at once.

    Raises:
        InputError: nobody can listen there.
    """
    import uvicorn

    listening = _listen(address)
    opened(address.url(listening.getsockname()[1]))
    config = uvicorn.Config(make_app(Desk(worlds, settings or Settings()), access), log_level="warning",
                            access_log=False, server_header=False, lifespan="on", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(address: Address) -> socket.socket:
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        # Named as TCP, or asyncio leaves Nagle's algorithm on, and many an answer waits 40 ms for an acknowledgement.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address.host, address.port))
    except OSError as error:
        raise InputError(_("The desk cannot listen on {host}, port {port}: {reason}. Give another --port; 0 takes one "
                           "that is free.", host=address.host, port=address.port, reason=error.strerror)) from error
    listening.listen(128)
    return listening
