"""The server's end of ``hopchibo retranscribe``: it tells what is to be read again and writes down what was read.

The reader is another process, so that its model takes neither memory nor time of the server's. It comes by
``<run>/again.sock`` (``errands``):

* reader: ``{"v": 1, "meeting", "model"}``; server: ``{"task": …}`` or ``{"refused": "in Vietnamese"}``
* reader, line by line: ``{"line": … or null (nothing better was heard), "left_ms"}``; server: ``{"written": bool}``

Every text goes the one way into the log (``Meetings.retranscribe``), so what was corrected, erased or approved
meanwhile stays. A reader that is gone has simply ended: what it left is wanted by the next one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from meeting_server.errands import BadMessage, Errands, Line
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Room
from minutes.record.events import Retranscribed, Word
from minutes.record.transcript import Utterance
from transcription.again import Span, free
from transcription.recording import JOURNAL
from transcription.wire import RATE

SOCKET = "again.sock"
VERSION: Literal[1] = 1
MAX_READ, MAX_TASK = 512 * 1024, 8 * 1024 * 1024
"""Bytes a line: of a reader, who tells one utterance; of the server, whose task names all of a meeting."""
ASK_S, SILENT_S = 10.0, 3_600.0
"""Until the reader has asked; between two lines of a slow machine with a large model."""
MOST_READERS = 4


class CannotRead(Exception):
    """Why a meeting is not read again, for the person at the terminal."""


class Piece(BaseModel):
    """A line to be read: its utterance and what of it nobody corrected."""

    utterance: str
    track: str
    pieces: list[tuple[int, int]]

    @property
    def ms(self) -> int:
        return sum(end - start for start, end in self.pieces) * 1000 // RATE


class Task(BaseModel):
    """``lines`` track by track, so that each is taken out of the journal once."""

    room: str
    journal: Path
    names: list[str]
    lines: list[Piece]

    @property
    def ms(self) -> int:
        return sum(line.ms for line in self.lines)


class Asked(BaseModel):
    v: Literal[1]
    meeting: str = Field(max_length=64)
    model: str = Field(max_length=200)


class Text(BaseModel):
    """What the model read of a line; ``words``: start, end, text, probability."""

    utterance: str = Field(max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    spoken: str = Field(max_length=20_000)
    confidence: int = Field(ge=0, le=1000)
    words: list[tuple[int, int, str, int]] = Field(max_length=2_000)

    def event(self, model: str) -> Retranscribed:
        words = tuple(Word(start, end, text, sure) for start, end, text, sure in self.words)
        return Retranscribed(self.utterance, self.text, self.spoken, model, self.confidence, words)


class Read(BaseModel):
    line: Text | None
    left_ms: int = Field(ge=0)


class Answer(BaseModel):
    """One of these."""

    task: Task | None = None
    refused: str = ""
    written: bool = False


def wanted(room: Room, model: str) -> list[Utterance]:
    """Recognised by another model, corrected by nobody, in the order said."""
    lines = sorted(room.transcript.by_id.values(), key=lambda said: (said.said_at, said.track, said.start))
    return [said for said in lines if said.method == "speech" and not said.corrected and said.model != model]


def not_approved(room: Room) -> None:
    """Raises CannotRead."""
    if room.phase in ("approved", "sealed"):
        raise CannotRead("Biên bản đã được duyệt: lời ghi không thay đổi nữa.")


def task_of(room: Room, recordings: Path, model: str) -> Task:
    """Raises CannotRead."""
    not_approved(room)
    journal = recordings / room.id / JOURNAL
    if not journal.exists():
        raise CannotRead("Cuộc họp không có bản ghi âm (không ghi, hoặc đã xóa theo hạn).")
    lines = wanted(room, model)
    pieces = [
        Piece(utterance=said.id, track=track, pieces=free([(said.start, said.end)], _kept(room, track)))
        for track in dict.fromkeys(said.track for said in lines)
        for said in lines
        if said.track == track
    ]
    names = [line.name for line in room.meeting.roster]
    return Task(room=room.id, journal=journal.absolute(), names=names, lines=pieces)


def _kept(room: Room, track: str) -> Iterable[Span]:
    corrected = (said for said in room.transcript.by_id.values() if said.corrected and said.track == track)
    return [(said.start, said.end) for said in corrected]


class Rereading:
    """``await run()`` until cancelled."""

    def __init__(self, socket: Path, meetings: Meetings, recordings: Path) -> None:
        self._meetings, self._recordings = meetings, recordings
        self._now: set[str] = set()
        self.run = Errands(socket, self._serve, limit=MAX_READ, faults=(CannotRead, Refused), why=_why).run

    async def _serve(self, line: Line) -> None:
        asked = await line.take(Asked, MAX_READ, ASK_S)
        if asked.meeting in self._now:
            raise CannotRead("Cuộc họp này đang được chép lại bởi một lệnh khác.")
        if len(self._now) >= MOST_READERS:
            raise CannotRead("Đang có nhiều cuộc họp được chép lại cùng lúc. Chờ một lệnh xong rồi làm lại.")
        self._now.add(asked.meeting)
        try:
            task = task_of(await self._meetings.state(asked.meeting), self._recordings, asked.model)
            await line.say(Answer(task=task))
            await self._meetings.reading_again(asked.meeting, task.ms)
            await self._take_in(line, asked)
        finally:
            self._now.discard(asked.meeting)
            with contextlib.suppress(Refused):
                await self._meetings.reading_again(asked.meeting, 0)

    async def _take_in(self, line: Line, asked: Asked) -> None:
        """Until the reader has nothing more to say."""
        while True:
            read = await line.take(Read, MAX_READ, SILENT_S)
            event = read.line.event(asked.model) if read.line else None
            written = event is not None and await self._meetings.retranscribe(asked.meeting, event)
            if event and not written:
                not_approved(await self._meetings.state(asked.meeting))
            await self._meetings.reading_again(asked.meeting, read.left_ms)
            await line.say(Answer(written=written))


def _why(error: Exception) -> str:
    return error.message_vi if isinstance(error, Refused) else str(error)


class Way:
    """The reader's end of that socket; one meeting."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.close = line.close

    @classmethod
    async def open(cls, socket: Path) -> Way | None:
        """None: no server listens there."""
        line = await Line.open(socket, MAX_TASK)
        return cls(line) if line else None

    async def task(self, meeting: str, model: str) -> Task:
        """Raises CannotRead."""
        task = (await self._ask(Asked(v=VERSION, meeting=meeting, model=model))).task
        if task is None:
            raise CannotRead("Máy chủ trả lời không rõ.")
        return task

    async def write(self, line: Text | None, left_ms: int) -> bool:
        """Raises CannotRead."""
        return (await self._ask(Read(line=line, left_ms=left_ms))).written

    async def _ask(self, message: BaseModel) -> Answer:
        try:
            await self._line.say(message)
            answer = await self._line.take(Answer, MAX_TASK)
        except (OSError, EOFError, BadMessage) as error:
            raise CannotRead(
                "Máy chủ vừa dừng hoặc khởi động lại. Những câu đã chép lại vẫn giữ; chạy lại lệnh này để chép tiếp."
            ) from error
        if answer.refused:
            raise CannotRead(answer.refused)
        return answer
