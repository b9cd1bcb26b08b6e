"""Parts of contents, as players ask for them (RFC 9110 §14): read piece by piece, never whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fastapi.responses import Response, StreamingResponse

PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def served(asked: str, size: int, read: Callable[[int, int], bytes], media_type: str) -> Response:
    """All ``size`` bytes, or the one range of the header ``Range``; what is no such header is as if it were not there.

    ``read(offset, count)`` is called in a thread.
    """
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    found = _RANGE.fullmatch(asked.strip())
    first, last = found.groups() if found else ("", "")
    part = bool(first or last)
    start = int(first) if first else max(size - int(last), 0) if last else 0
    end = min(int(last), size - 1) if first and last else size - 1
    if part and start > end:
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(end - start + 1)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return StreamingResponse(_pieces(read, start, end + 1), 206 if part else 200, headers, media_type)


def _pieces(read: Callable[[int, int], bytes], start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, PIECE):
        yield read(at, min(PIECE, end - at))
