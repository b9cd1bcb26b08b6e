"""RTCP: what is told is what RFC 3550 says, and losses come out as they were."""

from __future__ import annotations

from pathlib import Path

from aiortc.rtp import RtcpPacket, RtcpRrPacket, RtcpSdesPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from meeting_server.media import feedback
from meeting_server.media.clock import Clock
from meeting_server.media.feedback import Reception, SenderTime, Sending, Told
from meeting_server.media.participant import GOOD_AFTER_S, TOLD_MS, WEAK_AFTER_S, Line, Participant
from meeting_server.media.peer import Peer, new_certificate
from meeting_server.media.settings import NodeSettings
from meeting_server.media.slots import SlotWriter

AT = 1_790_000_000_123


def received(numbers: list[int], first: int = 0) -> Reception:
    reception = Reception(7, first)
    for number in numbers:
        reception.count(number & 0xFFFF, number * 960 & 0xFFFFFFFF, number * 20)
    return reception


def test_losses_are_counted_since_the_last_report() -> None:
    reception = received([0, *(n for n in range(1, 100) if n % 10 != 5)])
    assert reception.expected == 100
    assert reception.loss() == 100
    for number in range(100, 150):
        reception.count(number, number * 960, number * 20)
    assert reception.loss() == 0


def test_numbers_wrap() -> None:
    reception = received(list(range(65_500, 65_600)), 65_500)
    assert reception.expected == 100
    assert reception.loss() == 0


def test_another_implementation_reads_the_compound() -> None:
    reception = received(list(range(50)))
    sendings = (Sending(11, 5000, 10, 800), Sending(22, 6000, 20, 1600))
    data = feedback.compound(11, sendings, (reception.report(100, 0x12345678, 65_536),), AT)
    first, second, names = RtcpPacket.parse(data)
    assert isinstance(first, RtcpSrPacket)
    assert isinstance(second, RtcpSrPacket)
    assert isinstance(names, RtcpSdesPacket)
    assert (first.ssrc, first.sender_info.rtp_timestamp, first.sender_info.packet_count) == (11, 5000, 10)
    (block,) = first.reports
    assert (block.ssrc, block.fraction_lost, block.lsr, block.dlsr) == (7, 25, 0x12345678, 65_536)
    assert block.highest_sequence == 49
    assert [chunk.ssrc for chunk in names.chunks] == [11, 22]


def test_who_sends_nothing_sends_a_receiver_report() -> None:
    data = feedback.compound(5, (), (received([0, 1]).report(0, 0, 0),), AT)
    first, _ = RtcpPacket.parse(data)
    assert isinstance(first, RtcpRrPacket)
    assert first.ssrc == 5


def test_reading_gives_back_what_was_written_and_the_round_trip() -> None:
    lsr = feedback.ntp(AT) >> 16 & 0xFFFFFFFF
    block = received([0, 1]).report(200, lsr, 500 * 65_536 // 1000)
    time, told = feedback.read(feedback.compound(11, (Sending(11, 5000, 10, 800),), (block,), AT))
    assert time == SenderTime(11, 5000, lsr)
    assert isinstance(told, Told)
    assert abs(told.loss - 200) < 5
    trip = told.round_trip(AT + 580)
    assert trip is not None
    assert abs(trip - 80) <= 2


@given(st.lists(st.booleans(), min_size=2, max_size=300))
def test_fraction_lost_is_what_was_lost(came: list[bool]) -> None:
    numbers = [number for number, there in enumerate(came) if there or number in (0, len(came) - 1)]
    reception = received(numbers)
    assert reception.loss() == (len(came) - len(numbers)) * 1000 // len(came)


def test_a_line_is_weak_after_three_bad_seconds_and_good_after_ten() -> None:
    line = Line(downlink=150)
    assert [line.judge() for _ in range(WEAK_AFTER_S)] == [False] * (WEAK_AFTER_S - 1) + [True]
    assert line.weak
    line.downlink = 0
    assert [line.judge() for _ in range(GOOD_AFTER_S)] == [False] * (GOOD_AFTER_S - 1) + [True]
    assert not line.weak


def test_one_bad_second_is_not_a_weak_line() -> None:
    line = Line()
    for loss in (0, 200, 0, 200, 0):
        line.downlink = loss
        assert not line.judge()


class At(Clock):
    now_ms = 10_000

    def steady(self) -> int:  # type: ignore[override]  # time by hand
        return self.now_ms


def listener(slots: int = 3) -> Participant:
    """Never connected: what it is told by RTCP is all that counts here."""

    def nothing(*_: object) -> None: ...

    peer = Peer(
        NodeSettings(Path("run"), Path("recordings")), new_certificate(),
        on_rtp=nothing, on_rtcp=nothing, on_connected=nothing, on_ended=nothing,
    )  # fmt: skip
    writers = tuple(SlotWriter(100 + slot, 111, str(slot), 0, 0, 0, 0) for slot in range(slots))
    return Participant("one", "remote", peer, None, writers, 100, At())


def told(*losses: tuple[int, int]) -> bytes:
    blocks = tuple(Reception(ssrc, 0).report(loss, 0, 0) for ssrc, loss in losses)
    return feedback.compound(9, (), blocks, AT)


async def test_the_worst_slot_is_the_downlink_whichever_is_told_last() -> None:
    one = listener()
    one.rtcp(told((100, 300), (101, 0), (102, 0)))
    assert 290 <= one.line.downlink <= 300
    one.rtcp(told((101, 0)))
    assert 290 <= one.line.downlink <= 300, "Chromium reports each slot in a packet of its own"
    one.rtcp(told((100, 0)))
    assert one.line.downlink == 0


async def test_a_loss_told_long_ago_is_forgotten() -> None:
    one = listener()
    one.rtcp(told((100, 300)))
    assert isinstance(one.clock, At)
    one.clock.now_ms += TOLD_MS + 1
    one.report(100)
    assert one.line.downlink == 0


async def test_reports_about_others_say_nothing_of_this_line() -> None:
    one = listener()
    one.rtcp(told((55, 300)))
    assert one.line.downlink == 0
