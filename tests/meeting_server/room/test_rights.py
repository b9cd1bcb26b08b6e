"""Rights are complete over role × phase × command, and documented as they are."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from meeting_server.http import rights as http_rights
from meeting_server.room import rights
from meeting_server.room.commands import COMMANDS, Actor, parse
from meeting_server.room.refusal import NotAllowed, WrongState
from meeting_server.room.rights import PHASES, RIGHTS, ROLES, authority, right, who_may

DOCUMENT = Path(__file__).parents[3] / "docs" / "rights.md"
REQUIRED: dict[str, dict[str, object]] = {
    "decide_recording": {"record": True, "transcribe": True}, "appoint_chair": {"member": "a"},
    "appoint_secretary": {"member": "a"}, "admit": {"session": "s"}, "remove": {"session": "s"},
    "mute": {"session": "s"}, "remove_microphone": {"session": "s"},
    "captions_on_display": {"on": True}, "call": {"member": "a", "present": True},
    "excuse": {"member": "a"}, "leave_hall": {"member": "a"}, "guest": {"name": "A"},
    "conclude_item": {"item": "i", "outcome": "open"}, "type_speech": {"text": "x"},
    "correct": {"utterance": "t:0", "text": "x"}, "assign_speaker": {"utterance": "t:0", "member": "a"},
    "put_right": {"wrong": "Khanh", "right": "Khang"},
    "put_motion": {"text": "x"}, "cast": {"motion": "m", "choice": "for"},
    "count_hall": {"motion": "m", "in_favour": 1}, "close_motion": {"motion": "m"}, "give_task": {"what": "x"},
    "petition": {"text": "x"}, "withdraw_task": {"task": "t"}, "withdraw_petition": {"petition": "p"},
    "off_record": {"mode": "pause"}, "erase_last": {"minutes": 1},
    "pass_minutes": {"in_favour": 1}, "save_block": {"block": "b", "base_version": 1, "text": "x"},
    "insert_block": {"kind": "note", "text": "x", "base_version": 1},
    "delete_block": {"block": "b", "base_version": 1}, "move_block": {"block": "b", "base_version": 1},
    "accept_redraft": {"block": "b", "base_version": 1}, "rephrase": {"block": "b"},
    "return": {"remarks": "x"},
    "reopen": {"reason": "sai số"}, "notice": {"text": "x"},
    "link_session": {"session": "s", "member": "a"}, "allow_remote": {"member": "a", "allowed": True},
    "show_motion": {"text": "x"}, "answer": {"coming": True}, "reserve": {"motion": "m", "text": "x"},
    "show_picture": {"kind": "screen"}, "stop_picture": {"place": "shared"},
    "count_ballots": {"motion": "m", "issued": 1, "returned": 1, "valid": 1, "invalid": 0, "in_favour": 1},
}  # fmt: skip
"""The least arguments of each command."""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_role_in_each_phase_gets_exactly_what_the_table_says(name: str) -> None:
    for role, phase, by_word in itertools.product(ROLES, PHASES, (False, True)):
        command = parse(name, {**REQUIRED.get(name, {}), "for_chair": by_word})
        given = right(role, phase, name)
        allowed = given == "own" or (given == "for_chair" and by_word)
        if allowed:
            held = authority({role}, phase, command, Actor("a"))
            assert (held == "for_chair") == (given == "for_chair" or (by_word and _may_either(name, role)))
            continue
        with pytest.raises((NotAllowed, WrongState)) as refused:
            authority({role}, phase, command, Actor("a"))
        assert refused.value.who_vi
        assert refused.value.message_vi
        assert (refused.value.command, refused.value.state) == (name, phase)


def _may_either(name: str, role: str) -> bool:
    return RIGHTS[name].by_word and role in rights.BY_WORD


def test_the_hall_s_device_shows_pictures_puts_its_phones_away_and_does_nothing_else() -> None:
    may = {name for name in RIGHTS for phase in PHASES if right("hall_device", phase, name)}
    assert may == {"remove_microphone", "show_picture", "stop_picture"}


@pytest.mark.parametrize("role", ["administrator", "system", "microphone"])
def test_machines_and_administrators_conduct_nothing(role: rights.Role) -> None:
    assert not [name for name in RIGHTS for phase in PHASES if right(role, phase, name)]


@pytest.mark.parametrize("phase", ["secret", "closed", "submitted", "approved", "sealed"])
def test_no_picture_is_shown_of_secret_contents_nor_after_the_close(phase: rights.Phase) -> None:
    assert not [role for role in ROLES if right(role, phase, "show_picture")]


def test_guests_speak_and_never_vote() -> None:
    for role in ("guest", "upper_guest"):
        may = {name for name in RIGHTS for phase in PHASES if right(role, phase, name)}  # type: ignore[arg-type]  # roles
        assert may == {"raise_hand", "return_floor", "type_speech", "mute", "show_picture", "stop_picture"}


def test_nothing_changes_once_the_minutes_are_approved() -> None:
    assert not [
        name for name in RIGHTS for role in ROLES for phase in ("approved", "sealed") if right(role, phase, name)
        and (name, phase) != ("reopen", "sealed")
    ]  # fmt: skip


def test_everything_of_the_chair_but_the_approval_can_be_entered_by_the_secretary() -> None:
    own = {"approve", "return"}
    for name in RIGHTS:
        for phase in PHASES:
            if right("chair", phase, name):
                assert bool(right("secretary", phase, name)) == (name not in own), name


def test_only_the_chair_opens_the_record_again_and_approves() -> None:
    for name in ("on_record", "approve", "open", "close", "erase_last", "conclude_item"):
        assert RIGHTS[name].roles == {"chair"}


def test_every_refusal_says_who_may() -> None:
    assert all(who_may(name) for name in RIGHTS)


def test_the_documented_tables_are_the_tables() -> None:
    made_by = "run: python -m tests.meeting_server.room.test_rights"
    for table in TABLES.values():
        assert table in DOCUMENT.read_text("utf-8"), made_by


TABLES = {"## Commands in a meeting": rights.table_markdown(), "## Actions over HTTP": http_rights.table_markdown()}

if __name__ == "__main__":
    head, _, _ = DOCUMENT.read_text("utf-8").partition("## ")
    DOCUMENT.write_text(head + "\n".join(f"{title}\n\n{table}" for title, table in TABLES.items()), "utf-8")
