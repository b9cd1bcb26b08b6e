"""Offers: what browsers send is answered line by line, and nothing whatever raises anything but BadOffer."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.errors import BadOffer
from meeting_server.media.sdp import Offer, Role, Transport, answer, read_offer, roles

PRINT = ":".join(["AB"] * 32)
ICE = ["a=ice-ufrag:abcd", "a=ice-pwd:" + "p" * 24, f"a=fingerprint:sha-256 {PRINT}", "a=setup:actpass"]
TRANSPORT = Transport("ufra", "q" * 22, ("1 1 udp 1 127.0.0.1 5000 typ host",), PRINT)
SSRCS = (11, 22, 33)


def audio(mid: str, direction: str, extra: tuple[str, ...] = ()) -> list[str]:
    return [
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9", "c=IN IP4 0.0.0.0", *ICE, f"a=mid:{mid}", f"a={direction}",
        "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        *extra,
    ]  # fmt: skip


def offer_of(*media: list[str]) -> str:
    head = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1 2"]
    return "\r\n".join([*head, *(line for part in media for line in part)]) + "\r\n"


THREE = offer_of(audio("0", "sendrecv"), audio("1", "recvonly"), audio("2", "recvonly"))


def answered(
    text: str, *, speak: bool = True, hear: bool = True, slots: int = 3
) -> tuple[Offer, tuple[Role, ...], str]:
    offer = read_offer(text)
    given_roles = roles(offer, speak=speak, hear=hear, slots=slots, ssrcs=SSRCS)
    return offer, given_roles, answer(offer, given_roles, TRANSPORT, weak=slots == 1)


def directions(sdp: str) -> list[str]:
    names = ("a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive")
    return [line[2:] for line in sdp.split("\r\n") if line in names]


def test_the_browser_with_a_microphone_gets_three_slots() -> None:
    _, given_roles, sdp = answered(THREE)
    assert directions(sdp) == ["sendrecv", "sendonly", "sendonly"]
    assert [role.ssrc for role in given_roles] == [11, 22, 33]


def test_who_only_listens_and_who_only_speaks() -> None:
    assert directions(answered(THREE, speak=False)[2]) == ["sendonly", "sendonly", "sendonly"]
    assert directions(answered(THREE, hear=False)[2]) == ["recvonly", "inactive", "inactive"]
    assert directions(answered(offer_of(audio("0", "recvonly")), speak=True)[2]) == ["sendonly"]


def test_a_weak_line_gets_one_slot_and_long_frames() -> None:
    sdp = answered(THREE, slots=1)[2]
    assert directions(sdp) == ["sendrecv", "inactive", "inactive"]
    assert "a=ptime:60" in sdp


def test_mono_fec_dtx_and_24_kbit_are_asked_for() -> None:
    sdp = answered(THREE)[2]
    fmtp = "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;stereo=0;sprop-stereo=0;maxaveragebitrate=24000"
    assert sdp.count(fmtp) == 3
    assert "red/48000" not in sdp


def test_every_line_is_answered_and_what_is_no_audio_rejected() -> None:
    video = ["m=video 9 UDP/TLS/RTP/SAVPF 96", *ICE, "a=mid:v", "a=sendrecv", "a=rtpmap:96 VP8/90000"]
    data = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", *ICE, "a=mid:d", "a=sctp-port:5000"]
    sdp = answered(offer_of(video, audio("0", "sendrecv"), data))[2]
    heads = [line for line in sdp.split("\r\n") if line.startswith("m=")]
    assert [head.split()[:2] for head in heads] == [["m=video", "0"], ["m=audio", "9"], ["m=application", "0"]]
    assert "a=group:BUNDLE 0\r\n" in sdp


def test_a_second_sending_line_is_not_a_second_microphone() -> None:
    _, given_roles, _ = answered(offer_of(audio("0", "sendonly"), audio("1", "sendonly")))
    assert [role.microphone for role in given_roles] == [True, False]


def test_an_active_browser_gets_a_passive_answer() -> None:
    assert "a=setup:passive" in answered(THREE.replace("a=setup:actpass", "a=setup:active"))[2]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("a=ice-pwd:" + "p" * 24, "a=ice-pwd:short"),
        ("a=ice-ufrag:abcd", "a=ice-ufrag:a b\x00"),
        (f"a=fingerprint:sha-256 {PRINT}", "a=fingerprint:sha-1 AB"),
        ("a=setup:actpass", "a=setup:holdconn"),
        ("opus/48000/2", "opus/8000/1"),
        ("a=mid:1", "a=mid:0"),
        ("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio"),
        ("v=0", "v=1"),
        ("111", "999"),
        ("111", "72"),
        ("111", "١١١"),
    ],
)
def test_what_cannot_be_answered_is_refused(was: str, becomes: str) -> None:
    with pytest.raises(BadOffer):
        read_offer(THREE.replace(was, becomes))


def test_too_long_is_refused_whatever_it_holds() -> None:
    with pytest.raises(BadOffer):
        read_offer(THREE + "a=x:" + "y" * 70_000)
    with pytest.raises(BadOffer):
        read_offer("v=0\n" * 5000)


@given(st.text(max_size=2000))
def test_any_text_is_answered_or_refused(text: str) -> None:
    with contextlib.suppress(BadOffer):
        answered(text)


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_offer_is_answered_or_refused(data: st.DataObject) -> None:
    lines = THREE.split("\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                del lines[at]
            case 1:
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case 2:
                lines[at] += data.draw(st.text(max_size=20))
            case _:
                lines.insert(at, lines[data.draw(st.integers(0, len(lines) - 1))])
    with contextlib.suppress(BadOffer):
        _, given_roles, sdp = answered("\r\n".join(lines))
        assert sdp.count("\r\nm=") == len(given_roles)


def test_inputs_that_once_broke_a_parser_are_answered_or_refused() -> None:
    found = sorted((Path(__file__).parents[2] / "cases/media").glob("sdp_*.bin"))
    assert len(found) == 16
    for path in found:
        with contextlib.suppress(BadOffer):
            answered(path.read_bytes().decode("utf-8", "replace"))
