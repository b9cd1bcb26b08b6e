"""Ranges of bytes at hand: what RFC 9110 says, and no header whatever breaks anything."""

from __future__ import annotations

import asyncio

import pytest
from fastapi.responses import Response, StreamingResponse
from hypothesis import given
from hypothesis import strategies as st

from meeting_server.http.ranges import served

DATA = bytes(range(100))


def answered(asked: str) -> tuple[Response, bytes]:
    reply = served(asked, len(DATA), lambda at, size: DATA[at : at + size], "audio/wav")

    async def body() -> bytes:
        return b"".join([bytes(piece) async for piece in reply.body_iterator])  # type: ignore[attr-defined]

    return reply, asyncio.run(body()) if isinstance(reply, StreamingResponse) else bytes(reply.body)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, DATA), ("bytes=0-", 206, DATA), ("bytes=10-19", 206, DATA[10:20]), ("bytes=90-500", 206, DATA[90:]),
        ("bytes=-5", 206, DATA[95:]), ("bytes=-500", 206, DATA), ("bytes=100-", 416, b""), ("bytes=20-10", 416, b""),
        ("bytes=-0", 416, b""), ("bytes=0-1,5-6", 200, DATA), ("lines=1-2", 200, DATA), ("bytes=-", 200, DATA),
    ],
)  # fmt: skip
def test_one_range_is_served_and_anything_else_whole(asked: str, status: int, part: bytes) -> None:
    reply, body = answered(asked)
    assert (reply.status_code, body) == (status, part)
    assert int(reply.headers["Content-Length"]) == len(part)
    assert reply.headers["Accept-Ranges"] == "bytes"


@given(st.text(max_size=60) | st.from_regex(r"bytes=[0-9]{0,20}-[0-9]{0,20}", fullmatch=True))
def test_whatever_is_asked_a_part_of_it_is_answered(asked: str) -> None:
    reply, body = answered(asked)
    assert body in DATA
    assert reply.status_code in (200, 206, 416)
