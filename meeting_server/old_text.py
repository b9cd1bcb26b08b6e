"""The words of a PDF or DOCX that somebody brings, as far as they can be had; a scan has none."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import unicodedata
from typing import Any

from meeting_server import paper_text
from meeting_server.store.attached import DOCX, media_of

PATIENCE_S = 20
MAX_LETTERS = 400_000


def text_of(data: bytes) -> str:
    """NFC, a line a paragraph; "" when there is nothing to read or no reader for it here."""
    match media_of(data):
        case "application/pdf":
            return _nfc(_of_pdf(data))
        case kind if kind == DOCX:
            return _nfc(_of_docx(data))
    return ""


def _of_docx(data: bytes) -> str:
    """In a process of its own, with bounds: what cannot be read is kept as the file it is."""
    try:
        parts = paper_text.read_now(data)["parts"]
    except (paper_text.Unreadable, OSError):
        return ""
    return "\n".join(itertools.chain.from_iterable(map(_lines, parts)))


def _lines(part: dict[str, Any]) -> list[str]:
    if part["what"] == "table":
        return [cell for row in part["rows"] for cell in row]
    return ["".join(words for _, words in part["pieces"]).replace(paper_text.PICTURE, "")]


def _of_pdf(data: bytes) -> str:
    """By poppler's pdftotext where it is installed, in a process of its own."""
    reader = shutil.which("pdftotext")
    if reader is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - the program we found, no shell
            [reader, "-enc", "UTF-8", "-layout", "-", "-"],
            input=data,
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")


def _nfc(text: str) -> str:
    kept = "".join(letter for letter in text[:MAX_LETTERS] if letter == "\n" or letter.isprintable())
    return unicodedata.normalize("NFC", kept)
