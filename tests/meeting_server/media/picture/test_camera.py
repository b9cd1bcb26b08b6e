"""A camera's packets and a viewer's reports, good and hostile: what is asked for, what is let in, nothing raises."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media import feedback
from meeting_server.media.picture import rtcp
from meeting_server.media.picture.camera import MAX_RUNS, Camera
from meeting_server.media.picture.limits import BITRATE, BURST, KEY_EVERY_MS, OVER, Place
from meeting_server.media.picture.payload import read_start
from meeting_server.media.picture.viewer import AGAIN_BURST, MOST_REPORTS, Stream, Viewer
from meeting_server.media.picture.writer import PictureWriter, Shown
from meeting_server.media.rtp import header
from tests.meeting_server.media.picture.test_payload import DELTA, FRAME, vp8
from tests.meeting_server.media.test_source import Hand


@dataclass
class Open:
    """A line without encryption: a forged packet ends in "x"."""

    sent: list[bytes] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)

    def unprotect(self, data: bytes) -> bytes | None:
        return None if data.endswith(b"x") else data

    def send(self, packet: bytes) -> None:
        self.sent.append(packet)

    def send_rtcp(self, packet: bytes) -> None:
        self.told.append(packet)

    def refresh(self) -> None:
        """Nobody moves."""


@dataclass
class Wall:
    """A room that remembers what came, and gives back what a test keeps in it."""

    came: list[Shown] = field(default_factory=list)
    flowing: list[bool] = field(default_factory=list)
    wanted: list[Place] = field(default_factory=list)
    store: dict[int, Shown] = field(default_factory=dict)

    def shown(self, camera: Camera, shown: Shown, now: int) -> None:
        self.came.append(shown)

    def flows(self, camera: Camera, on: bool) -> None:
        self.flowing.append(on)

    def key_wanted(self, place: Place) -> None:
        self.wanted.append(place)

    def kept(self, place: Place, sequence: int) -> Shown | None:
        return self.store.get(sequence)


def camera() -> tuple[Camera, Wall, Open, Hand]:
    wall, line, clock = Wall(), Open(), Hand()
    made = Camera("an", "shared", "VP8", 96, 1, wall, clock)
    made.peer = line  # type: ignore[assignment]  # a line in memory
    made.seen = True
    return made, wall, line, clock


def packet(sequence: int, payload: bytes, timestamp: int = 0, ssrc: int = 7, payload_type: int = 96) -> bytes:
    return header(payload_type, False, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, b"") + payload


def asked(line: Open) -> list[object]:
    return [told for data in line.told for told in rtcp.read(data)]


def test_a_camera_s_packets_go_on_and_it_is_said_when_they_stop() -> None:
    made, wall, _, clock = camera()
    made.received(packet(1, vp8(FRAME)))
    made.received(packet(2, vp8(DELTA), payload_type=97))
    made.received(packet(3, vp8(DELTA) + b"x"))
    assert [shown.sequence for shown in wall.came] == [1]
    clock.now_ms += 6000
    made.tick(clock.steady())
    made.received(packet(2, vp8(DELTA), 540_000))
    assert wall.flowing == [True, False, True]


def test_a_key_frame_is_asked_for_at_once_and_again_until_it_came() -> None:
    made, _, line, clock = camera()
    made.received(packet(1, vp8(DELTA)))
    for _ in range(25):
        clock.now_ms += 100
        made.tick(clock.steady())
    assert len(asked(line)) == 1 + 2500 // KEY_EVERY_MS
    made.received(packet(2, vp8(FRAME)))
    clock.now_ms += 5000
    made.tick(clock.steady())
    assert len(asked(line)) == 1 + 2500 // KEY_EVERY_MS


def test_what_was_lost_on_the_way_in_is_asked_for_only_while_somebody_looks() -> None:
    made, _, line, clock = camera()
    made.received(packet(1, vp8(FRAME)))
    made.received(packet(4, vp8(DELTA)))
    clock.now_ms += 20
    made.tick(clock.steady())
    assert rtcp.Nack(7, (2, 3)) in asked(line)
    line.told.clear()
    made.seen = False
    made.received(packet(9, vp8(DELTA)))
    clock.now_ms += 20
    made.tick(clock.steady())
    assert not [told for told in asked(line) if isinstance(told, rtcp.Nack)]


def test_each_second_the_sender_is_told_how_much_it_may_send() -> None:
    made, _, line, _ = camera()
    made.received(packet(1, vp8(FRAME)))
    made.report()
    (told,) = (told for told in asked(line) if isinstance(told, rtcp.Remb))
    assert BITRATE["shared"] * 0.99 <= told.bitrate <= BITRATE["shared"]
    line.told.clear()
    made.seen = False
    made.report()
    (told,) = (told for told in asked(line) if isinstance(told, rtcp.Remb))
    assert told.bitrate < 100_000


def test_no_more_is_let_in_than_the_allowance() -> None:
    made, wall, _, clock = camera()
    for number in range(4000):
        clock.now_ms += 1
        made.received(packet(number, vp8(FRAME + bytes(1000)), number * 90))
    let_in = sum(len(shown.payload) for shown in wall.came)
    assert let_in <= BURST + 4 * BITRATE["shared"] / 8 * OVER
    assert let_in > BURST


def test_streams_that_begin_anew_again_and_again_are_not_followed_for_ever() -> None:
    made, wall, _, clock = camera()
    for number in range(MAX_RUNS + 50):
        clock.now_ms += 100
        made.received(packet(1, vp8(FRAME), ssrc=number + 1))
    assert len({shown.camera for shown in wall.came}) == MAX_RUNS


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=80), st.booleans()), max_size=30))
def test_a_hostile_camera_raises_nothing(packets: list[tuple[int, bytes, bool]]) -> None:
    made, _, _, clock = camera()
    for passed, data, framed in packets:
        clock.now_ms += passed
        made.received(packet(len(data) * 777, data, passed * 99_991) if framed else data)
        made.rtcp(data)
        made.tick(clock.steady())
        made.report()


def viewer() -> tuple[Viewer, Stream, Wall, Open, Hand]:
    wall, line, clock = Wall(), Open(), Hand()
    made = Viewer("one", 9, wall, clock)
    made.peer = line  # type: ignore[assignment]  # a line in memory
    stream = made.streams["shared"] = Stream(made, "shared", PictureWriter(77, {"VP8": 96}, "0", 0, 100, 0))
    return made, stream, wall, line, clock


def shown(sequence: int, key: bool = False) -> Shown:
    payload = vp8(FRAME if key else DELTA)
    read = read_start("VP8", payload)
    assert read is not None
    return Shown(1, "VP8", sequence, 0, True, payload, read)


def test_a_viewer_gets_again_what_it_asks_for_but_not_without_end() -> None:
    made, stream, wall, line, clock = viewer()
    for number in range(200):
        wall.store[number] = shown(number, number == 0)
        stream.send(wall.store[number], clock.steady())
    sent = list(line.sent)
    made.rtcp(rtcp.nack(5, 77, (101, 150)))
    assert line.sent[200:] == [sent[0], sent[49]]
    for _ in range(50):
        made.rtcp(rtcp.nack(5, 77, tuple(range(110, 140))))
    assert len(line.sent) == 200 + AGAIN_BURST


def test_one_viewer_s_asking_for_key_frames_counts_seldom() -> None:
    made, _, wall, _, clock = viewer()
    for _ in range(100):
        made.rtcp(rtcp.pli(5, 77))
        clock.now_ms += 20
    assert len(wall.wanted) == 2
    made.rtcp(rtcp.pli(5, 78))
    assert len(wall.wanted) == 2


def test_a_line_that_loses_much_rests_and_is_given_a_key_frame_when_it_comes_back() -> None:
    made, stream, wall, line, clock = viewer()
    stream.send(shown(0, True), clock.steady())
    block = feedback._REPORT.pack(77, 60 << 24, 0, 0, 0, 0)
    report = feedback.compound(5, (), (block,), 0)
    changes = []
    for second in range(40):
        if second < 6:
            made.rtcp(report)
        changes.append(made.report(False, ["shared"]))
        clock.now_ms += 1000
    assert changes.index(True) <= 4
    assert sum(changes) == 2
    assert not made.bearing.resting
    assert wall.wanted == ["shared"]
    assert stream.writer.camera is None
    sent = len(line.sent)
    stream.send(shown(1), clock.steady())
    assert len(line.sent) == sent


@settings(deadline=None, max_examples=150)
@given(st.lists(st.binary(max_size=120), max_size=30))
def test_hostile_reports_raise_nothing(packets: list[bytes]) -> None:
    made, stream, _, _, clock = viewer()
    stream.send(shown(0, True), clock.steady())
    for data in packets:
        made.rtcp(data)
        made.rtcp(rtcp.nack(1, 77, tuple(data)) if data else b"")
    made.report(False, ["shared"])


def test_a_flood_of_reports_is_cut_until_the_next_second() -> None:
    made, _, _, line, _ = viewer()
    for _ in range(MOST_REPORTS):
        made.rtcp(b"")
    made.rtcp(rtcp.remb(5, 77, 1))
    assert made._estimate._told is None
    made.report(False, ["shared"])
    made.rtcp(rtcp.remb(5, 77, 1000))
    assert made._estimate._told == 1000
    assert not line.told
