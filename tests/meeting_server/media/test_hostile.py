"""Hostile datagrams, of strangers and of somebody who joined: nothing escapes into the loop, the log stays quiet,
others hear on. ``tests/cases/media`` holds inputs on which parsers of aiortc and aioice once raised."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aioice.ice
import pytest
from aioice import stun as stun_of
from aiortc import RTCPeerConnection
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Error, Policy, Session

from meeting_server.media import feedback
from meeting_server.media.engine import Gone, TrackStarted
from meeting_server.media.feed import Feed
from meeting_server.media.peer import MAX_CHECKED, new_certificate
from meeting_server.media.recorder import RoomJournal
from meeting_server.media.room import Room
from meeting_server.media.rtp import header, payload_of, read_header
from meeting_server.media.settings import NodeSettings
from meeting_server.media.source import MAX_TRACKS, MOST_PACKETS
from tests.meeting_server.media.clients import Client, Voice, speech_like, until
from tests.meeting_server.media.conftest import Rig
from tests.meeting_server.media.test_sdp import THREE

COOKIE = 0x2112A442
FOUND = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "cases/media").glob("stun_*.bin"))]


def stun(body: bytes, kind: int = 1) -> bytes:
    return struct.pack("!HHI", kind, len(body), COOKIE) + bytes(12) + body


OWN = [
    b"", b"\x00", bytes(19), bytes(20), stun(b""), stun(b"\x00\x06\x00\x08ab"), stun(b"\x00\x24\x00\x04\x01"),
    stun(b"\x00\x24\x00\x01\x01\x00\x00\x00"), stun(b"\x80\x28\x00\x02\x01\x02\x00\x00"), stun(b"\x00\x0d\x00\x00"),
    stun(b"\x00\x06\x00\x04\xff\xfe\xfd\xfc"), stun(b"\x80\x2a\x00\x03\x01\x02\x03\x00"), stun(b"", 0x3FFF),
    b"\x16\xfe\xfd" + bytes(40), b"\x80\x6f" + bytes(10), b"\x80\xc8\x00\x06" + bytes(24), b"\x9f\x6f" + bytes(60),
]  # fmt: skip


class Watch:
    """How much of what ``speaker`` says ``listener`` hears: by what was really sent, for the machine may be busy."""

    def __init__(self, speaker: Client, voice: Voice, listener: Client) -> None:
        self._voice, self._listener = voice, listener
        self._sent, self._heard = voice.sent, len(listener.heard)

    async def heard_on(self) -> None:
        wanted = (self._voice.sent - self._sent) * 8 // 10
        assert wanted > 50, "the time was too short to judge by"
        await until(lambda: len(self._listener.heard) - self._heard >= wanted, 10)


async def talking(rig: Rig) -> tuple[Client, Voice, Client]:
    """Somebody who speaks, and somebody who hears them."""
    await rig.link.open("r")
    voice = Voice(speech_like(60))
    one, two = rig.client("one", voice), rig.client("two", Voice())
    await one.join(rig.link, "r")
    await two.join(rig.link, "r")
    await until(lambda: len(two.heard) > 50, 10)
    return one, voice, two


def port_of(rig: Rig, session: str) -> tuple[str, int]:
    candidate = rig.node._rooms["r"].participants[session].peer._ice.local_candidates[0]
    return candidate.host, candidate.port


@pytest.fixture
def escaped() -> list[dict[str, Any]]:
    """What the loop had to catch."""
    return []


async def test_junk_from_a_stranger_disturbs_nobody(
    rig: Rig, caplog: pytest.LogCaptureFixture, escaped: list[dict[str, Any]]
) -> None:
    watch = Watch(*await talking(rig))
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    caplog.set_level(logging.WARNING)
    junk = random.Random(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(100):
            for data in [*OWN, *FOUND, bytes([0x80, 0x6F]) + junk.randbytes(junk.randint(10, 200))]:
                stranger.sendto(data, port_of(rig, "one"))
            await asyncio.sleep(0.02)  # the pace of the flood: about a thousand datagrams a second
    await watch.heard_on()
    assert escaped == []
    assert len(caplog.records) <= 2


async def test_forged_packets_from_elsewhere_neither_silence_nor_keep_alive(rig: Rig) -> None:
    """More of them than a voice may send; then the voice is cut off, and they do not make it seem to be there."""
    one, voice, two = await talking(rig)
    source = rig.node._rooms["r"].participants["one"].source
    assert source is not None
    assert source.reception is not None
    forged = header(source._payload_type, False, 1, 1, source.reception.ssrc, b"\xbe\xde\x00\x01\x10\x05\x00\x00")
    target = port_of(rig, "one")

    async def flood() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            while True:
                for _ in range(MOST_PACKETS):
                    stranger.sendto(forged + bytes(60), target)
                    stranger.sendto(b"\x16\xfe\xfd" + bytes(40), target)
                await asyncio.sleep(0.04)

    flooding = asyncio.create_task(flood())
    watch = Watch(one, voice, two)
    await asyncio.sleep(2)  # the time over which what is heard is judged
    await watch.heard_on()
    pair = one.peer.getTransceivers()[0].sender.transport.transport._connection._nominated[1]
    pair.protocol.datagram_received = lambda data, addr: None
    pair.protocol.transport.sendto = lambda data, addr: None
    await rig.hears(Gone, session="one", why="no_rtp", within=10)
    flooding.cancel()


async def test_who_joined_and_sends_junk_disturbs_nobody_else(rig: Rig, escaped: list[dict[str, Any]]) -> None:
    """With the right keys: other sources' numbers, empty and huge payloads, reports of every loss, ever new checks."""
    one, voice, two = await talking(rig)
    bad = rig.client("bad", Voice(speech_like(60, 3)))
    await bad.join(rig.link, "r")
    await rig.hears(TrackStarted, session="bad")
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    transport = bad.peer.getTransceivers()[0].sender.transport
    pair = transport.transport._connection._nominated[1]
    junk = random.Random(2)
    watch = Watch(one, voice, two)
    ours = {writer.ssrc for p in rig.node._rooms["r"].participants.values() for writer in p.writers}
    for _ in range(60):
        for data in hostile(junk, transport._tx_srtp, sorted(ours)):
            pair.protocol.transport.sendto(data, pair.remote_addr)
        await asyncio.sleep(0.03)  # the pace of the flood
    await watch.heard_on()
    assert escaped == []
    assert len(rig.said(TrackStarted, session="bad")) <= MAX_TRACKS
    assert rig.said(Gone, session="one") == rig.said(Gone, session="two") == []
    assert not rig.node._rooms["r"].participants["two"].line.weak


def hostile(junk: random.Random, srtp: Session, known: list[int]) -> Iterator[bytes]:
    for size in (0, 1, 28, 1276, 1300):
        head = header(junk.choice((0, 96, 111)), True, junk.getrandbits(16), junk.getrandbits(32), junk.getrandbits(32),
                      b"\xbe\xde\x00\x01\x10" + junk.randbytes(3))  # fmt: skip
        yield srtp.protect(head + junk.randbytes(size))
    lost = tuple(feedback.Reception(ssrc, 0).report(999, 0, 0) for ssrc in known[:20])
    yield srtp.protect_rtcp(feedback.compound(junk.getrandbits(32), (), lost, 0))
    yield srtp.protect_rtcp(b"\x80\xc8" + struct.pack("!H", junk.getrandbits(16)) + junk.randbytes(40))
    yield header(111, True, 1, 1, 7, b"") + bytes(1600)
    yield b"\x80\xc9" + bytes(1900)
    yield b"\x16\xfe\xfd" + junk.randbytes(100)
    yield stun(junk.randbytes(24))
    yield srtp.protect(header(111, False, 1, 1, 7, b"") + bytes(20))[:-3]


# -- every parser, by itself -------------------------------------------------------------------------------------------


async def _none() -> RoomJournal:
    raise AssertionError("this room's hall has one microphone")


class Alone:
    """A room with one participant whose keys are known, outside of any network."""

    KEY = bytes(range(30))

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self._make(folder))

    async def _make(self, folder: Path) -> None:
        given = NodeSettings(folder / "run", folder / "rec", ("127.0.0.1",), disk_reserve=0)
        journal = RoomJournal(folder / "r")
        journal.open()
        self.room = Room("r", given, journal, Feed(folder / "feed.sock", list), lambda event: None, _none)
        await self.room.gate(capture=True, remote_sound=True)
        await self.room.join("one", "hall", THREE, new_certificate(), speak=True, hear=True, weak=False)
        self.one = self.room.participants["one"]
        peer = self.one.peer
        peer._dtls._rx_srtp = Session(Policy(key=self.KEY, ssrc_type=Policy.SSRC_ANY_INBOUND))
        peer._dtls._tx_srtp = Session(Policy(key=self.KEY, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
        peer._sendto = lambda data, address: None
        self.browser = Session(Policy(key=self.KEY, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
        self.socket = peer._ice._protocols[0]
        self.checked = ("127.0.0.1", 9)
        peer._ice.checked[self.checked] = None

    def take(self, data: bytes, address: tuple[str, int]) -> None:
        async def work() -> None:
            self.socket.datagram_received(data, address)
            self.room.tick()

        self.loop.run_until_complete(work())

    def close(self) -> None:
        self.loop.run_until_complete(self.room.close())
        self.loop.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    made = Alone(tmp_path_factory.mktemp("alone"))
    yield made
    made.close()


WORD, LONG = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
ATTRIBUTES = st.lists(st.tuples(st.sampled_from([1, 6, 8, 9, 0x0D, 0x12, 0x14, 0x15, 0x20, 0x24, 0x25, 0x8022, 0x8028,
                                                 0x8029, 0x802A]) | WORD, WORD, st.binary(max_size=40)))  # fmt: skip
CHECKS = st.builds(
    lambda kind, told: stun(b"".join(struct.pack("!HH", a, len(b) if n % 3 else n) + b for a, n, b in told), kind),
    st.sampled_from([1, 0x101, 0x111, 0x11, 3]) | WORD, ATTRIBUTES,
)  # fmt: skip
SOUNDS = st.builds(
    lambda first, second, sequence, time, ssrc, rest: struct.pack("!BBHII", first, second, sequence, time, ssrc) + rest,
    st.integers(128, 191), st.sampled_from([111, 239, 0, 127, 200]) | st.integers(0, 255), WORD, LONG,
    st.sampled_from([7, 8]) | LONG, st.binary(max_size=120),
)  # fmt: skip
REPORTS = st.builds(
    lambda first, kind, words, rest: struct.pack("!BBH", first, kind, words) + rest,
    st.integers(128, 191), st.integers(192, 223), st.integers(0, 40) | WORD, st.binary(min_size=4, max_size=200),
)  # fmt: skip
HANDSHAKES = st.builds(lambda first, rest: bytes([first]) + rest, st.integers(20, 63), st.binary(max_size=200))
HUGE = st.builds(lambda head, size: head + bytes(size), SOUNDS | REPORTS | CHECKS, st.integers(1300, 3000))
DATAGRAMS = HUGE | st.binary(max_size=300) | CHECKS | SOUNDS | REPORTS | HANDSHAKES | st.sampled_from(OWN + FOUND)


@settings(deadline=None, max_examples=300)
@given(data=DATAGRAMS, known=st.booleans())
def test_no_datagram_whatever_raises(alone: Alone, data: bytes, known: bool) -> None:
    alone.take(data, alone.checked if known else ("127.0.0.1", 10))
    assert list(alone.one.peer._ice.checked) == [alone.checked]


@settings(deadline=None, max_examples=300)
@given(data=SOUNDS | REPORTS)
def test_no_datagram_with_the_right_key_raises(alone: Alone, data: bytes) -> None:
    """What a hostile member's browser can have encrypted. The journal it ends in stays readable."""
    with contextlib.suppress(Error):  # libsrtp encrypts no nonsense
        protect = alone.browser.protect_rtcp if 192 <= data[1] <= 223 else alone.browser.protect
        alone.take(protect(data), alone.checked)


async def test_ever_new_addresses_do_not_grow_what_is_kept(rig: Rig) -> None:
    """Each with the right password, as a browser behind a mad translator of addresses would."""
    await rig.link.open("r")
    one = rig.client("one", Voice())
    await one.join(rig.link, "r")
    ice = rig.node._rooms["r"].participants["one"].peer._ice
    socket_of = ice._protocols[0]
    for port in range(10_000, 10_000 + 3 * MAX_CHECKED):
        socket_of.datagram_received(_check(one.peer), ("127.0.0.1", port))
        ice._checks = [0, 0]
    assert len(ice.checked) == MAX_CHECKED
    assert len(ice._check_list) <= MAX_CHECKED + 1
    assert len(ice._remote_candidates) <= MAX_CHECKED + 1
    assert ice._nominated[1].remote_addr in ice.checked


def _check(peer: RTCPeerConnection) -> bytes:
    ice: aioice.ice.Connection = peer.getTransceivers()[0].sender.transport.transport._connection
    request = ice.build_request(ice._nominated[1], nominate=False)
    assert isinstance(request, stun_of.Message)
    assert ice.remote_password is not None
    request.add_message_integrity(ice.remote_password.encode())
    return bytes(request)


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
