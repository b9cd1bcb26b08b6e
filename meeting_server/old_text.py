"""The words of a PDF or DOCX that somebody brings, as far as they can be had; a scan has none."""

from __future__ import annotations

import io
import shutil
import subprocess
import unicodedata

from docx import Document

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
    try:
        document = Document(io.BytesIO(data))
        lines = [paragraph.text for paragraph in document.paragraphs]
        lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    except Exception:  # python-docx raises many kinds on broken files; the file itself is kept as it is
        return ""
    return "\n".join(lines)


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
