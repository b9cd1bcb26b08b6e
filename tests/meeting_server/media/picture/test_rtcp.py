"""RTCP of pictures: what is written is read back, and nothing whatever raises."""

from __future__ import annotations

import struct

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRtpfbPacket, unpack_remb_fci
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media import feedback
from meeting_server.media.picture.rtcp import MAX_NACKS, KeyAsked, Nack, Remb, nack, pli, read, remb


@settings(deadline=None)
@given(st.integers(0, 65_535), st.sets(st.integers(0, 300), min_size=1, max_size=MAX_NACKS))
def test_lost_packets_are_asked_for_and_read_back(first: int, steps: set[int]) -> None:
    asked = tuple((first + step) & 0xFFFF for step in sorted(steps))
    assert read(nack(1, 2, asked)) == [Nack(2, asked)]
    (known,) = RtcpPacket.parse(nack(1, 2, asked))
    assert isinstance(known, RtcpRtpfbPacket)
    wrapped = [sequence & 0xFFFF for sequence in known.lost]  # aiortc counts on past 65,535
    assert sorted(wrapped) == sorted(asked)


@settings(deadline=None)
@given(st.integers(1, 10_000_000))
def test_a_bitrate_is_told_as_aiortc_and_browsers_read_it(bitrate: int) -> None:
    (told,) = read(remb(1, 2, bitrate))
    assert isinstance(told, Remb)
    assert bitrate * 0.99 <= told.bitrate <= bitrate
    (known,) = RtcpPacket.parse(remb(1, 2, bitrate))
    assert isinstance(known, RtcpPsfbPacket)
    assert unpack_remb_fci(known.fci) == (told.bitrate, [2])


def test_key_frames_are_asked_for_in_both_ways() -> None:
    fir = struct.pack("!BBHIIIBBH", 0x84, 206, 4, 1, 0, 9, 3, 0, 0)
    assert read(pli(1, 9)) == [KeyAsked(9)]
    assert read(fir) == [KeyAsked(9)]


def test_feedback_is_found_behind_reports_and_a_goodbye() -> None:
    reports = feedback.compound(1, (), (), 0)
    bye = struct.pack("!BBHI", 0x81, 203, 1, 1)
    assert read(reports + pli(1, 9) + bye + nack(1, 9, (5, 6))) == [KeyAsked(9), Nack(9, (5, 6))]


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x8f\xce", b"\x81\xcd", b"\x81\xce", b"\x84\xce"]))
def test_nothing_raises(data: bytes, head: bytes) -> None:
    for told in read(head + data):
        assert not isinstance(told, Nack) or len(told.sequences) <= MAX_NACKS
