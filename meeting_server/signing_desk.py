"""The server's end of ``hopchibo sign``, ``receive`` and ``restamp``: what was signed at this machine is sealed here.

The command signs (its key or token is not the server's); it comes by ``<run>/sign.sock`` (``errands``):

* ``{"v": 1, "do": "sign" | "receive", "meeting"}``; server: ``{"file": …}``, the newest record below ``records/``
* then ``{"role", "pdf": base64}`` (role "" to confirm); server: ``{"sealed": …}``
* ``{"v": 1, "do": "restamp", "everything"}``; server: ``{"stamped": …}`` for each record, then ``{"done": true}``

Whatever goes wrong: ``{"refused": "in Vietnamese"}``. Everything goes the one way (``Sealer``), as over HTTP.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Base64Bytes, BaseModel, Field
from sqlmodel import select

from meeting_server.errands import BadMessage, Errands, Line
from meeting_server.meetings import Meetings
from meeting_server.sealer import Sealer
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingSummary
from meeting_server.unsigned import FAULTS, why
from minutes.record.events import Sealed
from minutes.sealing.personal import Role, stamp_ends

SOCKET = "sign.sock"
VERSION: Literal[1] = 1
MAX_ASKED, MAX_BROUGHT, MAX_TOLD = 4 * 1024, 30 * 1024 * 1024, 64 * 1024
"""Bytes a line; of a signed PDF in base64 (20 MB of it), the most."""
ASK_S, SIGN_S = 10.0, 600.0
"""Until the command has asked; until somebody has typed a PIN and a token has signed."""
AHEAD = timedelta(days=400)  # the command is given once a year, and may be a month late
NO_STAMPING = "Chưa cho biết dịch vụ dấu thời gian: HOPCHIBO_TSA_URL và HOPCHIBO_TSA_ROOTS."


class CannotSign(Exception):
    """Why nothing was signed or stamped, for the person at the terminal."""


class Asked(BaseModel):
    v: Literal[1]
    do: Literal["sign", "receive", "restamp"]
    meeting: str = Field("", max_length=64)
    everything: bool = False


class Brought(BaseModel):
    role: Literal["secretary", "chair", ""] = ""
    pdf: Base64Bytes


class Seal(BaseModel):
    state: str
    signers: tuple[str, ...]
    file: str


class Stamped(BaseModel):
    """``late``: what stood behind the signatures had ended before this stamp."""

    meeting: str
    late: bool


class Answer(BaseModel):
    """One of these."""

    file: str = ""
    sealed: Seal | None = None
    stamped: Stamped | None = None
    done: bool = False
    refused: str = ""


class Desk:
    """Sealing for whoever signs at this machine: used by the running server, or by the command itself when none
    runs."""

    def __init__(self, store: Store, meetings: Meetings, sealer: Sealer) -> None:
        self._store, self._meetings, self.sealer = store, meetings, sealer

    async def file(self, meeting: str) -> str:
        """The newest record's. Raises NotSealable, Refused."""
        return (await self.sealer.newest_seal(meeting)).file

    async def sign(self, meeting: str, role: Role, pdf: bytes) -> Seal:
        """Raises one of FAULTS."""
        head = (await self._meetings.state(meeting)).meeting
        actor = head.secretary if role == "secretary" else head.chair
        return _told(await self.sealer.sign(meeting, role, lambda _: pdf, actor))

    async def receive(self, meeting: str, pdf: bytes) -> Seal:
        """Raises one of FAULTS."""
        return _told(await self.sealer.receive(meeting, pdf))

    async def restamp(self, *, everything: bool) -> AsyncIterator[Stamped]:
        """What persons signed and what will not hold for another year. Raises CannotSign, or one of FAULTS."""
        if self.sealer.stamping is None:
            raise CannotSign(NO_STAMPING)
        sealed = select(MeetingSummary.meeting).where(MeetingSummary.state == "sealed")
        now = datetime.now(UTC)
        for meeting in await self._store.read(lambda session: list(session.exec(sealed))):
            ends = await asyncio.to_thread(stamp_ends, await self.sealer.newest(meeting))
            if ends is not None and (everything or ends < now + AHEAD):
                await self.sealer.restamp(meeting)
                yield Stamped(meeting=meeting, late=ends < now)


def _told(seal: Sealed) -> Seal:
    return Seal(state=seal.state, signers=seal.signers, file=seal.file)


class Counter:
    """The desk's socket: ``await run()`` until cancelled."""

    def __init__(self, socket: Path, desk: Desk) -> None:
        self._desk = desk
        self.run = Errands(socket, self._serve, limit=MAX_BROUGHT, faults=(CannotSign, *FAULTS), why=_why).run

    async def _serve(self, line: Line) -> None:
        asked = await line.take(Asked, MAX_ASKED, ASK_S)
        if asked.do == "restamp":
            async for one in self._desk.restamp(everything=asked.everything):
                await line.say(Answer(stamped=one))
            await line.say(Answer(done=True))
            return
        await line.say(Answer(file=await self._desk.file(asked.meeting)))
        brought = await line.take(Brought, MAX_BROUGHT, SIGN_S)
        if asked.do == "receive":
            seal = await self._desk.receive(asked.meeting, brought.pdf)
        elif brought.role:
            seal = await self._desk.sign(asked.meeting, brought.role, brought.pdf)
        else:
            raise CannotSign("Chưa cho biết ký với vai nào.")
        await line.say(Answer(sealed=seal))


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, CannotSign) else why(error)


class Way:
    """The command's end of that socket."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.close = line.close

    @classmethod
    async def open(cls, socket: Path) -> Way | None:
        """None: no server listens there."""
        line = await Line.open(socket, MAX_TOLD)
        return cls(line) if line else None

    async def seal(
        self, meeting: str, role: Role | Literal[""], pdf_of: Callable[[str], bytes]
    ) -> Seal:  # fmt: skip
        """``pdf_of``: signs the record whose file it is told, on a thread. Raises CannotSign, and what it raises."""
        answer = await self._ask(Asked(v=VERSION, do="sign" if role else "receive", meeting=meeting))
        pdf = await asyncio.to_thread(pdf_of, answer.file)
        message = Brought(role=role, pdf=base64.b64encode(pdf))
        sealed = (await self._ask(message)).sealed
        if sealed is None:
            raise CannotSign("Máy chủ trả lời không rõ.")
        return sealed

    async def restamp(self, *, everything: bool) -> AsyncIterator[Stamped]:
        """Raises CannotSign."""
        answer = await self._ask(Asked(v=VERSION, do="restamp", meeting="", everything=everything))
        while answer.stamped is not None:
            yield answer.stamped
            answer = await self._told()

    async def _ask(self, message: BaseModel) -> Answer:
        with contextlib.suppress(OSError):  # what it said before it hung up tells why
            await self._line.say(message)
        return await self._told()

    async def _told(self) -> Answer:
        try:
            answer = await self._line.take(Answer, MAX_TOLD)
        except (OSError, EOFError, BadMessage) as error:
            raise CannotSign("Máy chủ vừa dừng hoặc khởi động lại. Chạy lại lệnh này.") from error
        if answer.refused:
            raise CannotSign(answer.refused)
        return answer
