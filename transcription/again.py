"""Recorded speech read again, by a better model: only what nobody corrected, cut at the corrected words' borders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from transcription.hearing import Hearing
from transcription.models import check, find
from transcription.opus import WARM_UP
from transcription.recording import packets
from transcription.settings import Settings
from transcription.wire import Job, Packet, Result

Span = tuple[int, int]
"""[start, end) in samples of a track."""


class Reader(Protocol):
    """transcription.recogniser.Recogniser."""

    def recognise(self, job: Job) -> Result: ...


def load(models: Path, name: str = "") -> tuple[Reader, str]:
    """A reader by the model of that name ("" = the chosen one), and how it signs. Raises models.ModelError."""
    from transcription.recogniser import Recogniser  # heavy to import: only where it is used

    settings = Settings()
    path = find(models, name or settings.model)
    check(path)
    reader = Recogniser(
        path, device=settings.device, compute=settings.compute, beam=settings.beam, hot_words=settings.hot_words,
        thorough=True,
    )  # fmt: skip
    return reader, reader.name


def free(spoken: Iterable[Span], corrected: Iterable[Span]) -> list[Span]:
    """What of the spoken spans nobody corrected, in order."""
    kept = sorted(corrected)
    left: list[Span] = []
    for start, end in sorted(spoken):
        at = start
        for a, b in kept:
            if b <= at or a >= end:
                continue
            if a > at:
                left.append((at, a))
            at = max(at, b)
        if at < end:
            left.append((at, end))
    return left


def read_again(
    reader: Reader, journal: Path, track: str, spans: Iterable[Span], *, room: str = "", hot_words: tuple[str, ...] = ()
) -> Iterator[Result]:
    """A result for each span of the track. Raises OSError, transcription.recording.BadJournal."""
    heard = list(packets(journal, track))
    for start, end in spans:
        sound = tuple(p for p in heard if start - WARM_UP <= p.position < end)
        yield reader.recognise(Job(f"{track}:{start}", track, start, end, sound, room, hot_words=hot_words))


def utterances(heard: Iterable[Packet], track: str) -> list[Span]:
    """The cuts of a whole recorded track, as the listener finds them."""
    hearing = Hearing(track, "")
    jobs = hearing.push(heard) + hearing.starve()
    return [(job.start, job.end) for job in jobs if not job.speculative]
