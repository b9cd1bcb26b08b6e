"""A meeting read again by a better model: ``hopchibo retranscribe``. Only what nobody corrected, before the approval.

The server stands still meanwhile (it holds meetings in memory): the command takes its lock or says who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from meeting_server.clock import SystemClock
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.room.state import Room
from meeting_server.serving import AlreadyRunning, exclusive
from meeting_server.settings import Settings
from minutes.record.events import Retranscribed, Word
from minutes.record.transcript import Utterance
from transcription.again import Reader, Span, free, load, read_again
from transcription.recording import JOURNAL
from transcription.wire import RATE, Result


class CannotRead(Exception):
    """Why a meeting is not read again, for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Done:
    """``read``: lines given to the model; ``changed``: those whose new text was written into the log."""

    read: int
    changed: int


Advance = Callable[[int], None]
"""Told the seconds of speech that were read."""


def wanted(room: Room, model: str) -> list[Utterance]:
    """Recognised by another model, corrected by nobody, in the order said."""
    lines = sorted(room.transcript.by_id.values(), key=lambda said: (said.said_at, said.track, said.start))
    return [said for said in lines if said.method == "speech" and not said.corrected and said.model != model]


def seconds(lines: Iterable[Utterance]) -> int:
    return sum(max(1, (said.end - said.start) // RATE) for said in lines)


async def read_meeting(
    meetings: Meetings, recordings: Path, meeting: str, reader: Reader, model: str, advance: Advance = lambda _: None
) -> Done:
    """Read what is wanted of a meeting and write it down. Raises CannotRead, Refused, OSError, BadJournal."""
    room = await meetings.state(meeting)
    if room.phase in ("approved", "sealed"):
        raise CannotRead("Biên bản đã được duyệt: lời ghi không thay đổi nữa.")
    journal = recordings / meeting / JOURNAL
    if not journal.exists():
        raise CannotRead("Cuộc họp không có bản ghi âm (không ghi, hoặc đã xóa theo hạn).")
    names, read, changed = tuple(line.name for line in room.meeting.roster), 0, 0
    for said, event in _again(reader, journal, room, model, names):
        read += 1
        changed += event is not None and await meetings.retranscribe(meeting, event)
        advance(seconds([said]))
    await meetings.settled(meeting)
    return Done(read, changed)


def _again(
    reader: Reader, journal: Path, room: Room, model: str, names: tuple[str, ...]
) -> Iterator[tuple[Utterance, Retranscribed | None]]:
    """Track by track, so that each is taken out of the journal once."""
    lines = wanted(room, model)
    for track in dict.fromkeys(said.track for said in lines):
        corrected = (said for said in room.transcript.by_id.values() if said.corrected and said.track == track)
        kept = [(said.start, said.end) for said in corrected]
        own = [(said, free([(said.start, said.end)], kept)) for said in lines if said.track == track]
        spans: list[Span] = [span for _, pieces in own for span in pieces]
        results = read_again(reader, journal, track, spans, room=room.id, hot_words=names)
        for said, pieces in own:
            yield said, _event(said, [next(results) for _ in pieces], model)


def _event(said: Utterance, results: list[Result], model: str) -> Retranscribed | None:
    """None where the better model heard nothing either: the old text stays."""
    heard = [result for result in results if result.text and not result.inaudible]
    if not heard:
        return None
    words = tuple(Word(one.start, one.end, one.text, one.probability) for result in heard for one in result.words)
    return Retranscribed(
        said.id, " ".join(one.text for one in heard), " ".join(one.spoken for one in heard), model,
        min(one.confidence for one in heard), words,
    )  # fmt: skip


async def run(settings: Settings, meeting: str, model: str) -> Done:
    """The command's work. Raises CannotRead, transcription.models.ModelError and what ``read_meeting`` raises."""
    settings.folders()
    try:
        with exclusive(settings):
            store = store_of(settings)
            meetings = Meetings(store, SystemClock())
            try:
                room = await meetings.state(meeting)
                reader, name = load(settings.models, model)
                with _progress(seconds(wanted(room, name))) as advance:
                    return await read_meeting(meetings, settings.recordings, meeting, reader, name, advance)
            finally:
                await meetings.shut_down()
                store.close()
    except AlreadyRunning as error:
        raise CannotRead(
            "Máy chủ đang chạy và đang giữ cuộc họp này. Dừng máy chủ (Ctrl+C, hoặc systemctl stop hopchibo), "
            "chạy lại lệnh này rồi khởi động máy chủ."
        ) from error


@contextmanager
def _progress(length: int) -> Iterator[Advance]:
    """A bar in seconds of speech, on a terminal."""
    with typer.progressbar(length=length, label="Chép lại", file=typer.get_text_stream("stderr")) as bar:
        yield bar.update
