"""A meeting's secret: made once, read by all, and gone for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from transcription.keyring import Keyring, Unreadable, deciphered, enciphered
from transcription.recording import (
    MAGIC,
    BadJournal,
    Sound,
    TrackStart,
    line_bytes,
    lines,
    mend,
    sealed_segment,
    segment_bytes,
)
from transcription.wire import Packet

LINES = (TrackStart(1, "t-1", 0, 1_000), Sound(1, Packet(0, b"mot goi tieng noi")))


def journal_of(data: Path) -> Path:
    path = data / "recordings" / "m-1" / "journal"
    mend(path)
    return path


def test_of_many_makers_one_wins_and_all_read_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Keyring(tmp_path).made("m-1", "sound"), range(40)))
    assert len(found) == 1
    assert found != {Keyring(tmp_path).made("m-1", "record")}
    (file,) = (tmp_path / "meetings").glob("m-1.sound")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_opens_nothing_and_a_new_one_is_another(tmp_path: Path) -> None:
    keys = Keyring(tmp_path)
    text = enciphered(keys.made("m-1", "sound"), b"loi noi", b"m-1/3")
    assert deciphered(keys.key("m-1", "sound"), text, b"m-1/3") == b"loi noi"
    assert (keys.destroy("m-1", "sound"), keys.destroy("m-1", "sound")) == (True, False)
    with pytest.raises(Unreadable):
        keys.key("m-1", "sound")
    with pytest.raises(Unreadable):
        deciphered(keys.made("m-1", "sound"), text, b"m-1/3")


@pytest.mark.parametrize("change", ["about", "byte", "short"])
def test_what_is_altered_or_put_elsewhere_does_not_open(tmp_path: Path, change: str) -> None:
    key = Keyring(tmp_path).made("m-1", "record")
    text = enciphered(key, b"phieu cua mot nguoi", b"m-1/3")
    about = b"m-1/4" if change == "about" else b"m-1/3"
    text = text[:-1] + bytes([text[-1] ^ 1]) if change == "byte" else text[:8] if change == "short" else text
    with pytest.raises(Unreadable):
        deciphered(key, text, about)


def test_a_journal_holds_no_sound_in_the_clear_and_is_noise_without_its_key(tmp_path: Path) -> None:
    path = journal_of(tmp_path)
    with path.open("ab") as file:
        file.write(sealed_segment(path, b"".join(map(line_bytes, LINES))))
    data = path.read_bytes()
    assert b"goi tieng" not in data
    assert b"t-1" not in data[len(MAGIC) :]
    assert tuple(lines(path)) == LINES
    Keyring(tmp_path / "keys").destroy("m-1", "sound")
    with pytest.raises(BadJournal):
        list(lines(path))


def test_an_older_journal_in_the_clear_is_still_read(tmp_path: Path) -> None:
    path = journal_of(tmp_path)
    with path.open("ab") as file:
        file.write(segment_bytes(b"".join(map(line_bytes, LINES))))
    assert tuple(lines(path)) == LINES
