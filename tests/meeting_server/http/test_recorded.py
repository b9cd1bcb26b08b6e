"""Recordings as people play them: the right length, holes as silence, nothing left of what was erased."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from meeting_server.http import recorded
from tests.sound import murmur
from transcription.opus import encode
from transcription.recording import JOURNAL, Line, Sound, TrackStart, line_bytes, mend, segment_bytes
from transcription.wire import RATE

HOLE = 2 * RATE


def write(room: Path, lines: list[Line]) -> None:
    mend(room / JOURNAL)
    with (room / JOURNAL).open("ab") as file:
        for start in range(0, len(lines), 50):
            file.write(segment_bytes(b"".join(map(line_bytes, lines[start : start + 50]))))


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Two seconds of voice, a hole of two seconds, one second of voice; and another track between."""
    first, later = encode(murmur(2.0)), encode(murmur(1.0), start=4 * RATE)
    other = encode(murmur(1.0, seed=5))
    write(tmp_path, [
        TrackStart(1, "t-a", 0, 0), TrackStart(2, "t-b", 0, 0), *(Sound(1, packet) for packet in first),
        *(Sound(2, packet) for packet in other), *(Sound(1, packet) for packet in later),
    ])  # fmt: skip
    return tmp_path


def sound_of(data: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def loud(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))) if len(sound) else 0.0


def test_a_span_has_just_the_seconds_asked_for(room: Path) -> None:
    sound = sound_of(recorded.span_wav(room, "t-a", RATE // 2, RATE * 3 // 2))
    assert len(sound) == RATE
    assert loud(sound) > 500


def test_a_hole_is_silence_and_what_follows_stands_at_its_time(room: Path) -> None:
    sound = sound_of(recorded.span_wav(room, "t-a", RATE, 5 * RATE))
    assert len(sound) == 4 * RATE
    assert loud(sound[: RATE * 9 // 10]) > 500
    assert loud(sound[RATE * 11 // 10 : RATE * 29 // 10]) == 0
    assert loud(sound[RATE * 31 // 10 :]) > 500


def test_an_ogg_file_plays_as_long_as_the_track(room: Path) -> None:
    path = recorded.ogg_file(room, "t-a")
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name in ("opus", "libopus")
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert abs(samples - 5 * RATE) < RATE // 10
    assert recorded.ogg_file(room, "t-a") == path


def test_what_is_made_is_made_anew_when_the_recording_has_grown(room: Path) -> None:
    first = recorded.ogg_file(room, "t-a")
    write(room, [Sound(1, packet) for packet in encode(murmur(1.0), start=5 * RATE)])
    second = recorded.ogg_file(room, "t-a")
    assert second != first
    assert not first.exists()


def test_peaks_show_voice_and_hole(room: Path) -> None:
    told = recorded.peaks(room, "t-a")
    loudness = json.loads(json.dumps(told["peaks"]))
    assert told["seconds"] == pytest.approx(5, abs=0.2)
    assert max(loudness[:20]) > 100
    assert max(loudness[22:38]) == 0
    assert all(0 <= peak <= 1000 for peak in loudness)


@pytest.mark.parametrize("track", ["t-none", "../../etc/passwd"])
def test_an_unknown_track_has_no_sound(room: Path, track: str) -> None:
    for make in (recorded.ogg_file, recorded.peaks):
        if "/" not in track:
            with pytest.raises(recorded.NoSound):
                make(room, track)
    with pytest.raises(recorded.NoSound):
        recorded.span_wav(room, track, 0, RATE)
    assert not list((room / "made").glob("*")) if (room / "made").exists() else True


@pytest.mark.parametrize(
    ("toc", "samples"), [(0x00, 480), (0x18, 2880), (0x60, 480), (0x80, 120), (0xF8, 960), (0xF9, 1920)]
)
def test_a_packets_length_stands_in_its_first_byte(toc: int, samples: int) -> None:
    assert recorded.samples_of(bytes([toc, 0])) == samples
