"""What a downloaded file is called: what it is, whose, of which month and number; in ASCII too for old systems."""

from __future__ import annotations

from urllib.parse import quote

from meeting_server.room.state import Room
from transcription.text.fold import fold_words

MAX_LETTERS = 120


def disposition(name: str, how: str = "attachment") -> str:
    """The value of Content-Disposition (RFC 6266): a plain name, and the true one as RFC 8187 (once 5987) writes it."""
    plain = "-".join("".join(letter for letter in word if letter.isascii()) for word in fold_words(_stem(name)))
    return f"{how}; filename=\"{(plain or 'tep') + _ending(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(room: Room, what: str, ending: str, version: int = 0, number: str | None = None) -> str:
    """ "Hồ sơ Chi bộ thôn Chiềng Cà 2026-11 số 01 bản 1.hcb.zip": no letter that a file system dislikes.
    ``number``: where it is not that of the minutes."""
    plan = room.meeting.scheduled
    parts = [what, plan.cell_name if plan else "", plan.period if plan else ""]
    given = room.meeting.number if number is None else number
    parts += [f"số {given}"] if given else []
    parts += [f"bản {version}"] if version else []
    words = " ".join("".join(c if c.isalnum() or c in " -–_()" else "-" for c in part) for part in parts if part)
    return " ".join(words.split())[:MAX_LETTERS].rstrip() + ending


def _stem(name: str) -> str:
    return name[: len(name) - len(_ending(name))]


def _ending(name: str) -> str:
    """The endings of a name, ".hcb.zip" as one."""
    for known in (".hcb.zip", ".pdf", ".docx", ".xlsx", ".csv", ".zip", ".jpg", ".png"):
        if name.lower().endswith(known):
            return name[-len(known) :].lower()
    return ""
