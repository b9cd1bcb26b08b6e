"""Before the meeting, its opening, its items and what it hands on."""

from __future__ import annotations

from datetime import date

from meeting_server.room import commands as c
from meeting_server.room import telling
from meeting_server.room.context import Context, Decisions
from meeting_server.room.state import remote_here
from minutes.record.events import (
    BlockDeleted,
    ChairAppointed,
    Closed,
    Event,
    ItemConcluded,
    ItemStarted,
    Noticed,
    OffRecord,
    Opened,
    Petitioned,
    PetitionWithdrawn,
    RecordingDecided,
    SecretaryAppointed,
    TaskGiven,
    TaskWithdrawn,
)


def notice(at: Context, command: c.Notice) -> tuple[Event, ...]:
    return (Noticed(command.text),)


def decide_recording(at: Context, command: c.DecideRecording) -> tuple[Event, ...]:
    decided = RecordingDecided(command.record, command.transcribe, command.reason)
    return () if at.room.meeting.recording == decided else (decided,)


def open_meeting(at: Context, command: c.Open) -> tuple[Event, ...]:
    if at.room.meeting.recording is None:
        raise at.conflict(
            "recording_undecided", "Chưa quyết định cuộc họp có ghi âm, ghi lời hay không.", "chủ trì quyết định"
        )
    if not at.room.meeting.chair:
        raise at.conflict("no_chair", "Cuộc họp chưa có chủ trì.", "bí thư hoặc phó bí thư cử chủ trì")
    return (Opened((), command.typed, telling.opening(at, command.typed, command.happened_at)),)


def tell_times(at: Context, command: c.TellTimes) -> tuple[Event, ...]:
    """A meeting that was opened or closed here without the time of the paper form gets it; each moment by itself."""
    if at.room.meeting.reopened is not None:
        raise at.conflict("reopened", "Hồ sơ đã niêm phong: giờ chỉ sửa trong lời của biên bản.")
    if command.ended_at and at.room.phase != "closed":
        raise at.conflict("not_closed", "Cuộc họp chưa bế mạc: ghi giờ khi bế mạc.")
    began = telling.opening(at, True, command.began_at, command.ended_at) if command.began_at else 0
    ended = telling.closing(at, True, command.ended_at, began) if command.ended_at else 0
    opened = (Opened((), True, began),) if began and began != at.room.meeting.began_at else ()
    return (*opened, *((Closed(True, ended),) if ended and ended != at.room.meeting.ended_at else ()))


def appoint_chair(at: Context, command: c.AppointChair) -> tuple[Event, ...]:
    member = at.member(command.member)
    return () if at.room.meeting.chair == member else (ChairAppointed(member),)


def appoint_secretary(at: Context, command: c.AppointSecretary) -> tuple[Event, ...]:
    member = at.member(command.member)
    return () if at.room.meeting.secretary == member else (SecretaryAppointed(member),)


def start_item(at: Context, command: c.StartItem) -> tuple[Event, ...]:
    now = at.room.agenda.item(at.room.agenda.now)
    if now is not None and now.id == command.item:
        return ()
    if now is not None:
        raise at.conflict(
            "item_not_concluded",
            f"Nội dung “{now.title}” chưa được kết luận. Ghi kết luận hoặc “chưa kết luận” trước.",
            "chủ trì kết luận",
        )  # fmt: skip
    if not command.item:
        if not command.title:
            raise at.unknown("unknown_item", "Chưa có tên của nội dung mới.")
        return (ItemStarted(at.new_id("x"), command.title),)
    item = at.item(command.item)
    if not item.secret:
        return (ItemStarted(item.id),)
    return (*_secret_first(at, at.room.agenda.items.index(item) + 1), ItemStarted(item.id))


def _secret_first(at: Context, number: int) -> tuple[Event, ...]:
    """A secret item is never opened online, and never recorded (Law 117/2025: inspected equipment only)."""
    if at.room.meeting.scheduled is not None and at.room.meeting.scheduled.mode == "online":
        raise at.conflict("secret_online", "Nội dung mật không được mở trong cuộc họp trực tuyến.")
    remote = remote_here(at.room)
    if remote:
        raise at.conflict(
            "secret_with_remote",
            f"Nội dung mật không được mở khi còn {len(remote)} người dự trực tuyến. Mời các đồng chí rời phòng trước.",
            "chủ trì hoặc thư ký mời ra",
        )
    return () if at.room.phase == "secret" else (OffRecord("secret", str(number)),)


def conclude_item(at: Context, command: c.ConcludeItem) -> tuple[Event, ...]:
    item = at.item(command.item)
    if item.secret and command.text:
        raise at.conflict("secret_text", "Kết luận của nội dung mật không ghi vào đây; chỉ ghi là đã kết luận.")
    if command.outcome == "concluded" and not command.text and not item.secret:
        raise at.conflict("no_conclusion", "Chưa có lời kết luận. Nếu chưa kết luận được, chọn “chưa kết luận”.")
    if at.room.phase == "secret" and command.text:
        raise at.conflict("off_record", "Đang ở nội dung mật: không ghi lời kết luận. Ghi trở lại trước.")
    if any(m.closed is None and m.put.method != "ballot" and m.put.item == item.id for m in at.room.votes.motions):
        raise at.conflict("motion_open", "Nội dung này còn một vấn đề đang biểu quyết. Chốt biểu quyết trước.")
    return (ItemConcluded(item.id, command.outcome, command.text, command.sources, command.typed),)


def give_task(at: Context, command: c.GiveTask) -> tuple[Event, ...]:
    old = _task(at, command.task) if command.task else None
    _reason(at, command.reason, old is not None)
    item = old.item if old else at.item_or_now(command.item)
    if not command.confirmed and _late_already(at, command):
        raise at.conflict(
            "due_past", f"Hạn của nhiệm vụ trước ngày họp ({at.day:%d/%m/%Y}). Xem lại hạn, hoặc xác nhận là đúng."
        )
    return (
        TaskGiven(
            command.task or at.new_id("t"), item, command.what, command.who, command.due,
            command.sources or (old.sources if old else ()), command.before, command.typed,
            command.reason,
        ),
    )  # fmt: skip


def _late_already(at: Context, command: c.GiveTask) -> bool:
    """Whether the date is over on the day of the meeting; what is no date is not judged."""
    try:
        due = date.fromisoformat(command.due)
    except ValueError:
        return False
    return due < at.day or (command.before and due == at.day)


def petition(at: Context, command: c.Petition) -> tuple[Event, ...]:
    old = _petition(at, command.petition) if command.petition else None
    _reason(at, command.reason, old is not None)
    sources, key = command.sources or (old.sources if old else ()), command.petition or at.new_id("p")
    return (Petitioned(key, command.text, command.to, sources, command.typed, command.reason),)


def withdraw_task(at: Context, command: c.WithdrawTask) -> tuple[Event, ...]:
    task = _task(at, command.task)
    _reason(at, command.reason, True)
    return (TaskWithdrawn(task.task, command.reason), *_unwritten(at, "TaskGiven", task.task, command.reason))


def withdraw_petition(at: Context, command: c.WithdrawPetition) -> tuple[Event, ...]:
    key = _petition(at, command.petition).petition
    _reason(at, command.reason, True)
    return (PetitionWithdrawn(key, command.reason), *_unwritten(at, "Petitioned", key, command.reason))


def _task(at: Context, key: str) -> TaskGiven:
    task = at.room.tasks.task(key)
    if task is None:
        raise at.unknown("unknown_task", "Không có nhiệm vụ này trong cuộc họp; có thể đã rút.")
    return task


def _petition(at: Context, key: str) -> Petitioned:
    petition = at.room.tasks.petition(key)
    if petition is None:
        raise at.unknown("unknown_petition", "Không có kiến nghị này trong cuộc họp; có thể đã rút.")
    return petition


def _reason(at: Context, reason: str, old: bool) -> None:
    """What the meeting heard read back is changed, and what it can no longer hear is added, with a reason only."""
    if not reason and at.room.meeting.read_back is not None and (old or at.room.phase == "closed"):
        raise at.conflict(
            "reason_needed", "Biên bản đã được đọc lại tại cuộc họp: thêm, sửa hoặc rút nhiệm vụ, kiến nghị phải ghi "
            "lý do.", "thư ký ghi lý do",
        )  # fmt: skip


def _unwritten(at: Context, kind: str, key: str, reason: str) -> tuple[Event, ...]:
    """The blocks of the minutes that say it go with it."""
    sources, document = set(at.room.tasks.sources(kind, key)), at.room.document
    blocks = [one.proposal if one.offered and one.proposal else one.block for one in document.paragraphs]
    gone = [one.id for one in blocks if one.kind in ("task", "petition") and sources & set(one.sources)]
    return tuple(BlockDeleted(block, document.version + n, reason) for n, block in enumerate(gone))


DECISIONS: Decisions = {
    c.Notice: notice, c.DecideRecording: decide_recording, c.Open: open_meeting, c.TellTimes: tell_times,
    c.AppointChair: appoint_chair,
    c.AppointSecretary: appoint_secretary, c.StartItem: start_item, c.ConcludeItem: conclude_item,
    c.GiveTask: give_task, c.Petition: petition, c.WithdrawTask: withdraw_task,
    c.WithdrawPetition: withdraw_petition,
}  # fmt: skip
