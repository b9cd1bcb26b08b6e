"""How a command at this machine talks with the running server: by a Unix socket, one JSON object a line, versioned.

The socket lies in a folder of the owner alone and is his alone. Whatever goes wrong is answered, a line past its limit
too: ``{"refused": "in Vietnamese"}``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import BaseModel

Message = TypeVar("Message", bound=BaseModel)
NOT_OURS = "Lệnh này không cùng phiên bản với máy chủ đang chạy."
log = structlog.get_logger(__name__)


class BadMessage(Exception):
    """Not a message that was waited for: too long, too late, or of another shape."""


class Refusal(BaseModel):
    refused: str


class Line:
    """One end of such a socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, socket: Path, limit: int) -> Line | None:
        """None: no server listens there."""
        try:
            return cls(*await asyncio.open_unix_connection(str(socket), limit=limit))
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    async def take(self, kind: type[Message], limit: int, within: float | None = None) -> Message:
        """The next message. Raises EOFError at the end, OSError, BadMessage."""
        try:
            async with asyncio.timeout(within):
                line = await self._reader.readline()
            if not line:
                raise EOFError
            if len(line) > limit:
                raise BadMessage("the line is too long")
            return kind.model_validate_json(line)
        except (ValueError, TimeoutError) as error:  # readline's own limit is a ValueError too
            raise BadMessage(type(error).__name__) from error

    async def say(self, message: BaseModel) -> None:
        """Raises OSError."""
        self._writer.write(message.model_dump_json().encode() + b"\n")
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        self._writer.transport.abort()


class Errands:
    """The server's end: ``await run()`` until cancelled. ``serve``: one command's whole errand; ``why``: what it is
    refused with for one of ``faults``."""

    def __init__(
        self, socket: Path, serve: Callable[[Line], Awaitable[None]], *, limit: int,
        faults: tuple[type[Exception], ...], why: Callable[[Exception], str],
    ) -> None:  # fmt: skip
        self._socket, self._serve, self._limit, self._faults, self._why = socket, serve, limit, faults, why
        self._open: set[Line] = set()

    async def run(self) -> None:
        self._socket.unlink(missing_ok=True)
        try:
            server = await asyncio.start_unix_server(self._meet, str(self._socket), limit=self._limit)
        except OSError as error:  # the folder's name may be too long for a socket: the rest goes on without it
            log.error("errands_not_offered", socket=self._socket.name, error=type(error).__name__)
            return
        self._socket.chmod(0o600)
        try:
            async with server:
                await server.serve_forever()
        finally:
            for line in self._open:
                line.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        self._open.add(line)
        with contextlib.closing(line), contextlib.suppress(OSError, EOFError):
            try:
                await self._serve(line)
            except BadMessage as error:
                log.warning("errand_bad_message", socket=self._socket.name, error=str(error))
                await line.say(Refusal(refused=NOT_OURS))
            except self._faults as error:
                log.info("errand_refused", socket=self._socket.name, error=type(error).__name__)
                await line.say(Refusal(refused=self._why(error)))
        self._open.discard(line)
