"""Journals as the recorder leaves them, for tests that only read them."""

from __future__ import annotations

from pathlib import Path

from transcription.recording import JOURNAL, Line, line_bytes, mend, segment_bytes


def write(room: Path, lines: list[Line]) -> None:
    """Append in segments of fifty lines."""
    mend(room / JOURNAL)
    with (room / JOURNAL).open("ab") as file:
        for start in range(0, len(lines), 50):
            file.write(segment_bytes(b"".join(map(line_bytes, lines[start : start + 50]))))
