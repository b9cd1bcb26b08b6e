"""Strangers' datagrams at a live node: nothing escapes into the loop, the log stays quiet, others hear on."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting_server.media import feedback
from meeting_server.media.rtp import payload_of, read_header
from tests.meeting_server.media.clients import Voice, speech_like, until
from tests.meeting_server.media.conftest import Rig

COOKIE = 0x2112A442


def found() -> list[bytes]:
    shared = Path(os.environ.get("HOPCHIBO_SHARED", Path(__file__).parents[4] / "shared"))
    return [path.read_bytes() for path in sorted((shared / "reference/security/fuzz_found").glob("stun_*.bin"))]


def stun(body: bytes, kind: int = 1) -> bytes:
    return struct.pack("!HHI", kind, len(body), COOKIE) + bytes(12) + body


OWN = [
    b"", b"\x00", bytes(19), bytes(20), stun(b""), stun(b"\x00\x06\x00\x08ab"), stun(b"\x00\x24\x00\x04\x01"),
    stun(b"\x00\x24\x00\x01\x01\x00\x00\x00"), stun(b"\x80\x28\x00\x02\x01\x02\x00\x00"), stun(b"\x00\x0d\x00\x00"),
    stun(b"\x00\x06\x00\x04\xff\xfe\xfd\xfc"), stun(b"\x80\x2a\x00\x03\x01\x02\x03\x00"), stun(b"", 0x3FFF),
    b"\x16\xfe\xfd" + bytes(40), b"\x80\x6f" + bytes(10), b"\x80\xc8\x00\x06" + bytes(24), b"\x9f\x6f" + bytes(60),
]  # fmt: skip


async def test_junk_from_a_stranger_disturbs_nobody(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    await rig.link.open("r")
    one, two = rig.client("one", Voice(speech_like(60))), rig.client("two", Voice())
    await one.join(rig.link, "r")
    await two.join(rig.link, "r")
    await until(lambda: len(two.heard) > 50, 10)
    escaped: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    caplog.set_level(logging.WARNING)
    target = rig.node._rooms["r"].participants["one"].peer._ice.local_candidates[0]
    junk = random.Random(1)
    begun, count = asyncio.get_running_loop().time(), len(two.heard)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(100):
            for data in [*OWN, *found(), bytes([0x80, 0x6F]) + junk.randbytes(junk.randint(10, 200))]:
                stranger.sendto(data, (target.host, target.port))
            await asyncio.sleep(0.02)  # the pace of the flood: about a thousand datagrams a second
    frames = (len(two.heard) - count) / (asyncio.get_running_loop().time() - begun)
    assert frames > 45
    assert escaped == []
    assert len(caplog.records) <= 2


@given(st.binary(max_size=300), st.integers(0, 15))
def test_no_header_whatever_raises(data: bytes, level_id: int) -> None:
    read = read_header(data, level_id)
    if read is not None:
        assert read[6] <= len(data)
        payload_of(data, read[6])


@given(st.binary(max_size=300))
def test_no_report_whatever_raises(data: bytes) -> None:
    for told in feedback.read(data):
        if isinstance(told, feedback.Told):
            assert 0 <= told.loss <= 1000
            told.round_trip(1_700_000_000_000)
