"""Sound files of any form and in any state: what they hold is read, and what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.sound import RATE, murmur, quiet
from transcription.sounds import BadSound, read, utterances

SPOKEN = np.concatenate([quiet(0.5), murmur(3.0), quiet(0.8, seed=1), murmur(2.0, seed=2), quiet(0.8, seed=3)])


def test_a_file_cut_off_in_the_middle_gives_what_is_before_and_says_so(tmp_path: Path) -> None:
    path, told = tmp_path / "ghi-âm.flac", []
    soundfile.write(path, SPOKEN, RATE)
    whole = read(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    left = read(path, told.append)
    assert len(whole) * 0.4 < len(left) < len(whole) * 0.9
    assert np.array_equal(left[: RATE * 2], whole[: RATE * 2])
    assert len(told) == 1
    assert told[0].startswith(f"{path}: tệp hỏng một phần (từ 0 phút ")


def test_a_hole_in_a_file_keeps_what_comes_after_at_its_time(tmp_path: Path) -> None:
    path, told = tmp_path / "ghi-âm.mp3", []
    soundfile.write(path, SPOKEN, RATE)
    whole, data = read(path), bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 700] = np.random.default_rng(1).integers(0, 256, 700, np.uint8).tobytes()
    path.write_bytes(data)
    left = read(path, told.append)
    assert abs(len(left) - len(whole)) <= RATE // 4
    assert utterances(left)
    assert len(told) <= 1


def test_a_file_without_a_sound_is_told_from_a_broken_one(tmp_path: Path) -> None:
    import av

    path = tmp_path / "hình.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(BadSound, match="trong tệp không có tiếng"):
        read(path)
    path.write_bytes(b"nothing" * 100)
    with pytest.raises(BadSound, match="không phải tệp âm thanh"):
        read(path)


def test_samples_that_are_no_numbers_silence_nothing_else(tmp_path: Path) -> None:
    path, spoiled = tmp_path / "số.wav", SPOKEN.copy()
    spoiled[100:110], spoiled[200] = np.nan, np.inf
    soundfile.write(path, spoiled, RATE, subtype="FLOAT")
    sound = read(path)
    assert np.isfinite(sound).all()
    assert len(list(utterances(sound))) == len(list(utterances(SPOKEN))) > 0
