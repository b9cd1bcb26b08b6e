from __future__ import annotations

import os
from pathlib import Path

import pytest

from meeting_server.whole_file import write_whole


def test_a_file_takes_the_place_of_the_old_one_in_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "records" / "one.zip"
    write_whole(path, b"old")
    write_whole(path, b"new", mode=0o600, modified_ms=1_793_000_000_000)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_mtime_ns == 1_793_000_000_000 * 1_000_000
    assert [one.name for one in path.parent.iterdir()] == ["one.zip"]


def test_a_write_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one.zip"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new and longer")
    assert path.read_bytes() == b"old"
