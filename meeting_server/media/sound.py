"""Recorded sound for those who play it: whole tracks as Ogg Opus, spans as WAV, peaks. Blocking: call in a thread.

All take the journal's path and a track's id, and raise NoSound when nothing was recorded of it; FileNotFoundError
without a journal, BadJournal for a file that is none, OSError when what is made cannot be written.
"""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from meeting_server.media.made import Made, NoSound, Pages
from meeting_server.media.ogg import duration, packets_of
from meeting_server.media.recorder import JournalTrack
from meeting_server.media.veiled import VeiledFile
from transcription.wire import RATE

__all__ = ["LOUDEST", "PEAK_SAMPLES", "NoSound", "SoundIndex", "grow", "index", "ogg_file", "peaks", "span_wav"]

WAV_RATE = 24_000
WARM_UP = RATE * 80 // 1000  # RFC 7845 §4.6: what a decoder needs to converge after a seek
MAX_SPAN = 300 * RATE
PEAK_SAMPLES = RATE // 10
LOUDEST = 255
_SILENT = (b"\xf8\xff\xfe", b"\xf0\xff\xfe", b"\xe8\xff\xfe", b"\xe0\xff\xfe")


@dataclass(frozen=True, slots=True)
class SoundIndex:
    """Sample ↔ byte of the Ogg file ↔ time of day (ms since the epoch)."""

    pages: Pages
    times: JournalTrack

    def byte_at(self, sample: int) -> int:
        return self.pages.byte_at(sample)

    def sample_at_byte(self, offset: int) -> int:
        return self.pages.sample_at(offset)

    def heard_at(self, sample: int) -> int:
        return self.times.heard_at(sample)

    def sample_at(self, at: int) -> int:
        return self.times.position_at(at)


def grow(journal: Path) -> None:
    """Take in what was recorded since the last time, so that who listens next need not wait for it."""
    Made(journal).grow()


def ogg_file(journal: Path, track: str) -> VeiledFile:
    """The track as one Ogg Opus file; its sample 0 is the track's position 0. Grows when called again."""
    made = Made(journal)
    made.grow()
    made.growing(track)
    return made.ogg(track)


def index(journal: Path, track: str) -> SoundIndex:
    made = Made(journal)
    made.grow()
    return SoundIndex(made.pages(track), made.growing(track).times)


def span_wav(journal: Path, track: str, start: int, end: int) -> bytes:
    """Samples [start, end) of the track as a WAV file: mono, 16 bits, 24 kHz; at most five minutes.

    What was not recorded is silence. Raises ValueError for a span that cannot be, NoSound when nothing of it was
    recorded.
    """
    if not 0 <= start < end or end - start > MAX_SPAN:
        raise ValueError("a span has a beginning before its end and is at most five minutes long")
    made = Made(journal)
    made.grow()
    pages = made.pages(track)
    sound, heard = _decoded(made.ogg(track), pages, start, end)
    if not heard:
        raise NoSound("nothing was recorded between these samples")
    halved = sound[: len(sound) // 2 * 2].astype(np.int32).reshape(-1, 2).mean(axis=1).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(WAV_RATE)
        file.writeframes(halved.tobytes())
    return out.getvalue()


def peaks(journal: Path, track: str) -> list[int]:
    """The loudest of each tenth of a second from position 0 on, 0–255. Remembered, grown when asked again."""
    made = Made(journal)
    made.grow()
    pages = made.pages(track)
    kept = made.peaks(track)
    known = kept.read() if kept.size else b""
    whole = pages.length // PEAK_SAMPLES
    if len(known) < whole:
        known += _peaks(made.ogg(track), pages, len(known) * PEAK_SAMPLES, whole * PEAK_SAMPLES)
        kept.write(0, known)
    return list(known[:whole])


def _peaks(file: VeiledFile, pages: Pages, start: int, end: int) -> bytes:
    found = b""
    for begin in range(start, end, MAX_SPAN):
        sound = np.abs(_decoded(file, pages, begin, min(end, begin + MAX_SPAN))[0].astype(np.int32))
        found += (sound.reshape(-1, PEAK_SAMPLES).max(axis=1) >> 7).clip(0, LOUDEST).astype(np.uint8).tobytes()
    return found


def _decoded(file: VeiledFile, pages: Pages, start: int, end: int) -> tuple[NDArray[np.int16], bool]:
    """Samples [start, end) at 48 kHz, silence where the file has none; and whether anything of them was recorded."""
    out = np.zeros(end - start, np.int16)
    begin = pages.byte_at(max(start - WARM_UP, 0))
    at = pages.sample_at(begin)
    heard = False
    if at >= end:
        return out, heard
    last = pages.byte_at(end)
    data = file.read(begin, last - begin) + _page_at(file, last, pages.size)
    opus = decoder()
    for payload in packets_of(data):
        length = duration(payload)
        if at + length > start - WARM_UP and payload not in _SILENT:
            _place(out, samples(opus, payload, length), at - start)
            heard |= at + length > start
        at += length
        if at >= end:
            break
    return out, heard


def _page_at(file: VeiledFile, offset: int, size: int) -> bytes:
    """From a page's beginning enough bytes to hold it whole (a page is at most 65 307 bytes long)."""
    return file.read(offset, min(65_307, size - offset))


def decoder() -> av.AudioCodecContext:
    """Of one track's packets, to 48 kHz mono."""
    made = av.CodecContext.create("libopus", "r")
    assert isinstance(made, av.AudioCodecContext)
    made.format, made.layout, made.sample_rate = "s16", "mono", RATE
    return made


def samples(opus: av.AudioCodecContext, payload: bytes, length: int) -> NDArray[np.int16]:
    """At most ``length`` samples of the next packet; none of one that is broken."""
    try:
        blocks = [frame.to_ndarray().reshape(-1)[:length] for frame in opus.decode(av.Packet(payload))]
    except av.FFmpegError:
        return np.zeros(0, np.int16)
    return np.concatenate(blocks).astype(np.int16) if blocks else np.zeros(0, np.int16)


def _place(out: NDArray[np.int16], block: NDArray[np.int16], at: int) -> None:
    if at < 0:
        block, at = block[-at:], 0
    block = block[: max(len(out) - at, 0)]
    out[at : at + len(block)] = block
