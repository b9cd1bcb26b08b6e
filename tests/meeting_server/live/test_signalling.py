"""What a browser may send is read strictly; everything else is named and changes nothing."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting_server.live import signalling as say
from meeting_server.live.signalling import Asked, BadMessage, Bye, Hello, Mic, Offer, Pictured, Ping, read

HELLO: dict[str, Any] = {"type": "hello", "v": 1, "versions": {"captions": 5}, "tab": "t1", "device": "phone"}


def told(message: object) -> say.FromBrowser:
    return read(json.dumps(message))


def test_a_hello_says_who_listens() -> None:
    assert told({**HELLO, "seat": "hall", "informed": True, "private": 1}) == Hello(
        {"captions": 5}, "t1", "phone", "hall", True, False
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"v": 2}, "old_page"),
        ({"tab": ""}, "malformed"),
        ({"tab": "x" * 101}, "malformed"),
        ({"device": "toaster"}, "malformed"),
        ({"versions": []}, "malformed"),
        ({"versions": {str(n): n for n in range(100)}}, "malformed"),
    ],
)
def test_a_wrong_hello_is_named(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadMessage) as refused:
        told({**HELLO, **change})
    assert refused.value.code == code


def test_the_other_messages_are_read() -> None:
    assert told({"type": "command", "id": 3, "name": "open"}) == Asked(3, "open", {})
    assert told({"type": "offer", "sdp": "v=0", "speak": True, "hear": True}) == Offer("v=0", True, True, False)
    assert told({"type": "picture", "id": 4, "place": "hall", "sdp": "v=0"}) == Pictured(4, "hall", "v=0")
    assert told({"type": "mic", "on": True}) == Mic(True)
    assert told({"type": "ping", "t": 12}) == Ping(12)
    assert told({"type": "bye"}) == Bye()


@pytest.mark.parametrize(
    "change", [{"id": None}, {"id": 1.5}, {"place": "wall"}, {"place": None}, {"sdp": ""}, {"sdp": 3}]
)
def test_a_wrong_offer_of_a_picture_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(BadMessage) as refused:
        told({"type": "picture", "id": 4, "place": "", "sdp": "v=0", **change})
    assert refused.value.code == "malformed"


def test_a_message_over_64_kib_ends_the_conversation_with_a_sentence() -> None:
    with pytest.raises(BadMessage) as refused:
        told({"type": "command", "id": 1, "name": "type_speech", "args": {"text": "a" * say.MAX_MESSAGE}})
    assert (refused.value.code, refused.value.close) == ("too_large", say.TOO_LARGE)
    assert "quá dài" in refused.value.message


def test_letters_of_several_bytes_count_as_such() -> None:
    with pytest.raises(BadMessage):
        read(json.dumps({"type": "bye", "x": "ệ" * 30_000}, ensure_ascii=False))


FIELDS = st.sampled_from(
    ["type", "id", "name", "args", "sdp", "tab", "v", "device", "versions", "t", "on", "seat", "place"]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NESTED = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6), max_leaves=12
)
KINDS = st.sampled_from(["hello", "command", "offer", "picture", "mic", "ping", "bye", "x"])


@given(NESTED)
def test_whatever_comes_is_read_or_refused(message: object) -> None:
    with contextlib.suppress(BadMessage):
        assert told(message)


@given(KINDS, st.dictionaries(FIELDS, PLAIN | st.just({}) | st.just([])))
def test_every_kind_with_any_fields_is_read_or_refused(kind: str, fields: dict[str, Any]) -> None:
    with contextlib.suppress(BadMessage):
        assert told({**fields, "type": kind})


@pytest.mark.parametrize("text", ["", "x", "[]", "1", "null", "[" * 30_000, '{"type": 1}', '{"type": "gibtsnicht"}'])
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        read(text)
