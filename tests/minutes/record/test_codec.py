from __future__ import annotations

import dataclasses
import json
import typing
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.record import codec, events
from minutes.record.codec import KINDS, MalformedEvent, NewerThanThisSoftware, canonical, decode, encode, kind_of

plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda text: unicodedata.normalize("NFC", text)
)


def values(hint: object) -> st.SearchStrategy[object]:
    """A strategy for a field's type: the types that events are made of."""
    if typing.get_origin(hint) is tuple:
        return st.lists(values(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if typing.get_origin(hint) is typing.Literal:
        return st.sampled_from(typing.get_args(hint))
    if dataclasses.is_dataclass(hint):
        return made(typing.cast(type, hint))
    return {str: plain, int: st.integers(-(2**53), 2**53), bool: st.booleans()}[typing.cast(type, hint)]


def made(cls: type) -> st.SearchStrategy[object]:
    return st.builds(cls, **{name: values(hint) for name, hint in typing.get_type_hints(cls).items()})


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_reads_back_as_it_was_written(kind: str) -> None:
    @settings(max_examples=15, deadline=None)
    @given(made(KINDS[kind]))
    def there_and_back(event: events.Event) -> None:
        body = encode(event)
        assert decode(kind_of(event), codec.VERSION, body) == event
        assert canonical(json.loads(body)) == body

    there_and_back()


def test_the_same_value_has_one_form_whatever_the_order_of_its_keys() -> None:
    assert canonical({"b": 1, "a": [True, None, "ệ"]}) == canonical({"a": [True, None, "ệ"], "b": 1})
    assert canonical("e\u0323\u0302") == canonical("ệ") == '"ệ"'.encode()


@pytest.mark.parametrize("value", [0.5, [1.0], {"a": {"b": 2.5}}])
def test_a_float_has_no_canonical_form(value: object) -> None:
    with pytest.raises(MalformedEvent):
        canonical(value)


def test_unknown_fields_are_ignored_and_missing_defaults_filled_in() -> None:
    event = decode("HandRaised", 1, b'{"member":"a","new_field":[1]}')
    assert event == events.HandRaised("a", True)


def test_an_unknown_kind_or_version_is_newer_than_this_software() -> None:
    for kind, version in (("FromTheFuture", 1), ("HandRaised", 2)):
        with pytest.raises(NewerThanThisSoftware):
            decode(kind, version, b"{}")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"member":1}', b'{"member":"a","up":"yes"}', b'{"member":null}', b"\xff"],
)
def test_bytes_that_are_not_the_event_they_claim_are_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode("HandRaised", 1, body)


def test_a_choice_outside_its_list_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        decode("OffRecord", 1, b'{"mode":"maybe"}')
    with pytest.raises(MalformedEvent):
        decode("Drafted", 1, b'{"drafter":"d","blocks":"none"}')
