"""Light WebRTC clients for the load on a room: real ICE and DTLS-SRTP, encoded sound out, what comes in is counted."""

from __future__ import annotations

import asyncio
import re
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aioice import Candidate
from aiortc import RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from pylibsrtp import Error as SrtpError

from meeting_server.media.engine import ControlLink
from meeting_server.media.feedback import compound
from meeting_server.media.peer import _Ice, new_certificate
from meeting_server.media.rtp import extensions, header, is_rtcp, read_header
from meeting_server.media.settings import NodeSettings

ALONE = "127.0.0.1"
CERTIFICATE = new_certificate()
LOUD, QUIET = 20, 80
LEVEL_URI, MID_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level", "urn:ietf:params:rtp-hdrext:sdes:mid"
_STAMP = struct.Struct("<Id")
STAMP = 0x48434254


@dataclass(frozen=True, slots=True)
class Kind:
    """What a browser calls things in its offer: payload type of Opus, ids of the header extensions (0 = not offered),
    what its lines' mids begin with."""

    payload_type: int = 111
    level_id: int = 1
    mid_id: int = 0
    mids: str = ""


CHROMIUM = Kind(111, 1, 4)
FIREFOX = Kind(109, 1, 3)
FAR_OFF = Kind(96, 9, 12, "audio")  # nobody's; neither of the two above can be taken for it
PLAIN = Kind()


class LightPeer:
    """``received`` and ``bytes_in`` count RTP; every ``sample``-th packet is decrypted and handed to ``take``."""

    def __init__(
        self, address: str, sample: int = 0, take: Callable[[bytes], None] | None = None, kind: Kind = PLAIN
    ) -> None:
        self.kind = kind
        self._ice = _Ice(NodeSettings(Path(), Path(), (address,)), self._media)
        self._ice.ice_controlling = True
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [CERTIFICATE])
        self._sample, self._take = sample, take
        self.received = self.bytes_in = self.sent = 0
        self.ssrc = secrets.randbelow(1 << 32)
        self._sequence, self._time = secrets.randbelow(1 << 15), secrets.randbelow(1 << 31)
        own = f"{kind.mids}0"
        self._extension = {level: extensions(kind.mid_id, own, kind.level_id, level) for level in (LOUD, QUIET)}
        self._send: Callable[[bytes, tuple[str, int]], None] | None = None
        self._address = ("", 0)

    async def offer(self, slots: int, *, speak: bool = True) -> str:
        """One line both ways and ``slots`` − 1 to receive."""
        own = "sendrecv" if speak else "recvonly"
        mids = {f"{self.kind.mids}{number}": own if number == 0 else "recvonly" for number in range(slots)}
        return await self._described(mids, "actpass")

    async def answer(self, offer: str) -> str:
        """Receive all that is offered; then ``accept`` the same offer."""
        self._ice.ice_controlling = False
        opus = re.search(r"^m=audio \d+ \S+ (\d+)", offer, re.M)
        self.kind = Kind(int(opus[1]) if opus else self.kind.payload_type, level_id=0)
        mids = re.findall(r"^a=mid:(.*?)\r?$", offer, re.M)
        return await self._described(dict.fromkeys(mids, "recvonly"), "active")

    async def _described(self, mids: dict[str, str], setup: str) -> str:
        """Lines by their mids and directions."""
        await self._ice.gather_candidates()
        print_of = next(f.value for f in CERTIFICATE.getFingerprints() if f.algorithm == "sha-256")
        kind = self.kind
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {' '.join(mids)}"]
        for mid, direction in mids.items():
            lines += [
                f"m=audio 9 UDP/TLS/RTP/SAVPF {kind.payload_type}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}",
                f"a={direction}", "a=rtcp-mux", f"a=rtpmap:{kind.payload_type} opus/48000/2",
                f"a=fmtp:{kind.payload_type} minptime=10;useinbandfec=1",
                *([f"a=extmap:{kind.level_id} {LEVEL_URI}"] if kind.level_id else []),
                *([f"a=extmap:{kind.mid_id} {MID_URI}"] if kind.mid_id else []),
                f"a=ice-ufrag:{self._ice.local_username}", f"a=ice-pwd:{self._ice.local_password}",
                f"a=fingerprint:sha-256 {print_of}", f"a=setup:{setup}",
                *([f"a=msid:m{mid} m{mid}", f"a=ssrc:{self.ssrc} cname:load"] if direction == "sendrecv" else []),
                *(f"a=candidate:{candidate.to_sdp()}" for candidate in self._ice.local_candidates),
                "a=end-of-candidates",
            ]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    async def accept(self, answer: str) -> None:
        """Connect to whoever answered (or offered)."""
        self._ice.remote_username = _told(answer, "ice-ufrag")
        self._ice.remote_password = _told(answer, "ice-pwd")
        for line in dict.fromkeys(re.findall(r"^a=candidate:(.*?)\r?$", answer, re.M)):
            if " udp " in line.lower():
                await self._ice.add_remote_candidate(Candidate.from_sdp(line))
        await self._ice.add_remote_candidate(None)
        self._dtls._set_role("server" if _told(answer, "setup") == "active" else "client")
        algorithm, value = _told(answer, "fingerprint").split()
        await self._ice.connect()
        await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint(algorithm, value)]))
        if self._dtls.state != "connected":
            raise ConnectionError("DTLS failed")
        pair = self._ice._nominated[1]
        self._send, self._address = pair.protocol.transport.sendto, pair.remote_addr

    def speak(self, payload: bytes, level: int, samples: int = 960) -> None:
        """Send a packet; ``samples`` is the time since the last one."""
        self._sequence, self._time = (self._sequence + 1) & 0xFFFF, (self._time + samples) & 0xFFFFFFFF
        head = header(self.kind.payload_type, False, self._sequence, self._time, self.ssrc, self._extension[level])
        assert self._send is not None
        self._send(self._dtls._tx_srtp.protect(head + payload), self._address)
        self.sent += 1

    def skip(self) -> None:
        """A packet that was lost on the way."""
        self._sequence, self._time = (self._sequence + 1) & 0xFFFF, (self._time + 960) & 0xFFFFFFFF

    def report(self) -> None:
        assert self._send is not None
        packet = compound(self.ssrc, (), (), time.time_ns() // 1_000_000)
        self._send(self._dtls._tx_srtp.protect_rtcp(packet), self._address)

    def _media(self, data: bytes) -> None:
        if is_rtcp(data):
            return
        self.received += 1
        self.bytes_in += len(data)
        if self._sample and self.received % self._sample == 0 and self._take is not None:
            try:
                self._take(self._dtls._rx_srtp.unprotect(data))
            except SrtpError:
                return

    async def close(self) -> None:
        await self._dtls.stop()
        await self._ice.close()


async def joined(
    link: ControlLink, room: str, session: str, take: Callable[[bytes], None] | None = None, kind: Kind = PLAIN
) -> LightPeer:
    """A peer in a room of a node on this machine's loopback; ``take`` gets every packet."""
    peer = LightPeer(ALONE, 1 if take else 0, take, kind)
    answer = await link.join(room, session, "remote", await peer.offer(3), speak=True, hear=True)
    async with asyncio.timeout(20):
        await peer.accept(answer)
    return peer


async def paced(count: int, step: Callable[[int], object]) -> None:
    """Call ``step(number)`` every 20 ms."""
    loop, begun = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number * 0.02 - loop.time()))
        step(number)


def _told(answer: str, name: str) -> str:
    found = re.search(rf"^a={name}:(.*?)\r?$", answer, re.M)
    if found is None:
        raise ConnectionError(f"the answer says no {name}")
    return found[1]


def stamped(payload: bytes) -> bytes:
    """The payload with the time at its end: who forwards undecoded carries it on."""
    return payload + _STAMP.pack(STAMP, time.monotonic())


def delay_ms(packet: bytes) -> float | None:
    """How long a stamped packet was under way."""
    if len(packet) < 12 + _STAMP.size or read_header(packet, 0) is None:
        return None
    mark, sent = _STAMP.unpack_from(packet, len(packet) - _STAMP.size)
    return (time.monotonic() - sent) * 1000 if mark == STAMP else None
