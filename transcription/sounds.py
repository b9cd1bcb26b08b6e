"""Sound files as 16 kHz mono, and their utterances."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from transcription.opus import SOUND_RATE, STEP, Sound
from transcription.segmenter import Cut, Rules, Segmenter
from transcription.vad import FRAME, FRAME_SPAN, Vad

_LEAD = 12
_PASSAGE = 28 * SOUND_RATE * STEP


class BadSound(Exception):
    """A file that holds no sound we can read; the text names it and says why, for the person at the terminal."""


def read(path: Path) -> Sound:
    """Any file that FFmpeg reads, as 16 kHz mono float32. Raises BadSound."""
    if (fault := _fault(path)) is not None:
        raise BadSound(f"{path}: {fault}")
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
            parts = [
                out.to_ndarray()[0] for frame in (*container.decode(audio=0), None) for out in resampler.resample(frame)
            ]
    except (OSError, ValueError, IndexError, av.error.FFmpegError) as error:
        raise BadSound(f"{path}: không phải tệp âm thanh, hoặc tệp hỏng ({type(error).__name__})") from error
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


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
    padded = np.pad(sound[(at - lead) * FRAME :], (0, FRAME))
    for start in range(0, len(padded), SOUND_RATE):
        for probability in vad.push(padded[start : start + SOUND_RATE]):
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
