"""All voices of a journal in one file, each where it was said."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from meeting_server.media.mix import NothingToMix, mix
from meeting_server.media.recorder import RoomJournal
from tests.sound import RATE as RATE_16
from tests.sound import Sound, murmur
from transcription.opus import encode
from transcription.recording import Anchor, TrackEnd, TrackStart
from transcription.recording import Sound as Recorded

BEGAN = 1_700_000_000_000


def say(journal: RoomJournal, number: int, second: float, sound: Sound) -> None:
    at = BEGAN + round(second * 1000)
    journal.add(TrackStart(number, f"t-{number}", 0, at))
    journal.add(Anchor(number, 0, at))
    for packet in encode(sound):
        journal.add(Recorded(number, packet))
    journal.add(TrackEnd(number, at + len(sound) * 1000 // RATE_16))


def heard(file: Path) -> np.ndarray:
    resampler = av.AudioResampler("s16", "mono", RATE_16)
    with av.open(str(file)) as container:
        blocks = [
            out.to_ndarray().reshape(-1) for frame in container.decode(audio=0) for out in resampler.resample(frame)
        ]
    return np.concatenate(blocks).astype(np.float32) / 32_768


def loud(sound: np.ndarray, begin: float, end: float) -> float:
    return float(np.sqrt(np.mean(sound[round(begin * RATE_16) : round(end * RATE_16)] ** 2)))


def test_voices_stand_where_they_were_said_and_together_where_they_spoke_together(tmp_path: Path) -> None:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    say(journal, 1, 0, murmur(4.0, seed=1))
    say(journal, 2, 3, murmur(3.0, seed=2))
    say(journal, 3, 18, murmur(5.0, seed=3))  # over the end of a block
    journal.write()
    done: list[float] = []
    seconds = mix(journal.path, tmp_path / "all.ogg", done.append)
    assert 22.9 < seconds < 23.2
    assert done[-1] == 1.0
    sound = heard(tmp_path / "all.ogg")
    assert abs(len(sound) / RATE_16 - seconds) < 0.2
    for begin, end in ((0.2, 2.8), (3.2, 3.8), (4.2, 5.8), (18.2, 22.8)):
        assert loud(sound, begin, end) > 0.01
    assert loud(sound, 6.5, 17.5) < 0.002
    assert loud(sound, 3.2, 3.8) > loud(sound, 2.2, 2.8) * 0.8


def test_two_loud_voices_do_not_go_past_full_scale(tmp_path: Path) -> None:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    tone = (0.9 * np.sin(np.arange(RATE_16 * 2) * 2 * np.pi * 300 / RATE_16)).astype(np.float32)
    say(journal, 1, 0, tone)
    say(journal, 2, 0, tone)
    journal.write()
    mix(journal.path, tmp_path / "all.ogg")
    assert 0.5 < float(np.abs(heard(tmp_path / "all.ogg")).max()) <= 1.0


def test_a_journal_without_sound_gives_no_file(tmp_path: Path) -> None:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    with pytest.raises(NothingToMix):
        mix(journal.path, tmp_path / "all.ogg")
    assert not (tmp_path / "all.ogg").exists()
