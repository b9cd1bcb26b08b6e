"""Who may do what when: one row a command, looked up and never worked out. docs/rights.md is made from it.

A row names the phases in which the command exists, the roles that do it in their own right, and whether the
secretary or a deputy may enter it by the chair's word ("theo lời chủ trì", authority ``for_chair``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from meeting_server.room.commands import COMMANDS, Actor, Command, Role, wire_name
from meeting_server.room.refusal import NotAllowed, WrongState
from minutes.record.events import Authority

Phase = Literal["scheduled", "open", "paused", "secret", "closed", "submitted", "approved", "sealed"]
PHASES: tuple[Phase, ...] = get_args(Phase)
ROLES: tuple[Role, ...] = get_args(Role)
BY_WORD: frozenset[Role] = frozenset({"secretary", "deputy"})

_BEFORE: frozenset[Phase] = frozenset({"scheduled"})
_TALK: frozenset[Phase] = frozenset({"open", "paused"})
_LIVE: frozenset[Phase] = frozenset({"open", "paused", "secret"})
_DESK: frozenset[Phase] = _LIVE | {"closed"}
_CHAIR: frozenset[Role] = frozenset({"chair"})
_PAIR: frozenset[Role] = frozenset({"chair", "secretary"})
_LEAD: frozenset[Role] = frozenset({"chair", "secretary", "deputy"})
_TABLE: frozenset[Role] = frozenset({"chair", "secretary", "deputy", "helper"})
_MEMBERS: frozenset[Role] = frozenset({"member_remote", "member_hall"})
_PEOPLE: frozenset[Role] = _MEMBERS | {"guest", "upper_guest"}


@dataclass(frozen=True, slots=True)
class Row:
    """``by_word``: also by the secretary or a deputy for the chair."""

    phases: frozenset[Phase]
    roles: frozenset[Role]
    by_word: bool = False


RIGHTS: dict[str, Row] = {
    # before and around
    "notice": Row(_BEFORE, _LEAD),
    "decide_recording": Row(frozenset({"scheduled", "open"}), _CHAIR, True),
    "open": Row(_BEFORE, _CHAIR, True),
    "tell_times": Row(_TALK | {"closed"}, _CHAIR, True),
    "appoint_chair": Row(_BEFORE | _LIVE, _CHAIR | {"deputy"}, True),
    "appoint_secretary": Row(_BEFORE | _LIVE, _CHAIR | {"deputy"}, True),
    "admit": Row(_BEFORE | _DESK, _TABLE),
    "link_session": Row(_BEFORE | _LIVE, _TABLE),
    "allow_remote": Row(_BEFORE | _LIVE, _CHAIR, True),
    "remove": Row(_BEFORE | _DESK, _TABLE),
    "mute": Row(_BEFORE | _LIVE, _TABLE | _PEOPLE),
    # pictures: the finer rule (who has the floor, whose picture it is) is room.showing's
    "show_picture": Row(_BEFORE | _TALK, _TABLE | _PEOPLE | {"hall_device"}),
    "stop_picture": Row(_BEFORE | _DESK, _TABLE | _PEOPLE | {"hall_device"}),
    "remove_microphone": Row(_BEFORE | _LIVE, _TABLE | {"hall_device"}),
    "captions_on_display": Row(_BEFORE | _LIVE, _CHAIR, True),
    # attendance
    "call": Row(_BEFORE | _DESK, _TABLE),
    "excuse": Row(_BEFORE | _DESK, _TABLE | _MEMBERS),
    "answer": Row(_BEFORE | _LIVE, _TABLE | _MEMBERS),
    "leave_hall": Row(_DESK, _TABLE),
    "guest": Row(_BEFORE | _LIVE, _TABLE),
    # items and floor
    "start_item": Row(_LIVE, _CHAIR, True),
    "conclude_item": Row(_DESK, _CHAIR, True),
    "raise_hand": Row(_TALK, _PEOPLE),
    "give_floor": Row(_TALK, _TABLE),
    "set_floor": Row(_LIVE, _CHAIR, True),
    "return_floor": Row(_LIVE, _TABLE | _PEOPLE),
    "type_speech": Row(frozenset({"open"}), _TABLE | _PEOPLE),
    "correct": Row(_DESK, _PAIR),
    "assign_speaker": Row(_DESK, _TABLE),
    "put_right": Row(_DESK, _PAIR),
    # votes, tasks, petitions
    "put_motion": Row(_TALK, _CHAIR, True),
    "cast": Row(_TALK, _MEMBERS),
    "count_hall": Row(_TALK, _TABLE),
    "count_ballots": Row(_TALK | {"closed"}, _TABLE),
    "close_motion": Row(_TALK | {"closed"}, _CHAIR, True),
    "reserve": Row(_TALK, _TABLE | _MEMBERS),
    "show_motion": Row(_TALK, _LEAD),
    "give_task": Row(_TALK | {"closed"}, _PAIR, True),
    "petition": Row(_TALK | {"closed"}, _PAIR, True),
    "withdraw_task": Row(_TALK | {"closed"}, _PAIR, True),
    "withdraw_petition": Row(_TALK | {"closed"}, _PAIR, True),
    # off record: shutting is anybody's at the table, opening again is the chair's
    "off_record": Row(_LIVE, _LEAD, True),
    "on_record": Row(frozenset({"paused", "secret"}), _CHAIR, True),
    "erase_last": Row(_LIVE, _CHAIR, True),
    # close
    "read_back": Row(_TALK, _PAIR, True),
    "pass_minutes": Row(_TALK, _CHAIR, True),
    "score": Row(_TALK | {"closed"}, _PAIR, True),
    "close": Row(_LIVE, _CHAIR, True),
    # the minutes
    "draft": Row(_DESK, _PAIR),
    "save_block": Row(_DESK, _PAIR),
    "insert_block": Row(_DESK, _PAIR),
    "delete_block": Row(_DESK, _PAIR),
    "move_block": Row(_DESK, _PAIR),
    "accept_redraft": Row(_DESK, _PAIR),
    "rephrase": Row(_DESK, _PAIR),
    "submit": Row(frozenset({"closed"}), _PAIR),
    # nobody approves their own minutes: only who chaired, by their own credential
    "approve": Row(frozenset({"submitted"}), _CHAIR),
    "return": Row(frozenset({"submitted"}), _CHAIR),
    "reopen": Row(frozenset({"sealed"}), _CHAIR, True),
}

ROLE_VI: dict[Role, str] = {
    "chair": "chủ trì", "secretary": "thư ký", "deputy": "bí thư hoặc phó bí thư", "helper": "người giúp thư ký",
    "member_remote": "đảng viên dự trực tuyến", "member_hall": "đảng viên ở hội trường", "guest": "khách mời",
    "upper_guest": "đại biểu cấp trên", "hall_device": "máy ở hội trường", "microphone": "micrô phụ của hội trường",
    "administrator": "quản trị viên",
    "system": "hệ thống",
}  # fmt: skip
PHASE_VI: dict[Phase, str] = {
    "scheduled": "chưa khai mạc", "open": "đang họp", "paused": "đang tạm dừng ghi", "secret": "đang ở nội dung mật",
    "closed": "đã bế mạc", "submitted": "biên bản đã trình duyệt", "approved": "biên bản đã được duyệt",
    "sealed": "hồ sơ đã niêm phong",
}  # fmt: skip
COMMAND_VI: dict[str, str] = {
    "notice": "gửi thông báo mời họp", "decide_recording": "quyết định ghi hay không ghi", "open": "khai mạc",
    "tell_times": "ghi lại giờ khai mạc, bế mạc",
    "appoint_chair": "cử chủ trì", "appoint_secretary": "cử thư ký", "admit": "cho vào phòng họp",
    "link_session": "ghi máy này là của ai", "allow_remote": "cho dự trực tuyến",
    "remove": "mời ra khỏi phòng họp", "mute": "tắt micrô", "remove_microphone": "bỏ micrô phụ",
    "captions_on_display": "bật lời ghi trên màn hình lớn",
    "show_picture": "chiếu hình", "stop_picture": "dừng chiếu hình",
    "call": "điểm danh", "excuse": "ghi vắng có lý do",
    "answer": "trả lời giấy mời", "leave_hall": "ghi người về sớm", "guest": "ghi khách mời",
    "start_item": "bắt đầu nội dung", "conclude_item": "kết luận nội dung", "raise_hand": "giơ tay",
    "give_floor": "mời phát biểu", "return_floor": "kết thúc phát biểu",
    "set_floor": "đặt cách phát biểu", "type_speech": "ghi lời phát biểu",
    "correct": "sửa lời ghi", "assign_speaker": "ghi tên người nói", "put_right": "sửa một từ ở mọi chỗ",
    "put_motion": "đưa ra biểu quyết",
    "cast": "biểu quyết", "count_hall": "ghi số biểu quyết ở hội trường", "close_motion": "chốt biểu quyết",
    "count_ballots": "ghi kết quả kiểm phiếu",
    "reserve": "ghi ý kiến bảo lưu",
    "show_motion": "chiếu nội dung biểu quyết", "score": "tự chấm điểm buổi sinh hoạt", "give_task": "giao nhiệm vụ",
    "petition": "ghi kiến nghị", "withdraw_task": "rút nhiệm vụ đã ghi",
    "withdraw_petition": "rút kiến nghị đã ghi", "off_record": "dừng ghi", "on_record": "ghi trở lại",
    "erase_last": "xóa đoạn vừa ghi", "read_back": "đọc lại biên bản", "pass_minutes": "thông qua biên bản",
    "close": "bế mạc", "draft": "soạn dự thảo biên bản", "save_block": "sửa biên bản",
    "insert_block": "thêm đoạn vào biên bản", "delete_block": "bỏ đoạn khỏi biên bản",
    "move_block": "chuyển đoạn trong biên bản", "accept_redraft": "nhận bản soạn lại",
    "rephrase": "nhờ máy diễn đạt lại đoạn biên bản", "submit": "trình duyệt biên bản",
    "approve": "duyệt biên bản", "return": "trả lại biên bản", "reopen": "mở lại hồ sơ để sửa",
}  # fmt: skip
if not RIGHTS.keys() == COMMANDS.keys() == COMMAND_VI.keys():
    raise AssertionError("every command has exactly one row of rights and one Vietnamese name")


def right(role: Role, phase: Phase, command: str) -> Literal["own", "for_chair", ""]:
    """By what right a role does a command in a phase; "" = not at all."""
    row = RIGHTS[command]
    if phase not in row.phases:
        return ""
    if role in row.roles:
        return "own"
    return "for_chair" if row.by_word and role in BY_WORD else ""


def who_may(command: str) -> str:
    """In Vietnamese, for refusals."""
    row = RIGHTS[command]
    named = [ROLE_VI[role] for role in ROLES if role in row.roles]
    text = ", ".join(named)
    return f"{text}; thư ký nhập được khi chọn “theo lời chủ trì”" if row.by_word else text


def authority(roles: Iterable[Role], phase: Phase, command: Command, actor: Actor) -> Authority:
    """The authority an allowed command is logged with. Raises NotAllowed or WrongState."""
    name, held = wire_name(command), frozenset(roles)
    row = RIGHTS[name]
    by_word = row.by_word and command.for_chair and held & BY_WORD
    if not (row.roles & held or by_word):
        raise NotAllowed(
            "not_allowed", f"Đồng chí không có quyền {COMMAND_VI[name]}.", who_may(name), command=name, state=phase
        )
    if phase not in row.phases:
        raise WrongState(
            "wrong_state", f"Không thể {COMMAND_VI[name]} khi {PHASE_VI[phase]}.",
            f"Làm được khi {_phases(row)}.", command=name, state=phase,
        )  # fmt: skip
    if by_word and "chair" not in held:
        return "for_chair"
    return _own(row.roles & held, actor)


def _phases(row: Row) -> str:
    return ", ".join(PHASE_VI[phase] for phase in PHASES if phase in row.phases)


def _own(held: frozenset[Role], actor: Actor) -> Authority:
    if "chair" in held:
        return "chair"
    if held & {"secretary", "deputy", "helper"}:
        return "secretary"
    return "hall" if not actor.member and "hall_device" in actor.roles else "own"


def table_markdown() -> str:
    """The table of docs/rights.md: ● in their own right, ○ by the chair's word."""
    head = "| command | phases | " + " | ".join(role.replace("_", " ") for role in ROLES) + " |"
    lines = [head, "|" + "---|" * (len(ROLES) + 2)]
    for name, row in RIGHTS.items():
        phases = " ".join(phase for phase in PHASES if phase in row.phases)
        marks = {"own": "●", "for_chair": "○", "": ""}
        phase = next(phase for phase in PHASES if phase in row.phases)
        cells = " | ".join(marks[right(role, phase, name)] for role in ROLES)
        lines.append(f"| `{name}` {COMMAND_VI[name]} | {phases} | {cells} |")
    return "\n".join(lines) + "\n"
