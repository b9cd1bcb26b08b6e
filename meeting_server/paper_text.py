"""A Word document as plain parts to read on a phone: paragraphs, headings, points, tables. No markup, only words.

``python -m meeting_server.paper_text`` reads a document from its input and writes JSON; ``read`` runs that in a process
of its own with bounds on memory and time, for a file is a stranger's work whoever gave it out.
"""

from __future__ import annotations

import asyncio
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from docx import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

MIB = 1024 * 1024
MOST_UNPACKED, MOST_PARTS, MOST_CHARS, MOST_CELLS = 96 * MIB, 3_000, 300_000, 4_000
MEMORY, SECONDS = 1024 * MIB, 20
PICTURE = "[hình trong tệp gốc]"
RUNS = ".//w:r[not(ancestor::w:del) and not(ancestor::*[local-name()='Fallback'])]"  # inserted words too, once

Mark = Literal["", "b", "i"]
Piece = tuple[Mark, str]


class Unreadable(Exception):
    """Not a Word document that can be read here, or too large for it."""


@dataclass
class Parts:
    """``more``: the document goes on. A part is {what: heading|text|point, align, pieces} or {what: table, rows}."""

    parts: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False
    chars: int = 0
    cells: int = 0

    def add(self, part: dict[str, Any], chars: int, cells: int = 0) -> bool:
        """Whether there is room for more."""
        if len(self.parts) >= MOST_PARTS or self.chars + chars > MOST_CHARS or self.cells + cells > MOST_CELLS:
            self.more = True
            return False
        self.parts.append(part)
        self.chars += chars
        self.cells += cells
        return True


def parts_of(data: bytes) -> Parts:
    """Raises Unreadable. Entities are not resolved (python-docx), nothing outside the file is fetched."""
    found = Parts()
    try:
        if sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist()) > MOST_UNPACKED:
            raise Unreadable("unpacks to too much")
        for block in Document(io.BytesIO(data)).iter_inner_content():
            part, chars, cells = _table(block) if isinstance(block, Table) else _paragraph(block)
            if chars and not found.add(part, chars, cells):
                break
    except (OpcError, SyntaxError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(type(error).__name__) from error
    return found


def _paragraph(paragraph: Paragraph) -> tuple[dict[str, Any], int, int]:
    pieces = [list(piece) for piece in _joined(_pieces(paragraph))]
    chars = sum(len(text) for _, text in pieces)
    return {"what": _what(paragraph), "align": _align(paragraph), "pieces": pieces}, chars, 0


def _pieces(paragraph: Paragraph) -> Iterator[Piece]:
    for element in paragraph._p.xpath(RUNS):
        run = Run(element, paragraph)
        if element.xpath("./w:drawing | ./w:pict"):
            yield "i", PICTURE
        if run.text:
            yield "b" if run.bold else "i" if run.italic else "", run.text


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one look as one piece; nothing where there are only blanks."""
    found: list[Piece] = []
    for mark, text in pieces:
        if found and found[-1][0] == mark:
            found[-1] = (mark, found[-1][1] + text)
        else:
            found.append((mark, text))
    return found if any(text.strip() for _, text in found) else []


def _what(paragraph: Paragraph) -> str:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style.startswith(("Heading", "Title")):
        return "heading"
    numbered = bool(paragraph._p.xpath("./w:pPr/w:numPr"))
    return "point" if numbered or style.startswith("List") else "text"


def _align(paragraph: Paragraph) -> str:
    return {1: "center", 2: "right"}.get(int(paragraph.alignment or 0), "")


def _table(table: Table) -> tuple[dict[str, Any], int, int]:
    """Cells as the file has them, each once: a merged cell is not said again."""
    rows = [
        ["\n".join(_text(p) for p in cell.xpath("./w:p")) for cell in row.xpath("./w:tc")] for row in table._tbl.tr_lst
    ]
    texts = [cell for row in rows for cell in row]
    return {"what": "table", "rows": rows}, sum(map(len, texts)), len(texts)


def _text(paragraph: Any) -> str:
    return "".join(str(one) for one in paragraph.xpath(f"{RUNS}/w:t/text()"))


async def read(data: bytes) -> dict[str, Any]:
    """{parts, more} of a document. Raises Unreadable, also when it takes too long."""
    return await asyncio.to_thread(read_now, data)


def read_now(data: bytes) -> dict[str, Any]:
    """As ``read``; waits."""
    command = [sys.executable, "-m", "meeting_server.paper_text"]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves, no shell
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("takes too long") from error
    if done.returncode:
        raise Unreadable(f"ended with {done.returncode}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found = parts_of(sys.stdin.buffer.read())
    except Unreadable:
        return 3
    sys.stdout.write(json.dumps({"parts": found.parts, "more": found.more}, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
