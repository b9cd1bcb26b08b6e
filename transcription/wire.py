"""What travels between media node, listener, recogniser workers and server, and its bytes.

Positions are 48 kHz samples from a track's first packet, unwrapped (never negative, never wrapping).
A message is one frame: 4-byte big-endian length of the JSON head, the head, then raw payload bytes.
Speech travels only as Opus packets. Unknown head fields are ignored; an unknown ``type`` is an error.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

VERSION = 1
RATE = 48_000
MAX_FRAME = 2 * 1024 * 1024


class WireError(Exception):
    """Bytes that are no message of this protocol."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One Opus packet: its first sample's position and its bytes (≤ 1275)."""

    position: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """An utterance to recognise. ``id`` = "track:start"; its sound is [start, end).

    ``packets`` begin up to 80 ms before ``start`` (decoder warm-up) and are in order, holes left out.
    ``hot_words``/``prompt`` are hints; ``final`` False = interim. ``speculative`` = the utterance that will be, if
    the pause after it holds: its result is kept back until the same job comes without the flag.
    """

    id: str
    track: str
    start: int
    end: int
    packets: tuple[Packet, ...]
    room: str = ""
    final: bool = True
    hot_words: tuple[str, ...] = ()
    prompt: str = ""
    speculative: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A recognised word; times in samples of the track, probability in per mille."""

    start: int
    end: int
    text: str
    probability: int


@dataclass(frozen=True, slots=True)
class Result:
    """The text of a job. ``text`` "" = nothing was said there; ``inaudible`` = speech nobody could read.

    ``spoken`` in words, ``text`` in figures; ``confidence`` per mille; ``stable`` = leading characters of an
    interim's text that will not change. ``level`` = loudness of the voice in dB of full scale (-127 … -1, RMS of the
    louder half, RFC 6464's scale); 0 = not measured.
    """

    id: str
    track: str
    start: int
    end: int
    text: str
    spoken: str
    confidence: int
    model: str
    final: bool = True
    inaudible: bool = False
    stable: int = 0
    words: tuple[Heard, ...] = ()
    level: int = 0


Message = Job | Result


def pack(head: dict[str, Any], payload: bytes = b"") -> bytes:
    """Head and payload as one frame. Raises WireError when larger than MAX_FRAME."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) + len(payload) + 4 > MAX_FRAME:
        raise WireError("the frame is too large")
    return struct.pack(">I", len(text)) + text + payload


def unpack(frame: bytes) -> tuple[dict[str, Any], bytes]:
    """Raises WireError on anything that is not a frame."""
    if not 4 <= len(frame) <= MAX_FRAME:
        raise WireError("a frame has 4 bytes to 2 MiB")
    (size,) = struct.unpack_from(">I", frame)
    if 4 + size > len(frame):
        raise WireError("the head is cut short")
    try:
        head = json.loads(frame[4 : 4 + size])
    except ValueError as error:
        raise WireError("the head is not JSON") from error
    if not isinstance(head, dict):
        raise WireError("the head is not an object")
    return head, frame[4 + size :]


def pack_packets(packets: tuple[Packet, ...]) -> bytes:
    """Position (8 bytes), length (2 bytes), payload; packet after packet."""
    return b"".join(struct.pack(">QH", p.position, len(p.payload)) + p.payload for p in packets)


def unpack_packets(data: bytes) -> tuple[Packet, ...]:
    packets, at = [], 0
    while at < len(data):
        if at + 10 > len(data):
            raise WireError("a packet's head is cut short")
        position, size = struct.unpack_from(">QH", data, at)
        if at + 10 + size > len(data):
            raise WireError("a packet is cut short")
        packets.append(Packet(position, data[at + 10 : at + 10 + size]))
        at += 10 + size
    return tuple(packets)


def job_frame(job: Job) -> bytes:
    head = {
        "type": "job", "v": VERSION, "id": job.id, "track": job.track, "start": job.start, "end": job.end,
        "room": job.room, "final": job.final, "hot_words": list(job.hot_words), "prompt": job.prompt,
        "speculative": job.speculative,
    }  # fmt: skip
    return pack(head, pack_packets(job.packets))


def result_frame(result: Result) -> bytes:
    head = {
        "type": "result", "v": VERSION, "id": result.id, "track": result.track, "start": result.start,
        "end": result.end, "text": result.text, "spoken": result.spoken, "confidence": result.confidence,
        "model": result.model, "final": result.final, "inaudible": result.inaudible, "stable": result.stable,
        "words": [[w.start, w.end, w.text, w.probability] for w in result.words], "level": result.level,
    }  # fmt: skip
    return pack(head)


def read_message(frame: bytes) -> Message:
    """A Job or Result from its frame. Raises WireError."""
    head, payload = unpack(frame)
    try:
        if head.get("type") == "job":
            return _job(head, payload)
        if head.get("type") == "result":
            return _result(head)
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"a bad field: {error}") from error
    raise WireError("an unknown type of message")


def _job(head: dict[str, Any], payload: bytes) -> Job:
    return Job(
        str(head["id"]), str(head["track"]), int(head["start"]), int(head["end"]), unpack_packets(payload),
        str(head.get("room", "")), bool(head.get("final", True)),
        tuple(str(w) for w in head.get("hot_words", ())), str(head.get("prompt", "")),
        bool(head.get("speculative", False)),
    )  # fmt: skip


def _result(head: dict[str, Any]) -> Result:
    return Result(
        str(head["id"]), str(head["track"]), int(head["start"]), int(head["end"]), str(head["text"]),
        str(head["spoken"]), int(head["confidence"]), str(head["model"]), bool(head.get("final", True)),
        bool(head.get("inaudible", False)), int(head.get("stable", 0)),
        tuple(Heard(int(a), int(b), str(t), int(p)) for a, b, t, p in head.get("words", ())),
        max(-127, min(0, int(head.get("level", 0)))),
    )  # fmt: skip
