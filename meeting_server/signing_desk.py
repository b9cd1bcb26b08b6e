"""The server's end of ``hopchibo sign``, ``receive`` and ``restamp``: what was signed at this machine is sealed here.

The command signs (its key or token is not the server's); it comes by ``<run>/sign.sock``, a Unix socket in a folder of
the owner alone; a JSON object a line, versioned:

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

import structlog
from pydantic import Base64Bytes, BaseModel, Field, ValidationError
from sqlmodel import select

from meeting_server.meetings import Meetings
from meeting_server.sealer import Sealer
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingSummary
from meeting_server.unsigned import FAULTS, why
from minutes.record.events import Sealed
from minutes.sealing.personal import Role, stamp_ends

SOCKET = "sign.sock"
VERSION: Literal[1] = 1
MAX_ASKED, MAX_PDF, MAX_TOLD = 4 * 1024, 20 * 1024 * 1024, 64 * 1024
ASK_S, SIGN_S = 10.0, 600.0
"""Until the command has asked; until somebody has typed a PIN and a token has signed."""
AHEAD = timedelta(days=400)  # the command is given once a year, and may be a month late
NO_STAMPING = "Chưa cho biết dịch vụ dấu thời gian: HOPCHIBO_TSA_URL và HOPCHIBO_TSA_ROOTS."
log = structlog.get_logger(__name__)


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
        self._socket, self._desk = socket, desk
        self._open: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        self._socket.unlink(missing_ok=True)
        try:
            server = await asyncio.start_unix_server(self._meet, str(self._socket), limit=MAX_PDF * 3 // 2)
        except OSError as error:  # the folder's name may be too long for a socket: the rest goes on without it
            log.error("signing_desk_not_offered", error=type(error).__name__)
            return
        self._socket.chmod(0o600)
        try:
            async with server:
                await server.serve_forever()
        finally:
            for writer in self._open:
                writer.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.closing(writer), contextlib.suppress(OSError, EOFError):
            try:
                await self._serve(reader, writer)
            except (ValidationError, TimeoutError) as error:
                log.warning("signing_desk_bad_message", error=type(error).__name__)
                await _say(writer, Answer(refused="Lệnh này không cùng phiên bản với máy chủ đang chạy."))
            except CannotSign as error:
                await _say(writer, Answer(refused=str(error)))
            except FAULTS as error:
                log.info("signing_desk_refused", error=type(error).__name__)
                await _say(writer, Answer(refused=why(error)))
        self._open.discard(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(ASK_S):
            asked = Asked.model_validate_json(await _line(reader, MAX_ASKED))
        if asked.do == "restamp":
            async for one in self._desk.restamp(everything=asked.everything):
                await _say(writer, Answer(stamped=one))
            await _say(writer, Answer(done=True))
            return
        await _say(writer, Answer(file=await self._desk.file(asked.meeting)))
        async with asyncio.timeout(SIGN_S):
            brought = Brought.model_validate_json(await _line(reader, MAX_PDF * 3 // 2))
        if asked.do == "receive":
            seal = await self._desk.receive(asked.meeting, brought.pdf)
        elif brought.role:
            seal = await self._desk.sign(asked.meeting, brought.role, brought.pdf)
        else:
            raise CannotSign("Chưa cho biết ký với vai nào.")
        await _say(writer, Answer(sealed=seal))


async def _line(reader: asyncio.StreamReader, limit: int) -> bytes:
    """Raises EOFError at the end, ValueError on a line that is too long."""
    line = await reader.readline()
    if not line:
        raise EOFError
    if len(line) > limit:
        raise ValueError("the line is too long")
    return line


async def _say(writer: asyncio.StreamWriter, message: BaseModel) -> None:
    writer.write(message.model_dump_json().encode() + b"\n")
    await writer.drain()


class Way:
    """The command's end of that socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, socket: Path) -> Way | None:
        """None: no server listens there."""
        try:
            return cls(*await asyncio.open_unix_connection(str(socket), limit=MAX_TOLD))
        except (FileNotFoundError, ConnectionRefusedError):
            return None

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

    def close(self) -> None:
        self._writer.close()

    async def _ask(self, message: BaseModel) -> Answer:
        with contextlib.suppress(OSError):  # what it said before it hung up tells why
            await _say(self._writer, message)
        return await self._told()

    async def _told(self) -> Answer:
        try:
            answer = Answer.model_validate_json(await _line(self._reader, MAX_TOLD))
        except (OSError, EOFError, ValueError) as error:
            raise CannotSign("Máy chủ vừa dừng hoặc khởi động lại. Chạy lại lệnh này.") from error
        if answer.refused:
            raise CannotSign(answer.refused)
        return answer
