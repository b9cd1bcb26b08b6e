"""Where a key frame begins, and picture numbers rewritten: nothing else of a payload changes, nothing ever raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.picture.payload import CODECS, read_start, renumbered

FRAME = bytes([0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A]) + bytes(20)  # bit 0 clear: a key frame
DELTA = bytes([0x11]) + bytes(25)


def vp8(frame: bytes, picture: int | None = 5, bits: int = 15, layer: int | None = 9, first: int = 0x10) -> bytes:
    """A VP8 payload with its descriptor (RFC 7741 §4.2)."""
    second, rest = 0, b""
    if picture is not None:
        second |= 0x80
        rest += bytes([0x80 | picture >> 8, picture & 255] if bits == 15 else [picture])
    if layer is not None:
        second |= 0x40 | 0x20
        rest += bytes([layer, 0x20])
    return (bytes([first | 0x80, second]) + rest if second else bytes([first])) + frame


def test_a_vp8_key_frame_begins_at_its_first_packet_only() -> None:
    assert (start := read_start("VP8", vp8(FRAME))) is not None
    assert (start.key, start.picture, start.bits, start.layer) == (True, 5, 15, 9)
    for other in (vp8(DELTA), vp8(FRAME, first=0x00), vp8(FRAME, first=0x13)):
        assert (start := read_start("VP8", other)) is not None
        assert not start.key
    assert (start := read_start("VP8", vp8(FRAME, picture=None, layer=None))) is not None
    assert (start.key, start.picture_at, start.layer_at) == (True, 0, 0)


def test_an_h264_key_frame_begins_with_parameters_or_with_the_picture_itself() -> None:
    def key(payload: bytes) -> bool | None:
        start = read_start("H264", payload)
        return None if start is None else start.key

    assert key(bytes([0x67]) + bytes(9))
    assert key(bytes([0x65]) + bytes(9))
    assert key(bytes([0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1]))
    assert key(bytes([0x7C, 0x85]) + bytes(9))
    assert not key(bytes([0x7C, 0x05]) + bytes(9))
    assert not key(bytes([0x41]) + bytes(9))
    assert key(bytes([0x78, 0, 0])) is None


def test_padding_alone_is_a_payload_too() -> None:
    assert all(read_start(codec, b"") is not None for codec in CODECS)


@settings(deadline=None)
@given(st.sampled_from(CODECS), st.binary(max_size=60))
def test_nothing_raises_and_rewriting_keeps_the_length(codec: str, payload: bytes) -> None:
    start = read_start(codec, payload)  # type: ignore[arg-type]  # one of CODECS
    if start is not None:
        assert len(renumbered(payload, start, 77, 7)) == len(payload)


@settings(deadline=None)
@given(
    st.sampled_from([7, 15]), st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(-70_000, 70_000),
    st.integers(-300, 300), st.booleans(), st.booleans(), st.binary(min_size=1, max_size=30),
)  # fmt: skip
def test_numbers_move_by_what_is_added_and_nothing_else_changes(
    bits: int, picture: int, layer: int, by: int, layers: int, has_picture: bool, has_layer: bool, frame: bytes
) -> None:
    picture &= (1 << bits) - 1
    payload = vp8(frame, picture if has_picture else None, bits, layer if has_layer else None)
    start = read_start("VP8", payload)
    assert start is not None
    moved = read_start("VP8", out := renumbered(payload, start, by, layers))
    assert moved is not None
    assert (moved.key, moved.picture_at, moved.bits, moved.layer_at) == (
        start.key,
        start.picture_at,
        start.bits,
        start.layer_at,
    )
    assert moved.picture == ((picture + by) % (1 << bits) if has_picture else 0)
    assert moved.layer == ((layer + layers) % 256 if has_layer else 0)
    assert renumbered(out, moved, -by, -layers) == payload
