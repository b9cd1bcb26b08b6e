"""A session outlives its socket by a grace; a browser that takes nothing is cut off and comes back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.websockets import WebSocketState

from meeting_server.live.entrant import Entrant
from meeting_server.live.session import LiveSocket, Surroundings
from meeting_server.live.signalling import TOO_SLOW
from meeting_server.media.engine import Echo
from tests.meeting_server.place import MEMBER, Place


async def test_a_line_that_stays_cut_is_written_down_as_lost(place: Place) -> None:
    place.running.registry._grace = 0.2
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as chair:
        async with place.live(meeting, client, device="phone") as live:
            await live.told("welcome")
            await chair.until(lambda: len(chair.views.get("people", [])) == 2)
        await chair.until(lambda: len(chair.views["people"]) == 1)
    left = [entry.event for entry in await place.running.meetings.entries(meeting) if entry.kind == "Left"]
    assert [event.reason for event in left] == ["lost"]


async def test_coming_back_within_the_grace_is_no_leaving(place: Place) -> None:
    place.running.registry._grace = 5
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    for _ in range(3):
        async with place.live(meeting, client, device="phone", tab="one") as live:
            await live.told("welcome")
    assert not [entry for entry in await place.running.meetings.entries(meeting) if entry.kind == "Left"]


async def test_who_comes_back_is_told_whether_the_sound_goes_on(place: Place) -> None:
    """Only a broken sound is made anew: a cut of the socket alone is not heard."""
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, client, device="phone", tab="one") as live:
        welcome = await live.told("welcome")
        assert not welcome["sound"]
    session = welcome["you"]["session"]
    place.running.sound.resume(meeting, [session])
    place.running.meetings.live(meeting, session, weak=True)
    async with place.live(meeting, client, device="phone", tab="one") as live:
        assert (await live.told("welcome"))["sound"]
        await live.until(lambda: live.views.get("people", [{}])[0].get("weak") is True)


async def test_an_echoing_device_is_named_at_the_desk(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with (
        place.live(meeting, place.signed_in("thuky"), device="computer") as desk,
        place.live(meeting, client, device="phone") as live,
    ):
        session = (await live.told("welcome"))["you"]["session"]

        def echoes() -> dict[str, bool]:
            return {one["session"]: one["echo"] for one in desk.views.get("people", [])}

        for echo in (True, False):
            await place.running.node._hear(Echo(meeting, session, echo))
            await desk.until(lambda echo=echo: echoes().get(session) is echo)


class Deaf:
    """A browser that greets and then takes nothing any more."""

    def __init__(self) -> None:
        self.client = None
        self.application_state = WebSocketState.CONNECTED
        self.closed: int | None = None
        self.sent = 0
        self._greeting = [
            json.dumps({"type": "hello", "v": 1, "versions": {}, "tab": "t", "device": "computer", "informed": True})
        ]
        self._gone = asyncio.Event()

    async def accept(self) -> None: ...

    async def receive(self) -> dict[str, Any]:
        if self._greeting:
            return {"type": "websocket.receive", "text": self._greeting.pop()}
        await self._gone.wait()
        return {"type": "websocket.disconnect"}

    async def send_text(self, text: str) -> None:
        self.sent += 1
        if self.sent > 2:
            await asyncio.sleep(3600)

    async def close(self, code: int) -> None:
        self.closed = code
        self._gone.set()


async def test_a_browser_that_takes_nothing_is_cut_off(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meeting_server.live.session.SEND_S", 0.2)
    meeting = await place.meeting()
    running, deaf = place.running, Deaf()
    around = Surroundings(running.meetings, running.sound, running.registry, lambda _: [])

    async def open_door(*_: object) -> Entrant:
        member = place.ids["Vi Văn Thuận"]
        return Entrant(f"member:{member}", "Vi Văn Thuận", member)

    task = asyncio.create_task(LiveSocket(deaf, meeting, around).run(open_door))  # type: ignore[arg-type]
    async with place.live(meeting, place.signed_in("thuky"), device="computer") as other:
        await other.told("welcome")
    async with asyncio.timeout(10):
        await task
    assert deaf.closed == TOO_SLOW
    assert running.registry.open_sockets == 0
