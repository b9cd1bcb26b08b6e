"""Sound files as 16 kHz mono, and their utterances."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from transcription.opus import SOUND_RATE, STEP, Sound
from transcription.segmenter import Cut, Rules, Segmenter
from transcription.vad import FRAME, FRAME_SPAN, Vad

_LEAD = 12
_PASSAGE = 28 * SOUND_RATE * STEP
_LEAST_HOLE, _LONGEST_HOLE = SOUND_RATE // 50, 3600 * SOUND_RATE
"""What is missing of a damaged file is silence, so that all that follows keeps its time."""


class BadSound(Exception):
    """A file that holds no sound we can read; the text names it and says why, for the person at the terminal."""


def read(path: Path, tell: Callable[[str], None] | None = None) -> Sound:
    """Any file that FFmpeg reads, as 16 kHz mono float32. Raises BadSound.

    What a damaged file still holds is kept at its place; ``tell`` is given a sentence about the damage.
    """
    if (fault := _fault(path)) is not None:
        raise BadSound(f"{path}: {fault}")
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadSound(f"{path}: trong tệp không có tiếng")
            parts = _Parts()
            for frame in _frames(container, parts):
                parts.add(frame)
    except (OSError, ValueError, IndexError, av.error.FFmpegError) as error:
        raise BadSound(f"{path}: không phải tệp âm thanh, hoặc tệp hỏng không đọc được") from error
    if parts.damaged_at is not None:
        if not parts.length:
            raise BadSound(f"{path}: tệp hỏng, không đọc được tiếng nào trong đó")
        if tell is not None:
            at = f"{int(parts.damaged_at) // 60} phút {int(parts.damaged_at) % 60:02d} giây"
            tell(f"{path}: tệp hỏng một phần (từ {at}); đã đọc những phần còn lại")
    return parts.whole()


class _Parts:
    """The sound of a file as it is decoded: always 16 kHz mono, also when the file changes its form on the way."""

    def __init__(self) -> None:
        self.length = 0
        self.damaged_at: float | None = None
        self._hole = False
        self._parts: list[Sound] = []
        self._form: tuple[str, str, int] | None = None
        self._resampler: av.AudioResampler | None = None

    def damage(self) -> None:
        self._hole = True
        if self.damaged_at is None:
            self.damaged_at = self.length / SOUND_RATE

    def add(self, frame: av.AudioFrame | None) -> None:
        """The next frame; None = the end."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate) if frame else None
        if form != self._form and self._resampler is not None:
            self._take(self._resampler.resample(None))
            self._resampler = None
        self._form = form
        if frame is None:
            return
        if self._hole and frame.time is not None:
            self._hole = False
            missing = round(frame.time * SOUND_RATE) - self.length
            if _LEAST_HOLE < missing < _LONGEST_HOLE:
                self._keep(np.zeros(missing, np.float32))
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
        self._take(self._resampler.resample(frame))

    def whole(self) -> Sound:
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.float32)

    def _take(self, frames: Iterable[av.AudioFrame]) -> None:
        for frame in frames:
            # One sample that is no number would spoil what the voice detector hears ever after.
            self._keep(np.nan_to_num(frame.to_ndarray()[0].astype(np.float32, copy=False), posinf=0.0, neginf=0.0))

    def _keep(self, sound: Sound) -> None:
        self._parts.append(sound)
        self.length += len(sound)


def _frames(container: av.container.InputContainer, parts: _Parts) -> Iterator[av.AudioFrame | None]:
    """What can be decoded, then None; ``parts`` is told of what cannot."""
    packets = container.demux(audio=0)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.error.FFmpegError:  # the container ends in the middle
            parts.damage()
            break
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            parts.damage()
    yield None


def _fault(path: Path) -> str | None:
    """What is wrong with the file itself, in words."""
    if not path.exists():
        return "không có tệp này"
    if path.is_dir():
        return "là thư mục, không phải tệp âm thanh"
    if not os.access(path, os.R_OK):
        return "không được phép đọc tệp này"
    return "tệp rỗng" if path.is_file() and path.stat().st_size == 0 else None


def utterances(sound: Sound, rules: Rules | None = None) -> Iterator[Cut]:
    """The cuts of a whole sound, as a live track's would be."""
    at, rules = 0, rules or Rules()
    while at * FRAME < len(sound):
        cut = _next(sound, at, rules)
        if cut is None:
            return
        yield cut
        at = cut.end // FRAME_SPAN


def _next(sound: Sound, at: int, rules: Rules) -> Cut | None:
    lead = min(at, _LEAD)
    vad, segmenter = Vad(), Segmenter(at * FRAME_SPAN, rules)
    starts = range((at - lead) * FRAME, len(sound), SOUND_RATE)
    for piece in (*(slice(start, start + SOUND_RATE) for start in starts), None):
        for probability in vad.push(np.zeros(FRAME, np.float32) if piece is None else sound[piece]):
            if lead:
                lead -= 1
            elif isinstance(event := segmenter.push(probability), Cut):
                return event
    return segmenter.flush()


def passages(cuts: list[Cut], pause: float = 2.0) -> list[Cut]:
    """Utterances close together as one, up to 28 s: more context for one pass of a whole file."""
    joined: list[Cut] = cuts[:1]
    for before, cut in pairwise(cuts):
        last = joined[-1]
        near = cut.start - before.end <= pause * SOUND_RATE * STEP
        if near and cut.end - last.start <= _PASSAGE:
            joined[-1] = Cut(last.start, cut.end)
        else:
            joined.append(cut)
    return joined


def part(sound: Sound, cut: Cut) -> Sound:
    return sound[cut.start // STEP : cut.end // STEP]
