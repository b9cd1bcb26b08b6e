"""Light WebRTC clients for the load on a room: real ICE and DTLS-SRTP, encoded sound out, what comes in is counted."""

from __future__ import annotations

import re
import secrets
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from aioice import Candidate
from aiortc import RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from pylibsrtp import Error as SrtpError

from meeting_server.media.feedback import compound
from meeting_server.media.peer import _Ice, new_certificate
from meeting_server.media.rtp import extensions, header, is_rtcp, read_header
from meeting_server.media.settings import NodeSettings

CERTIFICATE = new_certificate()
PAYLOAD_TYPE, LEVEL_ID = 111, 1
LOUD, QUIET = 20, 80
_STAMP = struct.Struct("<Id")
STAMP = 0x48434254


class LightPeer:
    """``received`` and ``bytes_in`` count RTP; every ``sample``-th packet is decrypted and handed to ``take``."""

    def __init__(self, address: str, sample: int = 0, take: Callable[[bytes], None] | None = None) -> None:
        self._ice = _Ice(NodeSettings(Path(), Path(), (address,)), self._media)
        self._ice.ice_controlling = True
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [CERTIFICATE])
        self._sample, self._take = sample, take
        self.received = self.bytes_in = self.sent = 0
        self.ssrc = secrets.randbelow(1 << 32)
        self._sequence, self._time = secrets.randbelow(1 << 15), secrets.randbelow(1 << 31)
        self._extension = {level: extensions(0, "", LEVEL_ID, level) for level in (LOUD, QUIET)}
        self._send: Callable[[bytes, tuple[str, int]], None] | None = None
        self._address = ("", 0)

    async def offer(self, slots: int, *, speak: bool = True) -> str:
        """One line both ways and ``slots`` − 1 to receive."""
        await self._ice.gather_candidates()
        print_of = next(f.value for f in CERTIFICATE.getFingerprints() if f.algorithm == "sha-256")
        mids = " ".join(str(number) for number in range(slots))
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
        for number in range(slots):
            lines += [
                f"m=audio 9 UDP/TLS/RTP/SAVPF {PAYLOAD_TYPE}", "c=IN IP4 0.0.0.0", f"a=mid:{number}",
                "a=sendrecv" if number == 0 and speak else "a=recvonly", "a=rtcp-mux",
                f"a=rtpmap:{PAYLOAD_TYPE} opus/48000/2", f"a=fmtp:{PAYLOAD_TYPE} minptime=10;useinbandfec=1",
                f"a=extmap:{LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
                f"a=ice-ufrag:{self._ice.local_username}", f"a=ice-pwd:{self._ice.local_password}",
                f"a=fingerprint:sha-256 {print_of}", "a=setup:actpass", f"a=msid:m{number} m{number}",
                *([f"a=ssrc:{self.ssrc} cname:load"] if number == 0 else []),
                *(f"a=candidate:{candidate.to_sdp()}" for candidate in self._ice.local_candidates),
                "a=end-of-candidates",
            ]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    async def accept(self, answer: str) -> None:
        """Connect to whoever answered."""
        self._ice.remote_username = _told(answer, "ice-ufrag")
        self._ice.remote_password = _told(answer, "ice-pwd")
        for line in dict.fromkeys(re.findall(r"^a=candidate:(.*?)\r?$", answer, re.M)):
            if " udp " in line.lower():
                await self._ice.add_remote_candidate(Candidate.from_sdp(line))
        await self._ice.add_remote_candidate(None)
        self._dtls._set_role("client" if _told(answer, "setup") == "passive" else "server")
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
        head = header(PAYLOAD_TYPE, False, self._sequence, self._time, self.ssrc, self._extension[level])
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
