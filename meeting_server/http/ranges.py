"""Parts of bytes that are at hand, as players ask for them (RFC 9110 §14). Files have it from their own answer."""

from __future__ import annotations

import re

from fastapi.responses import Response

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def ranged(asked: str, data: bytes, media_type: str) -> Response:
    """All of it, or the one range of the header ``Range``; what is no such header is as if it were not there."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    found = _RANGE.fullmatch(asked.strip())
    first, last = found.groups() if found else ("", "")
    if not first and not last:
        return Response(data, media_type=media_type, headers=headers)
    size = len(data)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    told = {**headers, "Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(data[start : end + 1], 206, told, media_type)
