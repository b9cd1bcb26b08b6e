"""The built web client: its files, and index.html for every page that the client draws itself."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import house

router = APIRouter()

_HASHED = re.compile(r"-[\w-]{8,}\.\w+$")  # vite puts a hash of the contents into the name
_PATH = re.compile(r"^(?:[\w@-][\w.@-]*/)*[\w@-][\w.@-]*$")
_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".mjs": "text/javascript"}
NOT_BUILT = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Họp Chi Bộ</title>
<h1>Họp Chi Bộ</h1><p>Trang web chưa được dựng trên máy chủ này. Người cài đặt chạy: <code>make run</code>.</p>
</html>"""


@router.get("/{path:path}", include_in_schema=False)
async def page_or_file(request: Request, path: str, caller: Annotated[Caller, allowed("web")]) -> Response:
    """A file of the client, or the page that finds its own way. Addresses of the API never come here."""
    root = house(request).settings.web
    if path.split("/", 1)[0] in ("api", "live"):
        raise Fault(404)
    file = _file(root, path)
    if file is not None:
        keep = "public, max-age=31536000, immutable" if _HASHED.search(file.name) else "no-cache"
        return _sent(request, file, _TYPES.get(file.suffix), keep)
    if path.startswith("assets/"):
        raise Fault(404)
    index = root / "index.html"
    if not index.exists():
        return HTMLResponse(NOT_BUILT, 503)
    return _sent(request, index, "text/html; charset=utf-8", "no-cache")


def _sent(request: Request, file: Path, media_type: str | None, keep: str) -> FileResponse:
    """The file, compressed where the build left it so and the browser takes it."""
    kind = media_type or mimetypes.guess_type(file.name)[0]
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
    packed = file.with_name(f"{file.name}.gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return FileResponse(packed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return FileResponse(file, media_type=kind, headers=headers)


def _file(root: Path, path: str) -> Path | None:
    """A plain file below the root; nothing that points out of it, nothing hidden."""
    if not path or len(path) > 300 or not _PATH.match(path):
        return None
    file = (root / path).resolve()
    return file if file.is_file() and file.is_relative_to(root.resolve()) and file.name != "index.html" else None
