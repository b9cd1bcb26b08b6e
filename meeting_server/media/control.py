"""Frames of the control link and the feed on a stream: 4-byte big-endian length, then ``transcription.wire.pack``."""

from __future__ import annotations

import asyncio
import re
import struct
from typing import Any

from meeting_server.media.errors import MediaRefused
from transcription.wire import MAX_FRAME, WireError, pack, unpack

_LENGTH = struct.Struct(">I")
_NAME = re.compile(r"[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,63}")


def checked_name(value: object, what: str) -> str:
    """A room's or session's identifier; it may become a directory's name. Raises MediaRefused."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise MediaRefused("bad_request", f"{what} is no identifier")
    return value


async def read_frame(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Head and payload of the next frame. Raises EOFError at the end, WireError on anything else than a frame."""
    (size,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if size > MAX_FRAME:
        raise WireError("a frame larger than 2 MiB")
    return unpack(await reader.readexactly(size))


def frame(head: dict[str, Any], payload: bytes = b"") -> bytes:
    body = pack(head, payload)
    return _LENGTH.pack(len(body)) + body


async def write_frame(writer: asyncio.StreamWriter, head: dict[str, Any], payload: bytes = b"") -> None:
    """Queue a frame and wait until the peer takes it."""
    writer.write(frame(head, payload))
    await writer.drain()
