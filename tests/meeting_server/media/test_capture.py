"""The gate judges a packet by when it was said: late ones of a time off record stay out when it opens again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.media_kept import drift
from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.feed import Feed
from meeting_server.media.recorder import RoomJournal
from transcription.recording import packets

SECOND, FRAME = 48_000, 960
BEGAN = 1_000_000


def gate(tmp_path: Path) -> tuple[Capture, CapturedTrack, RoomJournal]:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    capture = Capture("r", journal, Feed(tmp_path / "feed.sock", list))
    track = CapturedTrack("t-1", 0, BEGAN)
    capture.started(track)
    return capture, track, journal


def speak(capture: Capture, track: CapturedTrack, begin: int, end: int, *, late: int = 0) -> None:
    """Packets said between two positions, each heard ``late`` ms after it could be."""
    for position in range(begin, end, FRAME):
        capture.sound(track, position, b"\xf8" + position.to_bytes(8, "big"), BEGAN + 40 + position // 48 + late)


def kept(journal: RoomJournal) -> list[int]:
    journal.write()
    return [packet.position for packet in packets(journal.path, "t-1")]


def test_what_was_said_before_the_opening_and_comes_late_stays_out(tmp_path: Path) -> None:
    capture, track, journal = gate(tmp_path)
    speak(capture, track, 0, 2 * SECOND)
    capture.open(BEGAN + 40 + 4_000)
    speak(capture, track, 2 * SECOND, 4 * SECOND, late=2_500)
    speak(capture, track, 4 * SECOND, 5 * SECOND)
    assert kept(journal) == list(range(4 * SECOND, 5 * SECOND, FRAME))


def test_a_first_packet_has_nothing_to_compare_with_and_is_kept(tmp_path: Path) -> None:
    capture, track, journal = gate(tmp_path)
    capture.open(BEGAN)
    speak(capture, track, 0, SECOND)
    assert len(kept(journal)) == 50


def test_opening_an_open_gate_again_keeps_everything(tmp_path: Path) -> None:
    capture, track, journal = gate(tmp_path)
    capture.open(BEGAN)
    speak(capture, track, 0, SECOND)
    capture.open(BEGAN + 900)
    speak(capture, track, SECOND, 2 * SECOND)
    assert len(kept(journal)) == 100


def test_a_clock_that_stood_still_costs_no_more_than_one_window(tmp_path: Path) -> None:
    capture, track, journal = gate(tmp_path)
    speak(capture, track, 0, SECOND)
    capture.open(BEGAN + 40 + 61_000)
    for position in range(SECOND, 45 * SECOND, FRAME):  # a minute passed that the source's clock does not know of
        capture.sound(track, position, b"\xf8x", BEGAN + 60_040 + position // 48)
    assert len(kept(journal)) > 40 * 50 // 4


@pytest.mark.parametrize("ppm", [-100, 100])
def test_the_records_time_of_day_follows_a_clock_that_runs_wrong_on_a_line_that_jitters(ppm: int) -> None:
    """An hour of it is measured by the benchmark; three minutes show what drifts (18 ms by then, were it not kept)."""
    off, shortened = drift(ppm, 30, seconds=180)
    assert off < 15
    assert shortened == 0
