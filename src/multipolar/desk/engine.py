"""Who is answered when: a page's newest request wins, and what waits is bounded.

Solving is work for threads: JAX leaves Python's lock while it computes. A page has at most one request waiting; a newer
one takes its place and the older is told so. Pages are served in turn, so that nobody's slider starves another's.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from multipolar.catalogue import _
from multipolar.errors import MultipolarError

T = TypeVar("T")

MOST_PAGES = 4096
"""Pages whose last number is remembered."""


class Superseded(MultipolarError):
    """A newer request of the same page came; nobody waits for this one."""


class Busy(MultipolarError):
    """Too many wait already, or this one waited too long; asking again in a moment is right."""


class TooSlow(MultipolarError):
    """The work takes longer than a page should wait."""


@dataclass
class Ticket:
    """A request that waits for a thread."""

    work: Callable[[], Any]
    answer: "asyncio.Future[Any]"
    since: float = field(default_factory=time.monotonic)


class Engine:
    """A few threads, and those who wait for them.

    Args:
        threads: how many requests are worked on at once.
        waiting: how many may wait; one a page.
        patience: seconds that a request may wait before it is told to come again.
        limit: seconds that work may take before the page is told so; the thread still ends it.
    """

    def __init__(self, threads: int = 2, waiting: int = 64, patience: float = 10.0, limit: float = 30.0) -> None:
        self.threads, self.waiting, self.patience, self.limit = threads, waiting, patience, limit
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="desk")
        self._queue: OrderedDict[str, Ticket] = OrderedDict()
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._busy = 0

    async def run(self, work: Callable[[], T], page: str, number: int) -> T:
        """What `work` returns, once its turn comes.

        Raises:
            Superseded: a newer request of the page has come, before this one or while it waited.
            Busy: too many wait, or it waited longer than patience.
            TooSlow: it was begun and takes too long.
            And whatever `work` raises.
        """
        self._count(page, number)
        self._supersede(page)
        if len(self._queue) >= self.waiting:
            raise _busy()
        ticket = Ticket(work, asyncio.get_running_loop().create_future())
        self._queue[page] = ticket
        self._begin()
        try:
            answer: T = await asyncio.wait_for(ticket.answer, self.patience + self.limit)
            return answer
        except TimeoutError:
            raise TooSlow(_("This takes longer than {seconds:.0f} seconds, which is the most here. The command line "
                            "has no such limit.", seconds=self.limit)) from None
        finally:
            if self._queue.get(page) is ticket:
                del self._queue[page]

    def close(self) -> None:
        """Let no thread begin anything more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _count(self, page: str, number: int) -> None:
        """Remember the newest number of a page; an older one that arrives late is dropped."""
        if number < self._newest.get(page, -1):
            raise _superseded()
        self._newest[page] = number
        self._newest.move_to_end(page)
        if len(self._newest) > MOST_PAGES:
            self._newest.popitem(last=False)

    def _supersede(self, page: str) -> None:
        older = self._queue.pop(page, None)
        if older is not None and not older.answer.done():
            older.answer.set_exception(_superseded())

    def _begin(self) -> None:
        """Give free threads to those who wait longest; those who waited too long are told to come again."""
        while self._queue and self._busy < self.threads:
            _page, ticket = self._queue.popitem(last=False)
            if ticket.answer.done():
                continue
            if time.monotonic() - ticket.since > self.patience:
                ticket.answer.set_exception(_busy())
                continue
            self._busy += 1
            working = asyncio.get_running_loop().run_in_executor(self._pool, ticket.work)
            working.add_done_callback(partial(self._end, ticket))

    def _end(self, ticket: Ticket, working: "asyncio.Future[Any]") -> None:
        """Hand on what the thread found, if somebody still waits for it, and begin the next."""
        self._busy -= 1
        error = working.exception()
        if not ticket.answer.done():
            if error is not None:
                ticket.answer.set_exception(error)
            else:
                ticket.answer.set_result(working.result())
        self._begin()


def _superseded() -> Superseded:
    return Superseded(_("A newer request of the same page has come."))


def _busy() -> Busy:
    return Busy(_("The desk has more to solve than it can just now; please try again in a moment."))
