"""What a meeting wishes of the media node: shutting is certain, opening is kept while the node is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from meeting_server.live.sound import RoomSound
from meeting_server.media.engine import MediaEvent, SessionStats
from meeting_server.media.errors import BadOffer, NodeDown
from tests.meeting_server.media.clients import until


class Engine:
    """A media node as the server sees it: remembers gates, can be away."""

    def __init__(self) -> None:
        self.up = True
        self.gates: dict[str, tuple[bool, bool]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.connected: set[str] = set()
        self.free = asyncio.Event()  # joins wait for it
        self.free.set()

    def _ask(self, *what: Any) -> None:
        if not self.up:
            raise NodeDown("away")
        self.asked.append(what)

    async def open(self, room: str) -> None:
        self._ask("open", room)
        self.gates.setdefault(room, (False, False))

    async def close(self, room: str) -> None:
        self._ask("close", room)
        self.gates.pop(room, None)

    async def join(self, room: str, session: str, seat: str, sdp: str, **_: bool) -> str:
        self._ask("join", room, session)
        await self.free.wait()
        if sdp == "bad":
            raise BadOffer("no SDP")
        self.connected.add(session)
        return "answer"

    async def leave(self, room: str, session: str) -> None:
        self._ask("leave", room, session)
        self.connected.discard(session)

    async def gate(self, room: str, *, capture: bool, remote_sound: bool) -> None:
        self._ask("gate", room, capture, remote_sound)
        self.gates[room] = (capture, remote_sound)

    async def floor(self, room: str, session: str) -> None:
        self._ask("floor", room, session)

    async def mute(self, room: str, session: str, muted: bool) -> None:
        self._ask("mute", room, session, muted)

    async def purge(self, room: str, since: int, until: int) -> None:
        self._ask("purge", room, since, until)

    async def stats(self, room: str) -> tuple[SessionStats, ...]:
        return ()

    async def events(self) -> AsyncIterator[MediaEvent]:
        return
        yield


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def sound(engine: Engine) -> RoomSound:
    sound = RoomSound(engine, None)
    sound.node_came(())
    return sound


async def call(sound: RoomSound, session: str) -> str:
    return await sound.call("m", session, "remote", "v=0", speak=True, hear=True, weak=False)


async def test_before_the_opening_people_hear_each_other_and_nothing_is_captured(
    sound: RoomSound, engine: Engine
) -> None:  # fmt: skip
    assert await call(sound, "s1") == "answer"
    assert engine.gates["m"] == (False, True)


@pytest.mark.parametrize(
    ("record", "transcribe", "gate"),
    [(True, True, (True, True)), (False, True, (True, True)), (False, False, (False, True))],
)
async def test_the_gate_opens_as_far_as_was_decided(
    sound: RoomSound, engine: Engine, record: bool, transcribe: bool, gate: tuple[bool, bool]
) -> None:
    await sound.open("m", record=record, transcribe=transcribe)
    assert engine.gates["m"] == gate


async def test_a_pause_keeps_the_sound_and_secret_contents_cut_it(sound: RoomSound, engine: Engine) -> None:
    await sound.open("m", record=True, transcribe=True)
    await sound.shut("m", "pause")
    assert engine.gates["m"] == (False, True)
    await sound.shut("m", "secret")
    assert engine.gates["m"] == (False, False)


async def test_a_shut_that_is_not_certain_raises(sound: RoomSound, engine: Engine) -> None:
    await sound.open("m", record=True, transcribe=True)
    engine.up = False
    with pytest.raises(NodeDown):
        await sound.shut("m", "pause")


async def test_opening_without_the_node_is_said_when_something_is_to_be_captured(
    sound: RoomSound, engine: Engine
) -> None:  # fmt: skip
    engine.up = False
    sound.node_went()
    await sound.open("m", record=False, transcribe=False)
    with pytest.raises(NodeDown):
        await sound.open("m", record=True, transcribe=True)
    await asyncio.sleep(0)
    sound.forget_wishes()


async def test_a_room_where_nothing_was_opened_is_shut_without_the_node(sound: RoomSound, engine: Engine) -> None:
    engine.up = False
    sound.node_went()
    await sound.shut("m", "closed")
    await asyncio.sleep(0)
    sound.forget_wishes()


async def test_after_a_restart_of_the_server_shutting_is_certain_again(sound: RoomSound, engine: Engine) -> None:
    sound.resume("m", ["s1"])
    engine.up = False
    with pytest.raises(NodeDown):
        await sound.shut("m", "pause")


async def test_the_last_to_go_closes_a_room_that_is_not_captured(sound: RoomSound, engine: Engine) -> None:
    await call(sound, "s1")
    await call(sound, "s2")
    await sound.hang_up("m", "s1")
    assert "m" in engine.gates
    await sound.hang_up("m", "s2")
    assert "m" not in engine.gates
    await call(sound, "s3")
    assert engine.gates["m"] == (False, True)


async def test_a_captured_room_stays_when_everybody_is_cut_off(sound: RoomSound, engine: Engine) -> None:
    await call(sound, "s1")
    await sound.open("m", record=True, transcribe=True)
    await sound.hang_up("m", "s1")
    assert engine.gates["m"] == (True, True)
    await sound.shut("m", "closed")
    assert "m" not in engine.gates


async def test_while_preparing_wishes_are_laid_down_and_not_waited_for(engine: Engine) -> None:
    sound = RoomSound(engine, None)
    sound.preparing = True
    engine.up = False
    await sound.open("m", record=True, transcribe=True)
    await sound.shut("n", "secret")
    await asyncio.sleep(0)
    sound.forget_wishes()


async def test_without_the_node_an_offer_is_refused_at_once(sound: RoomSound, engine: Engine) -> None:
    sound.node_went()
    with pytest.raises(NodeDown):
        await call(sound, "s1")
    assert not engine.asked


async def test_who_is_muted_before_they_have_sound_comes_in_muted(sound: RoomSound, engine: Engine) -> None:
    await sound.mute("m", "s1", True)
    assert engine.asked == []
    await call(sound, "s1")
    assert engine.asked[-2:] == [("mute", "m", "s1", True), ("join", "m", "s1")], "never a moment unmuted"
    await call(sound, "s2")
    assert engine.asked[-1] == ("join", "m", "s2")


async def test_a_mute_is_told_once_until_it_changes(sound: RoomSound, engine: Engine) -> None:
    await call(sound, "s1")
    for muted in (False, True, True, False):
        await sound.mute("m", "s1", muted)
    assert engine.asked[-2:] == [("mute", "m", "s1", True), ("mute", "m", "s1", False)]
    assert [what for what, *_ in engine.asked].count("mute") == 2


async def test_a_node_started_anew_hears_of_mutes_and_of_the_floor(sound: RoomSound, engine: Engine) -> None:
    await call(sound, "s1")
    await sound.floor("m", "s1")
    await sound.mute("m", "s2", True)
    sound.node_went()
    sound.node_came(())
    engine.asked.clear()
    await call(sound, "s2")
    assert ("floor", "m", "s1") in engine.asked
    assert engine.asked[-2:] == [("mute", "m", "s2", True), ("join", "m", "s2")]


async def test_a_mute_that_cannot_be_told_raises_and_is_not_held_to_be_done(sound: RoomSound, engine: Engine) -> None:
    await call(sound, "s1")
    sound.node_went()
    with pytest.raises(NodeDown):
        await sound.mute("m", "s1", True)
    await sound.mute("m", "s1", False)
    sound.node_came(("m",))
    await sound.mute("m", "s1", True)
    assert engine.asked[-1] == ("mute", "m", "s1", True)


async def test_who_hangs_up_while_the_node_still_answers_leaves_nothing_behind(
    sound: RoomSound, engine: Engine
) -> None:  # fmt: skip
    engine.free.clear()
    calling = asyncio.create_task(call(sound, "s1"))
    await until(lambda: ("join", "m", "s1") in engine.asked, 5)
    going = asyncio.create_task(sound.hang_up("m", "s1"))
    await asyncio.sleep(0)
    engine.free.set()
    await asyncio.gather(calling, going)
    assert engine.connected == set()
    assert sound.sessions("m") == frozenset()
    assert "m" not in engine.gates


async def test_a_call_that_was_given_up_is_ended_with_its_session(sound: RoomSound, engine: Engine) -> None:
    engine.free.clear()
    calling = asyncio.create_task(call(sound, "s1"))
    await until(lambda: ("join", "m", "s1") in engine.asked, 5)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await sound.hang_up("m", "s1")
    assert ("leave", "m", "s1") in engine.asked
    assert sound.sessions("m") == frozenset()


async def test_a_refused_offer_leaves_who_was_not_there_out_and_who_was_there_in(
    sound: RoomSound, engine: Engine
) -> None:  # fmt: skip
    with pytest.raises(BadOffer):
        await sound.call("m", "s1", "remote", "bad", speak=True, hear=True, weak=False)
    assert sound.sessions("m") == frozenset()
    await call(sound, "s1")
    with pytest.raises(BadOffer):
        await sound.call("m", "s1", "remote", "bad", speak=True, hear=True, weak=False)
    assert sound.sessions("m") == {"s1"}
