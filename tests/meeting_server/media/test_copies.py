"""Pieces kept by a browser through a cut become a track: nothing doubled, nothing of a time off record."""

from __future__ import annotations

import itertools
from pathlib import Path

from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.copies import Copies
from meeting_server.media.feed import Feed
from meeting_server.media.recorder import RoomJournal, index
from transcription.recording import TrackEnd, lines, packets
from transcription.wire import Packet

SECOND, FRAME = 48_000, 960
BEGAN = 1_000_000
NOW = BEGAN + 3_600_000
CELT_20_MS = b"\xf8"


def opus(position: int) -> Packet:
    return Packet(position, CELT_20_MS + position.to_bytes(8, "big"))


def piece(seconds: float) -> list[Packet]:
    return [opus(position) for position in range(0, round(seconds * SECOND), FRAME)]


class Rig:
    def __init__(self, folder: Path) -> None:
        self.journal = RoomJournal(folder / "r")
        self.journal.open()
        self.capture = Capture("r", self.journal, Feed(folder / "feed.sock", list))
        self.copies = Copies(self.capture, self.journal)
        self.live = CapturedTrack("t-live", 0, BEGAN)
        self.capture.started(self.live)
        self.capture.open(BEGAN)
        self.journal.gates.opened(BEGAN)

    def hear(self, since: float, until: float) -> None:
        """The live track, by seconds from the beginning."""
        for position in range(round(since * SECOND), round(until * SECOND), FRAME):
            self.capture.sound(self.live, position, opus(position).payload, BEGAN + position // 48)

    def take(self, second: float, length: float = 10, others: tuple[str, ...] = ("t-live",)) -> dict[str, object]:
        return self.copies.take("s-hall", others, BEGAN + round(second * 1000), piece(length), NOW)

    def times(self, track: str) -> list[int]:
        """When each recorded packet of a track was said: ms from the beginning."""
        self.journal.write()
        found = next((known for known in index(self.journal.path).values() if known.track == track), None)
        assert found is not None
        return [found.heard_at(packet.position) - BEGAN for packet in packets(self.journal.path, track)]


def test_five_minutes_without_a_line_are_one_unbroken_track(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.hear(0, 60)
    rig.hear(360, 420)
    told = [rig.take(second) for second in range(50, 370, 10)]
    track = str(told[1]["track"])
    assert {str(answer["track"]) for answer in told if answer["kept"]} == {track}
    assert told[0]["kept"] == told[-1]["kept"] == 0
    assert rig.times(track) == list(range(60_000, 360_000, 20))
    assert [packet.position for packet in packets(rig.journal.path, track)] == list(range(0, 300 * SECOND, FRAME))


def test_a_piece_that_comes_twice_is_kept_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    first, second, again = rig.take(0), rig.take(10), rig.take(10)
    assert (first["kept"], second["kept"], again["kept"]) == (500, 500, 0)
    assert again["track"] == first["track"]


def test_overlapping_pieces_are_laid_end_to_end(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    track = str(rig.take(0)["track"])
    rig.take(9.713)
    said = rig.times(track)
    assert said == sorted(said)
    assert all(20 <= b - a < 45 for a, b in itertools.pairwise(said))


def test_nothing_is_taken_of_a_time_when_the_gate_was_shut(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.journal.gates.shut(BEGAN + 12_000)
    rig.journal.gates.opened(BEGAN + 33_000)
    told = [rig.take(second) for second in (10, 20, 30)]
    assert [answer["kept"] for answer in told] == [100, 0, 350]
    rig.journal.purge(BEGAN + 30_000, BEGAN + 60_000)
    assert rig.take(30, others=())["kept"] == 0


def test_after_a_restart_of_the_node_what_was_recorded_is_known(tmp_path: Path) -> None:
    former = Rig(tmp_path)
    former.hear(0, 15)
    former.journal.write()
    former.journal.gates.save()
    rig = Rig(tmp_path)
    assert rig.take(10)["kept"] == 250


def test_a_shut_gate_does_not_take_back_what_was_answered_for(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    told = rig.take(0)
    rig.capture.shut()
    rig.journal.write()
    assert len(list(packets(rig.journal.path, str(told["track"])))) == told["kept"] == 500


def test_a_track_ends_when_nothing_more_comes(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    track = rig.take(0)["track"]
    rig.copies.expire(NOW + 61_000)
    rig.journal.write()
    assert [line for line in lines(rig.journal.path) if isinstance(line, TrackEnd)]
    assert rig.take(10)["track"] != track


def test_strange_packets_and_pieces_of_the_future_are_left_out(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    strange = [Packet(0, b""), Packet(0, CELT_20_MS * 2_000), Packet(FRAME, b"\xff\xff")]
    assert rig.copies.take("s-hall", (), BEGAN, strange, NOW) == {"track": "", "rtp0": 0, "at": 0, "kept": 0}
    assert rig.copies.take("s-hall", (), NOW - 1_000, piece(2), NOW)["kept"] == 50
