"""All tracks of a room as one file for listening. Made outside the node, from the journal, a few seconds at a time.

Each packet is decoded alone in its track's order and laid where it was said; sums are held below full scale softly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from meeting_server.media.ogg import duration
from meeting_server.media.recorder import JournalTrack
from meeting_server.media.sound import decoder, samples
from transcription.recording import Anchor, Sound, TrackStart, lines
from transcription.wire import RATE

BLOCK = 10 * RATE
LONGEST = RATE * 120 // 1000
BITRATE = 32_000
FULL = 32_767.0

Floats = NDArray[np.float32]


class NothingToMix(Exception):
    """The journal has no sound."""


@dataclass(slots=True)
class _Voice:
    """A track's packets by their sample from the first of all, in order, and how far they are decoded."""

    packets: list[tuple[int, bytes]]
    decoder: av.AudioCodecContext
    done: int = 0


def mix(journal: Path, target: Path, advance: Callable[[float], None] = lambda _: None) -> float:
    """Write an Ogg Opus file; its length in seconds. ``advance`` is told the share that is done.

    Raises NothingToMix, BadJournal, OSError.
    """
    voices = _voices(journal)
    last = max((voice.packets[-1][0] for voice in voices), default=-1)
    if last < 0:
        raise NothingToMix(journal.parent.name)
    with av.open(str(target), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = BITRATE
        for begin, block in _blocks(voices, last + LONGEST):
            frame = av.AudioFrame.from_ndarray(_softly(block)[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, begin
            container.mux(stream.encode(frame))
            advance(min(1.0, (begin + BLOCK) / (last + LONGEST)))
        container.mux(stream.encode(None))
    return (last + LONGEST) / RATE


def _voices(journal: Path) -> list[_Voice]:
    tracks: dict[int, JournalTrack] = {}
    said: dict[int, list[tuple[int, bytes]]] = {}
    for line in lines(journal):
        match line:
            case TrackStart(number, track, rtp0, at):
                tracks[number] = JournalTrack(track, rtp0, at, [Anchor(number, 0, at)])
            case Anchor(number) if number in tracks:
                tracks[number].anchors = [line]
            case Sound(number, packet) if number in tracks:
                anchor = tracks[number].anchors[0]
                when = anchor.at * RATE // 1000 + packet.position - anchor.position
                said.setdefault(number, []).append((when, packet.payload))
    origin = min((packets[0][0] for packets in said.values()), default=0)
    return [_Voice(sorted((when - origin, data) for when, data in packets), decoder()) for packets in said.values()]


def _blocks(voices: list[_Voice], length: int) -> Iterator[tuple[int, Floats]]:
    over = np.zeros(LONGEST, np.float32)
    for begin in range(0, length, BLOCK):
        sum_ = np.zeros(BLOCK + LONGEST, np.float32)
        sum_[:LONGEST] += over
        for voice in voices:
            _lay(voice, sum_, begin)
        over = sum_[BLOCK:].copy()
        yield begin, sum_[: min(BLOCK, length - begin)]


def _lay(voice: _Voice, onto: Floats, begin: int) -> None:
    """What the voice begins to say in this block."""
    reached = 0
    while voice.done < len(voice.packets) and voice.packets[voice.done][0] < begin + BLOCK:
        when, payload = voice.packets[voice.done]
        voice.done += 1
        place, length = when - begin, duration(payload)
        if not length or place < reached:
            continue  # twice
        sound = samples(voice.decoder, payload, length)
        onto[place : place + len(sound)] += sound
        reached = place + len(sound) // 2


def _softly(block: Floats) -> NDArray[np.int16]:
    """Up to half of full scale as it is, above bent."""
    size = np.abs(block) / FULL
    bent = np.where(size <= 0.5, size, 0.5 + 0.5 * np.tanh((size - 0.5) * 2))
    return (np.sign(block) * bent * FULL).astype(np.int16)
