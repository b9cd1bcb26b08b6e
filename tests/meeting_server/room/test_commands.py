"""Commands from outside data: strict types, sizes, and nothing but text in text."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from meeting_server.room import commands as c
from meeting_server.room.commands import COMMANDS, parse, wire_name
from meeting_server.room.refusal import Malformed

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=5) | some.dictionaries(some.text(max_size=12), inner, max_size=5),
    max_leaves=10,
)


def test_names_on_the_wire_are_the_classes_in_snake_case() -> None:
    assert wire_name(c.DecideRecording) == "decide_recording"
    assert wire_name(c.Return("x")) == "return"
    assert COMMANDS["put_motion"] is c.PutMotion


def test_every_command_stands_in_the_protocol() -> None:
    text = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text("utf-8")
    assert not [name for name in COMMANDS if f"`{name}{{" not in text]


def test_a_good_command_is_read_with_its_defaults() -> None:
    assert parse("call", {"member": "a", "present": True}) == c.Call("a", True)
    assert parse("close", {"for_chair": True, "unknown": 1}) == c.Close(for_chair=True)
    assert parse("give_task", {"what": " Sửa  đường\u202e ", "who": ["a"]}) == c.GiveTask("Sửa  đường", who=("a",))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("drop_tables", {}),
        ("call", []),
        ("call", {"present": True}),
        ("call", {"member": "", "present": True}),
        ("call", {"member": "a", "present": 1}),
        ("call", {"member": "a", "present": True, "channel": "moon"}),
        ("call", {"member": "a" * 121, "present": True}),
        ("count_hall", {"motion": "m", "in_favour": True}),
        ("count_hall", {"motion": "m", "in_favour": -1}),
        ("count_hall", {"motion": "m", "in_favour": 1.0}),
        ("erase_last", {"minutes": 61}),
        ("give_task", {"what": "x", "who": "a"}),
        ("give_task", {"what": "x", "who": ["a"] * 101}),
        ("type_speech", {"text": "x" * 8_001}),
        ("type_speech", {"text": "\u202e\x00"}),
    ],
)
def test_anything_else_is_refused(name: str, args: object) -> None:
    with pytest.raises(Malformed):
        parse(name, args)


@given(some.sampled_from(sorted(COMMANDS)), JSON)
def test_whatever_comes_in_becomes_a_command_or_a_refusal(name: str, args: object) -> None:
    with suppress(Malformed):
        assert isinstance(parse(name, args), COMMANDS[name])


@given(some.text(max_size=100))
def test_text_is_normalised_and_free_of_control_characters(text: str) -> None:
    try:
        read = parse("type_speech", {"text": text})
    except Malformed:
        return
    assert isinstance(read, c.TypeSpeech)
    assert unicodedata.is_normalized("NFC", read.text)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in read.text)
