"""A meeting read again by a better model: ``hopchibo retranscribe``. Only what nobody corrected, before the approval.

The command reads (transcription.again); what it read is written by the running server (meeting_server.rereading), or,
when none runs, by the command itself, which holds the server's lock meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import typer

from meeting_server.clock import SystemClock
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.rereading import SOCKET, CannotRead, Piece, Task, Text, Way, task_of
from meeting_server.serving import AlreadyRunning, exclusive
from meeting_server.settings import Settings
from transcription.again import Reader, load, read_again
from transcription.wire import Result

_BEHIND = 10  # of 19: the live meetings' own recogniser comes first


@dataclass(frozen=True, slots=True)
class Done:
    """``read``: lines given to the model; ``changed``: those whose new text was written into the log."""

    read: int
    changed: int


class Writer(Protocol):
    """rereading.Way or Alone."""

    async def write(self, line: Text | None, left_ms: int) -> bool: ...


Advance = Callable[[int], None]
"""Told the milliseconds of speech that were read."""


class Alone:
    """No server runs: the command is the one that writes."""

    def __init__(self, meetings: Meetings, meeting: str, model: str) -> None:
        self._meetings, self._meeting, self._model = meetings, meeting, model

    async def write(self, line: Text | None, left_ms: int) -> bool:
        return line is not None and await self._meetings.retranscribe(self._meeting, line.event(self._model))


async def read_task(task: Task, reader: Reader, writer: Writer, advance: Advance = lambda _: None) -> Done:
    """Read every line and have it written as soon as it is read. Raises CannotRead, Refused, OSError, BadJournal."""
    read = changed = 0
    left = task.ms
    for line, text in _texts(task, reader):
        read, left = read + 1, left - line.ms
        changed += await writer.write(text, left)
        advance(line.ms)
    return Done(read, changed)


def _texts(task: Task, reader: Reader) -> Iterator[tuple[Piece, Text | None]]:
    for track in dict.fromkeys(line.track for line in task.lines):
        lines = [line for line in task.lines if line.track == track]
        spans = [span for line in lines for span in line.pieces]
        results = read_again(reader, task.journal, track, spans, room=task.room, hot_words=tuple(task.names))
        for line in lines:
            yield line, _text(line.utterance, [next(results) for _ in line.pieces])


def _text(utterance: str, results: Iterable[Result]) -> Text | None:
    """None where the better model heard nothing either: the old text stays."""
    heard = [result for result in results if result.text and not result.inaudible]
    if not heard:
        return None
    return Text(
        utterance=utterance, text=" ".join(one.text for one in heard), spoken=" ".join(one.spoken for one in heard),
        confidence=min(one.confidence for one in heard),
        words=[(word.start, word.end, word.text, word.probability) for one in heard for word in one.words],
    )  # fmt: skip


async def run(settings: Settings, meeting: str, model: str) -> Done:
    """The command's work. Raises CannotRead, transcription.models.ModelError and what ``read_task`` raises."""
    settings.folders()
    way = await Way.open(settings.run / SOCKET)
    return await (_alone(settings, meeting, model) if way is None else _beside(settings, way, meeting, model))


async def _beside(settings: Settings, way: Way, meeting: str, model: str) -> Done:
    """A server runs and writes."""
    try:
        os.nice(_BEHIND)
        reader, name = load(settings.models, model)
        task = await way.task(meeting, name)
        with _progress(task) as advance:
            return await read_task(task, reader, way, advance)
    finally:
        way.close()


async def _alone(settings: Settings, meeting: str, model: str) -> Done:
    try:
        with exclusive(settings):
            store = store_of(settings)
            meetings = Meetings(store, SystemClock())
            try:
                room = await meetings.state(meeting)
                reader, name = load(settings.models, model)
                task = task_of(room, settings.recordings, name)
                with _progress(task) as advance:
                    done = await read_task(task, reader, Alone(meetings, meeting, name), advance)
                await meetings.settled(meeting)
                return done
            finally:
                await meetings.shut_down()
                store.close()
    except AlreadyRunning as error:
        raise CannotRead("Máy chủ đang khởi động. Chờ một lát rồi chạy lại lệnh này.") from error


@contextmanager
def _progress(task: Task) -> Iterator[Advance]:
    """A bar over the time of speech, on a terminal."""
    with typer.progressbar(length=task.ms, label="Chép lại", file=typer.get_text_stream("stderr")) as bar:
        yield bar.update
