"""Offers of pictures: VP8 before H.264, a line a place, and nothing whatever raises anything but BadOffer."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.errors import BadOffer
from meeting_server.media.picture.sdp import answer, read_looking, read_showing
from tests.meeting_server.media.test_sdp import ICE, THREE, TRANSPORT, offer_of


def video(mid: str, direction: str, codecs: str = "VP8 H264") -> list[str]:
    types = {"VP8": "96", "H264": "102", "H264other": "104", "VP9": "98"}
    named = [types[codec] for codec in codecs.split()]
    lines = [
        "a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=rtpmap:98 VP9/90000",
        "a=rtpmap:102 H264/90000", "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=rtpmap:104 H264/90000", "a=fmtp:104 packetization-mode=0;profile-level-id=42001f",
    ]  # fmt: skip
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {' '.join([*named, '97'])}", "c=IN IP4 0.0.0.0", *ICE, f"a=mid:{mid}",
        f"a={direction}", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", *lines,
    ]  # fmt: skip


def test_who_shows_sends_vp8_and_is_told_how_much() -> None:
    offer = read_showing(offer_of(video("0", "sendonly")))
    sdp = answer(offer, TRANSPORT, bitrate=500_000)
    assert "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" in sdp
    assert "b=AS:500" in sdp
    assert "a=recvonly" in sdp
    for line in ("a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli", "a=rtcp-fb:96 goog-remb"):
        assert line + "\r\n" in sdp
    assert "H264" not in sdp
    assert "rtx" not in sdp


def test_h264_is_taken_where_nothing_else_is_offered() -> None:
    sdp = answer(read_showing(offer_of(video("0", "sendonly", "VP9 H264"))), TRANSPORT)
    assert "SAVPF 102\r\n" in sdp
    assert "profile-level-id=42e01f" in sdp


@pytest.mark.parametrize("codecs", ["VP9", "H264other"])
def test_what_no_viewer_could_see_is_refused(codecs: str) -> None:
    with pytest.raises(BadOffer):
        read_showing(offer_of(video("0", "sendonly", codecs)))


def test_who_looks_on_gets_a_stream_a_line_in_either_codec() -> None:
    offer = read_looking(offer_of(video("0", "recvonly"), video("1", "recvonly"), video("2", "recvonly")))
    sdp = answer(offer, TRANSPORT, ssrcs=(11, 22))
    assert sdp.count("a=sendonly") == 2
    assert sdp.count("a=inactive") == 1
    assert "a=ssrc:11 " in sdp
    assert "a=ssrc:22 " in sdp
    assert sdp.count("SAVPF 96 102\r\n") == 2
    assert "a=group:BUNDLE 0 1\r\n" in sdp


def test_sound_is_no_picture_and_a_picture_no_sound() -> None:
    for read in (read_showing, read_looking):
        with pytest.raises(BadOffer):
            read(THREE)
    with pytest.raises(BadOffer):
        read_showing(offer_of(video("0", "recvonly")))
    with pytest.raises(BadOffer):
        read_looking(offer_of(video("0", "sendonly")))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_broken_offer_is_answered_or_refused(data: st.DataObject) -> None:
    lines = offer_of(video("0", "sendrecv"), video("1", "sendrecv")).split("\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        act = data.draw(st.sampled_from(["drop", "cut", "text", "twice"]))
        if act == "drop":
            del lines[at]
        elif act == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, 40))]
        elif act == "text":
            lines[at] = lines[at][:2] + data.draw(st.text(max_size=40))
        else:
            lines.insert(at, lines[at])
        if not lines:
            return
    for read in (read_showing, read_looking):
        with contextlib.suppress(BadOffer):
            made = answer(read("\r\n".join(lines)), TRANSPORT, ssrcs=(11, 22))
            assert "\n\n" not in made
            made.encode("ascii")
