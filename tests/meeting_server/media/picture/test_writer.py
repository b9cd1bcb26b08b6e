"""Whoever is shown, whatever was left out: a stream is contiguous, its time goes on, runs begin at key frames."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.picture.payload import read_start
from meeting_server.media.picture.writer import PictureWriter, Shown
from meeting_server.media.rtp import payload_of, read_header
from tests.meeting_server.media.picture.test_payload import DELTA, FRAME, vp8


@dataclass
class Source:
    """A browser's camera: frames of some packets, its numbers from anywhere."""

    camera: int
    sequence: int
    timestamp: int
    picture: int
    bits: int = 15

    def frame(self, key: bool = False, packets: int = 2) -> list[Shown]:
        made = []
        for number in range(packets):
            first = number == 0
            payload = vp8(FRAME if key and first else DELTA, self.picture, self.bits, first=0x10 if first else 0)
            start = read_start("VP8", payload)
            assert start is not None
            last = number == packets - 1
            made.append(Shown(self.camera, "VP8", self.sequence, self.timestamp, last, payload, start))
            self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + 6000) & 0xFFFFFFFF
        self.picture = (self.picture + 1) & ((1 << self.bits) - 1)
        return made


def writer(sequence: int = 65_530, timestamp: int = 2**32 - 5) -> PictureWriter:
    return PictureWriter(77, {"VP8": 96}, "1", 4, sequence, timestamp)


@dataclass
class Out:
    sequence: int
    timestamp: int
    picture: int
    key: bool
    data: bytes


def out_of(data: bytes) -> Out:
    read = read_header(data, 0)
    assert read is not None
    assert (read[0], read[3]) == (96, 77)
    start = read_start("VP8", payload_of(data, read[6]))
    assert start is not None
    return Out(read[1], read[2], start.picture, start.key, data)


def source(camera: int) -> st.SearchStrategy[Source]:
    return st.builds(
        Source, st.just(camera), st.integers(0, 65_535), st.integers(0, 2**32 - 1), st.integers(0, 127), st.just(7)
    )


@settings(deadline=None, max_examples=60)
@given(source(1), source(2), st.data())
def test_switching_and_leaving_out_never_breaks_the_stream(one: Source, two: Source, data: st.DataObject) -> None:
    made, seen, now, shown = writer(), list[Out](), 0, one
    for _ in range(data.draw(st.integers(5, 60))):
        act = data.draw(st.sampled_from(["frame", "frame", "frame", "key", "switch", "skip"]))
        if act == "switch":
            shown = two if shown is one else one
        if act == "skip":
            made.release()
        now += 66
        written = [
            made.write(part, now) for part in shown.frame(key=act == "key", packets=data.draw(st.integers(1, 4)))
        ]
        assert all(written) or not any(written)
        seen += [out_of(part) for part in written if part is not None]
    for before, after in pairwise(seen):
        assert (after.sequence - before.sequence) % 65_536 == 1
        assert 0 <= (after.timestamp - before.timestamp) % 2**32 < 2**31
        assert (after.picture - before.picture) % 128 in (0, 1)
    if seen:
        assert seen[0].key


def test_a_run_waits_for_a_key_frame() -> None:
    made, one = writer(), Source(1, 10, 0, 1)
    assert all(made.write(part, 0) is None for part in one.frame())
    assert all(made.write(part, 66) for part in one.frame(key=True))
    assert all(made.write(part, 132) for part in one.frame())


def test_a_lost_packet_stays_lost_in_the_stream_and_comes_late_as_itself() -> None:
    made, one = writer(), Source(1, 10, 0, 1)
    for part in one.frame(key=True):
        made.write(part, 0)
    first, lost, last = one.frame(packets=3)
    a, c = made.write(first, 66), made.write(last, 67)
    assert a is not None
    assert c is not None
    assert (out_of(c).sequence - out_of(a).sequence) % 65_536 == 2
    late = made.write(lost, 90)
    assert late is not None
    assert (out_of(late).sequence - out_of(a).sequence) % 65_536 == 1


def test_what_is_sent_again_is_the_same_packet_bit_by_bit() -> None:
    made, one, kept, sent = writer(), Source(1, 65_533, 0, 120, 7), {}, list[bytes]()
    for number in range(20):
        for part in one.frame(key=number == 0):
            kept[part.sequence] = part
            written = made.write(part, number * 66)
            assert written is not None
            sent.append(written)
    for packet in sent:
        asked = made.camera_sequence(out_of(packet).sequence)
        assert asked is not None
        assert made.again(kept[asked]) == packet
    assert made.camera_sequence(out_of(sent[-1]).sequence + 1) is None
    assert made.camera_sequence(out_of(sent[0]).sequence - 1) is None


def test_nothing_of_an_earlier_run_is_sent_again() -> None:
    made, one, two = writer(), Source(1, 10, 0, 1), Source(2, 999, 5, 7)
    old = [made.write(part, 0) for part in one.frame(key=True)]
    for part in two.frame(key=True):
        made.write(part, 66)
    assert old[0] is not None
    assert made.camera_sequence(out_of(old[0]).sequence) is None


def test_a_run_may_go_on_for_hours() -> None:
    made, one = writer(), Source(1, 10, 0, 1)
    for number in range(20_000):
        assert all(made.write(part, number * 66) for part in one.frame(key=number == 0))


def test_a_codec_the_viewer_does_not_have_is_not_sent() -> None:
    payload = bytes([0x65]) + bytes(9)
    start = read_start("H264", payload)
    assert start is not None
    assert writer().write(Shown(1, "H264", 1, 1, True, payload, start), 0) is None
