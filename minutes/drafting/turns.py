"""What a draft is made of: turns as they were said, the roster, and what the room itself recorded.

These are plain values, so the same rules draft from a case's files and from a meeting log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

MAX_TURNS = 20_000
MAX_TEXT = 20_000
MAX_ROSTER = 2_000

Status = Literal["official", "probationary", "temporary"]
Channel = Literal["hall", "remote", "absent", "exempt", ""]
STATUS: Mapping[str, Status] = {
    "chính thức": "official",
    "dự bị": "probationary",
    "tạm thời": "temporary",
    "sinh hoạt tạm thời": "temporary",
    "official": "official",
    "probationary": "probationary",
    "temporary": "temporary",
}
CHANNELS: Mapping[str, Channel] = {"hall": "hall", "remote": "remote", "absent": "absent", "exempt": "exempt"}


class BadInput(ValueError):
    """The turns, roster or meeting information given cannot be read; the message says where and why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said: ``order`` counts through the meeting, ``speaker`` is a full name or "" when unknown.

    ``role`` is the Vietnamese word ("bí thư", "thư ký", "cấp trên dự", …). ``utterance`` names its audio,
    ``at`` is milliseconds since the epoch, ``confidence`` per mille as the recogniser gave it, ``item`` the id of
    the content in hand when the room recorded it, ``typed``: on the paper form first and entered afterwards.
    """

    order: int
    speaker: str
    role: str
    channel: str
    text: str
    utterance: str | None = None
    at: int | None = None
    confidence: int | None = None
    item: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A member on the day of the meeting. ``channel`` is where the member is known or expected to be."""

    name: str
    status: Status = "official"
    exempt: bool = False
    channel: Channel = ""
    position: str = ""
    member: str = ""
    aliases: tuple[str, ...] = ()
    suspended: bool = False
    away: bool = False


def read_turns(lines: Iterable[str]) -> tuple[Turn, ...]:
    """Turns from JSON lines in the cases' form; raises BadInput with the line that cannot be read."""
    turns: list[Turn] = []
    lines_of: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(turns) >= MAX_TURNS:
            raise BadInput(f"có hơn {MAX_TURNS} lượt nói")
        try:
            turn = _turn(as_object(line), number)
            before = lines_of.setdefault(turn.order, number)
            if before != number:
                raise BadInput(f"số thứ tự (t_order) {turn.order} đã có ở dòng {before}; mỗi lượt nói phải có số riêng")
            turns.append(turn)
        except BadInput as error:
            raise BadInput(f"dòng {number}: {error}") from error
    if not turns:
        raise BadInput("không có lượt nói nào")
    return tuple(sorted(turns, key=lambda turn: turn.order))


def as_object(text: str) -> Mapping[str, object]:
    """A JSON object; raises BadInput for anything else."""
    value = as_json(text)
    if not isinstance(value, dict):
        raise BadInput("phải là một đối tượng JSON {…}")
    return value


def as_json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"dòng {error.lineno}, " if "\n" in text.strip() else ""
        raise BadInput(f"không phải JSON ({place}cột {error.colno})") from error
    except RecursionError as error:
        raise BadInput("không phải JSON (lồng quá sâu)") from error


def _turn(raw: Mapping[str, object], number: int) -> Turn:
    text = str(raw.get("text") or "")
    if len(text) > MAX_TEXT:
        raise BadInput(f"lời nói (text) dài hơn {MAX_TEXT} ký tự")
    order, at, confidence = raw.get("t_order", number), raw.get("at"), raw.get("confidence")
    return Turn(
        order=order if isinstance(order, int) else number,
        speaker=str(raw.get("speaker") or ""),
        role=str(raw.get("role") or ""),
        channel=str(raw.get("channel") or "hall"),
        text=text,
        utterance=str(raw["utterance"]) if raw.get("utterance") else None,
        at=at if isinstance(at, int) else None,
        confidence=confidence if isinstance(confidence, int) else None,
    )


def read_roster(text: str) -> tuple[RosterLine, ...]:
    """The roster from a JSON list in the cases' form; raises BadInput."""
    raw = as_json(text)
    if not isinstance(raw, list) or len(raw) > MAX_ROSTER:
        raise BadInput(f"danh sách đảng viên phải là một dãy JSON […] không quá {MAX_ROSTER} người")
    return tuple(_line(line, place) for place, line in enumerate(raw, 1))


def _line(raw: object, place: int) -> RosterLine:
    if not isinstance(raw, dict) or not str(raw.get("name") or "").strip():
        raise BadInput(f"người thứ {place} trong danh sách không có tên (name)")
    aliases = raw.get("aliases") or ()
    return RosterLine(
        name=str(raw["name"]),
        status=STATUS.get(str(raw.get("status") or ""), "official"),
        exempt=bool(raw.get("exempt")),
        channel=CHANNELS.get(str(raw.get("channel") or ""), ""),
        position=str(raw.get("position") or ""),
        member=str(raw.get("member") or ""),
        aliases=tuple(str(a) for a in aliases) if isinstance(aliases, list | tuple) else (),
    )
