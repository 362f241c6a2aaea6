"""Who is answered when: the newest request of a page, in turn, within bounds."""

import asyncio
import threading

import pytest

from multipolar.desk.engine import MOST_PAGES, Busy, Engine, Superseded, TooSlow


class Gate:
    """Work that ends when it is let go, and says in which order work was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.open = threading.Event()

    def work(self, name):
        def doing():
            self.begun.append(name)
            assert self.open.wait(20)
            return name
        return doing


async def settle(times=20):
    for _turn in range(times):
        await asyncio.sleep(0.005)


def run(scene):
    return asyncio.run(scene)


def test_work_is_done_and_answered():
    async def scene():
        engine = Engine(threads=1)
        assert await engine.run(lambda: 42, "page", 1) == 42
        engine.close()
    run(scene())


def test_what_work_raises_reaches_whoever_asked():
    async def scene():
        engine = Engine(threads=1)
        with pytest.raises(ZeroDivisionError):
            await engine.run(lambda: 1 // 0, "page", 1)
        assert await engine.run(lambda: "still there", "page", 2) == "still there"
        engine.close()
    run(scene())


def test_a_newer_request_takes_the_place_of_one_that_waits():
    async def scene():
        engine, gate = Engine(threads=1), Gate()
        first = asyncio.ensure_future(engine.run(gate.work("first"), "page", 1))
        await settle()
        second = asyncio.ensure_future(engine.run(gate.work("second"), "page", 2))
        await settle()
        third = asyncio.ensure_future(engine.run(gate.work("third"), "page", 3))
        await settle()
        gate.open.set()
        assert await first == "first"
        with pytest.raises(Superseded):
            await second
        assert await third == "third"
        assert gate.begun == ["first", "third"]
        engine.close()
    run(scene())


def test_an_older_request_that_arrives_late_is_dropped():
    async def scene():
        engine = Engine(threads=1)
        await engine.run(lambda: None, "page", 5)
        with pytest.raises(Superseded):
            await engine.run(lambda: None, "page", 4)
        assert await engine.run(lambda: "other page", "another", 1) == "other page"
        engine.close()
    run(scene())


def test_pages_are_served_in_turn():
    async def scene():
        engine, gate = Engine(threads=1), Gate()
        asked = [asyncio.ensure_future(engine.run(gate.work(page), page, 1)) for page in ("a", "b", "c")]
        await settle()
        asked.append(asyncio.ensure_future(engine.run(gate.work("a again"), "a", 2)))
        await settle()
        gate.open.set()
        await asyncio.gather(*asked)
        assert gate.begun == ["a", "b", "c", "a again"]
        engine.close()
    run(scene())


def test_beyond_what_may_wait_the_answer_is_busy_at_once():
    async def scene():
        engine, gate = Engine(threads=1, waiting=2), Gate()
        asked = [asyncio.ensure_future(engine.run(gate.work(page), page, 1)) for page in ("a", "b", "c")]
        await settle()
        with pytest.raises(Busy):
            await engine.run(gate.work("d"), "d", 1)
        gate.open.set()
        assert await asyncio.gather(*asked) == ["a", "b", "c"]
        engine.close()
    run(scene())


def test_who_waited_too_long_is_told_to_come_again():
    async def scene():
        engine, gate = Engine(threads=1, patience=0.05), Gate()
        first = asyncio.ensure_future(engine.run(gate.work("first"), "a", 1))
        await settle()
        second = asyncio.ensure_future(engine.run(gate.work("second"), "b", 1))
        await asyncio.sleep(0.2)
        gate.open.set()
        assert await first == "first"
        with pytest.raises(Busy):
            await second
        assert gate.begun == ["first"]
        engine.close()
    run(scene())


def test_work_that_takes_too_long_is_given_up_and_the_desk_goes_on():
    async def scene():
        engine, gate = Engine(threads=1, patience=0.05, limit=0.05), Gate()
        with pytest.raises(TooSlow, match="second"):
            await engine.run(gate.work("slow"), "a", 1)
        gate.open.set()
        await settle()
        assert await engine.run(lambda: "next", "a", 2) == "next"
        engine.close()
    run(scene())


def test_memory_of_pages_is_bounded():
    async def scene():
        engine = Engine(threads=1)
        for page in range(MOST_PAGES + 10):
            engine._count(str(page), 1)
        assert len(engine._newest) == MOST_PAGES
        engine.close()
    run(scene())
