"""The loopback link lets in only who knows the token and speaks the version."""

from __future__ import annotations

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from transcription.link import LinkClosed, LinkRefused
from transcription.link.frames import hello
from transcription.link.websocket import WebSocketHub, WebSocketTaker
from transcription.wire import pack

TOKEN = "a-token-for-the-tests"


async def test_a_wrong_token_is_refused() -> None:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    await hub.start()
    with pytest.raises(LinkRefused):
        await WebSocketTaker.connect(hub.url, "another-token-altogether", "w")
    assert hub.workforce().workers == 0
    await hub.stop()


async def test_a_short_token_is_no_token() -> None:
    with pytest.raises(ValueError, match="16"):
        WebSocketHub("127.0.0.1", 0, "")


async def test_no_hub_is_said_as_such() -> None:
    with pytest.raises(LinkClosed):
        await WebSocketTaker.connect("ws://127.0.0.1:9", TOKEN, "w")


@pytest.mark.parametrize(
    "greeting",
    [
        pack({"type": "hello", "v": 2, "role": "worker", "name": "w"}),
        pack({"type": "take"}),
        hello("king", "w"),
        b"\x00\x00",
    ],
)
async def test_a_wrong_greeting_is_refused(greeting: bytes) -> None:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    await hub.start()
    async with connect(hub.url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, proxy=None) as socket:
        await socket.send(greeting)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400
    await hub.stop()


async def test_a_worker_may_not_offer_jobs() -> None:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    await hub.start()
    taker = await WebSocketTaker.connect(hub.url, TOKEN, "w")
    await taker._socket.send(pack({"type": "progress", "room": "r", "owed_ms": 0}))
    with pytest.raises(LinkClosed):
        await taker.take()
    await hub.stop()
