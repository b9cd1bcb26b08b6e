"""Offers read and answers written: as much SDP (RFC 8866, RFC 8829, RFC 8843) as one audio room needs. Pure.

Every m-line is answered: audio lines carry the microphone (the first that sends) and the slots (those that receive),
anything else is rejected. Whatever cannot be answered raises BadOffer, and nothing else is ever raised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from meeting_server.media.errors import BadOffer

MAX_BYTES = 64 * 1024
MAX_LINES = 4096
MAX_MEDIA = 16
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_ICE = re.compile(r"[A-Za-z0-9+/]{4,256}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_PRINT = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_HASHES = ("sha-256", "sha-384", "sha-512")

Setup = Literal["active", "passive"]
Candidate = tuple[str, int, str, int, str]
MAX_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One m-line of an offer. ``opus`` -1 = it carries no Opus; ids 0 = extension not offered."""

    kind: str
    mid: str
    protocol: str
    formats: tuple[str, ...]
    sends: bool
    receives: bool
    opus: int
    level_id: int
    mid_id: int

    @property
    def usable(self) -> bool:
        return self.kind == "audio" and self.opus >= 0 and "SAVP" in self.protocol


@dataclass(frozen=True, slots=True)
class Offer:
    """``setup`` is our side of DTLS; ``fingerprints`` are (hash, value) of the peer's certificate.

    ``candidates``: public UDP addresses (foundation, priority, address, port, type) of the peer, at most 16.
    """

    lines: tuple[Line, ...]
    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: Setup
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Transport:
    """Our side: ICE credentials, candidates (the part after ``a=candidate:``), certificate's fingerprint."""

    ufrag: str
    password: str
    candidates: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Role:
    """What a line of the answer is for: the microphone, a slot (``ssrc`` > 0), both or neither."""

    microphone: bool = False
    ssrc: int = 0

    @property
    def direction(self) -> str:
        return {(True, True): "sendrecv", (True, False): "recvonly", (False, True): "sendonly"}.get(
            (self.microphone, self.ssrc > 0), "inactive"
        )


Attributes = dict[str, list[str]]


def read_offer(text: str) -> Offer:
    """Raises BadOffer."""
    answered, media, session = read_lines(text)
    usable = [number for number, line in enumerate(answered) if line.usable]
    if not usable:
        raise BadOffer("no m-line offers Opus")
    return with_transport(answered, media[usable[0]], session)


def read_lines(text: str) -> tuple[tuple[Line, ...], list[Attributes], Attributes]:
    """The m-lines, the attributes of each, and those of the session. Raises BadOffer."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise BadOffer("the SDP is larger than 64 KiB")
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise BadOffer("the SDP has too many lines")
    if not lines or lines[0].strip() != "v=0":
        raise BadOffer("the SDP does not begin with v=0")
    parts = _split(lines)
    if not 2 <= len(parts) <= MAX_MEDIA + 1:
        raise BadOffer(f"an offer has 1 to {MAX_MEDIA} m-lines")
    session, media = _attributes(parts[0]), [(part[0], _attributes(part[1:])) for part in parts[1:]]
    answered = tuple(_line(head, attributes, number) for number, (head, attributes) in enumerate(media))
    if len({line.mid for line in answered}) != len(answered):
        raise BadOffer("two m-lines have the same mid")
    return answered, [attributes for _, attributes in media], session


def with_transport(lines: tuple[Line, ...], attributes: Attributes, session: Attributes) -> Offer:
    """The offer, its transport taken from one line's attributes or from the session's. Raises BadOffer."""

    def told(name: str) -> list[str]:
        return attributes.get(name) or session.get(name) or []

    ufrag, password = "".join(told("ice-ufrag")[:1]), "".join(told("ice-pwd")[:1])
    if not _ICE.fullmatch(ufrag) or not _ICE.fullmatch(password) or len(password) < 22:
        raise BadOffer("no ICE credentials")
    prints = []
    for value in told("fingerprint")[:8]:
        name, _, digest = value.partition(" ")
        if name.lower() in _HASHES and _PRINT.fullmatch(digest.strip()):
            prints.append((name.lower(), digest.strip().upper()))
    if not prints:
        raise BadOffer("no fingerprint of a certificate")
    setup = "".join(told("setup")[:1])
    if setup not in ("actpass", "active", "passive"):
        raise BadOffer("no setup role")
    candidates = tuple(found for told in attributes.get("candidate", [])[:64] if (found := _candidate(told)))
    ours: Setup = "passive" if setup == "active" else "active"
    return Offer(lines, ufrag, password, tuple(prints), ours, candidates[:MAX_CANDIDATES])


def _candidate(told: str) -> Candidate | None:
    """None for one the node must not send to: no UDP, a name, a private, local or group address."""
    words = told.split()
    if len(words) < 8 or words[1] != "1" or words[2].lower() != "udp" or words[7] not in ("host", "srflx", "relay"):
        return None
    if not (re.fullmatch(r"[A-Za-z0-9+/]{1,32}", words[0]) and words[3].isascii() and words[5].isascii()):
        return None
    try:
        priority, address, port = int(words[3][:10]), ip_address(words[4]), int(words[5][:5])
    except ValueError:
        return None
    if not address.is_global or address.is_multicast or not 1024 <= port <= 65_535 or not 0 < priority < 1 << 32:
        return None
    return words[0], priority, str(address), port, words[7]


def _split(lines: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            parts.append([])
        parts[-1].append(line.rstrip())
    return parts


def _attributes(lines: list[str]) -> Attributes:
    found: Attributes = {}
    for line in lines:
        if line.startswith("a="):
            name, _, value = line[2:].partition(":")
            found.setdefault(name, []).append(value.strip())
    return found


def _line(head: str, attributes: Attributes, number: int) -> Line:
    words = head[2:].split()
    if len(words) < 4 or not all(_TOKEN.fullmatch(word) for word in words[:2] + words[3:]):
        raise BadOffer("an m-line cannot be read")
    mid = "".join(attributes.get("mid", [str(number)])[:1])
    if not _TOKEN.fullmatch(mid) or len(mid) > 16:
        raise BadOffer("a mid cannot be read")
    direction = next((name for name in _DIRECTIONS if name in attributes), "sendrecv")
    ids = _extension_ids(attributes.get("extmap", []))
    protocol = words[2] if re.fullmatch(r"[A-Za-z/]{1,32}", words[2]) else ""
    return Line(
        words[0], mid, protocol, tuple(words[3:]),
        sends=direction in ("sendrecv", "sendonly"), receives=direction in ("sendrecv", "recvonly"),
        opus=_opus(attributes.get("rtpmap", []), words[3:]),
        level_id=ids.get(LEVEL_URI, 0), mid_id=ids.get(MID_URI, 0),
    )  # fmt: skip


def _opus(maps: list[str], formats: list[str]) -> int:
    for entry in maps:
        number, _, codec = entry.partition(" ")
        if codec.strip().lower() == "opus/48000/2" and number in formats and number.isascii() and number.isdigit():
            value = int(number[:4])
            if value <= 127 and not 64 <= value <= 95:  # RFC 5761 §4: would look like RTCP
                return value
    return -1


def _extension_ids(maps: list[str]) -> dict[str, int]:
    """Only ids of the one-byte header form (RFC 8285: 1–14)."""
    ids: dict[str, int] = {}
    for entry in maps:
        number, _, uri = entry.partition(" ")
        number = number.partition("/")[0]
        if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= 14:
            ids.setdefault(uri.split(" ")[0], int(number))
    return ids


def roles(offer: Offer, *, speak: bool, hear: bool, slots: int, ssrcs: tuple[int, ...]) -> tuple[Role, ...]:
    """What each m-line is for. The microphone is the first usable line that sends; slots go to those that receive."""
    found: list[Role] = []
    taken, free = not speak, list(ssrcs[:slots]) if hear else []
    for line in offer.lines:
        microphone = line.usable and line.sends and not taken
        taken = taken or microphone
        slot = free.pop(0) if line.usable and line.receives and free else 0
        found.append(Role(microphone, slot))
    return tuple(found)


def answer(offer: Offer, given: tuple[Role, ...], transport: Transport, *, weak: bool) -> str:
    """The SDP of the answer: mono, in-band FEC, DTX, 24 kbit/s (weak: 16 kbit/s in frames of 60 ms)."""
    bundle = " ".join(line.mid for line in offer.lines if line.usable)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {bundle}", "a=msid-semantic: WMS *"]
    for line, role in zip(offer.lines, given, strict=True):
        lines += _audio(line, role, offer.setup, transport, weak) if line.usable else rejected(line)
    return "\r\n".join(lines) + "\r\n"


def rejected(line: Line) -> list[str]:
    """What answers a line that is not for us."""
    protocol = line.protocol or "UDP/TLS/RTP/SAVPF"
    return [
        f"m={line.kind} 0 {protocol} {' '.join(line.formats)}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{line.mid}",
        "a=inactive",
    ]


def _audio(line: Line, role: Role, setup: Setup, transport: Transport, weak: bool) -> list[str]:
    rate = 16_000 if weak else 24_000
    fmtp = f"minptime=10;useinbandfec=1;usedtx=1;stereo=0;sprop-stereo=0;maxaveragebitrate={rate}"
    found = [
        f"m=audio 9 {line.protocol} {line.opus}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{line.mid}", f"a={role.direction}", "a=rtcp-mux",
        f"a=rtpmap:{line.opus} opus/48000/2", f"a=fmtp:{line.opus} {fmtp}",
        *(["a=ptime:60"] if weak else []),
        *([f"a=extmap:{line.level_id} {LEVEL_URI}"] if line.level_id else []),
        *([f"a=extmap:{line.mid_id} {MID_URI}"] if line.mid_id else []),
    ]  # fmt: skip
    if role.ssrc:
        found += [f"a=msid:slot-{role.ssrc} slot-{role.ssrc}", f"a=ssrc:{role.ssrc} cname:room"]
    return [*found, *transport_lines(setup, transport)]


def transport_lines(setup: Setup, transport: Transport) -> list[str]:
    """Our half of ICE and DTLS, the same on every line."""
    return [
        f"a=ice-ufrag:{transport.ufrag}", f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}", f"a=setup:{setup}",
        *(f"a=candidate:{candidate}" for candidate in transport.candidates), "a=end-of-candidates",
    ]  # fmt: skip
