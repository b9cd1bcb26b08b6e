"""Off record, erasing, read-back, passing, close, approval."""

from __future__ import annotations

from meeting_server.room import commands as c
from meeting_server.room import telling
from meeting_server.room.context import Context, Decisions
from meeting_server.room.desk import changes_since_reading
from meeting_server.room.refusal import Conflict
from meeting_server.room.scoring import Sheet, computed, sheet_on
from minutes.record.attendance import bases
from minutes.record.events import (
    Amended,
    Approved,
    Closed,
    Erased,
    Event,
    OffRecord,
    OnRecord,
    Passed,
    Point,
    ReadBack,
    Reopened,
    Returned,
    SelfScored,
    Submitted,
)

MINUTE = 60_000


def off_record(at: Context, command: c.OffRecord) -> tuple[Event, ...]:
    same = {"pause": "paused", "secret": "secret"}[command.mode] == at.room.phase
    if same:
        return ()
    return (OffRecord(command.mode, _topic_number(at, command.topic) if command.mode == "secret" else command.topic),)


def _topic_number(at: Context, topic: str) -> str:
    """Of what is secret only the number of its item is written down, whatever was typed."""
    ids = [item.id for item in at.room.agenda.items]
    now = str(ids.index(at.room.agenda.now) + 1) if at.room.agenda.now in ids else ""
    typed = "".join(letter for letter in topic if letter.isascii() and letter.isdigit())[:3]
    return typed or now


def on_record(at: Context, command: c.OnRecord) -> tuple[Event, ...]:
    item = at.room.agenda.item(at.room.agenda.now)
    if item is not None and item.secret:
        raise at.conflict("secret_item", "Đang bàn nội dung mật. Kết thúc nội dung này trước khi ghi trở lại.")
    return (OnRecord(),)


def erase_last(at: Context, command: c.EraseLast) -> tuple[Event, ...]:
    return (Erased(max(0, at.at - command.minutes * MINUTE), at.at, command.reason),)


def read_back(at: Context, command: c.ReadBack) -> tuple[Event, ...]:
    if at.room.document.version == 0:
        raise _no_document(at)
    reader = at.member(command.reader) if command.reader else at.room.meeting.secretary
    return (ReadBack(at.room.document.version, at.live.owed_ms, reader, command.typed),)


def pass_minutes(at: Context, command: c.PassMinutes) -> tuple[Event, ...]:
    """By those who may vote and are there, as any vote: probationary and temporary members and guests only listen."""
    if at.room.meeting.read_back is None:
        raise at.conflict("not_read_back", "Biên bản chưa được đọc lại.", "thư ký đọc lại")
    voters, total = len(bases(at.room.ledger).voters), command.in_favour + command.against + command.other
    if total > voters:
        raise at.conflict(
            "too_many",
            f"Có {voters} đồng chí có quyền biểu quyết đang có mặt, số vừa ghi là {total}: thừa {total - voters}.",
        )
    read = at.room.meeting.read_back.event
    assert isinstance(read, ReadBack)
    return (
        Passed(read.document, command.in_favour, command.against, command.other, command.corrections, command.typed),
    )


def close(at: Context, command: c.Close) -> tuple[Event, ...]:
    if any(motion.closed is None and motion.put.method != "ballot" for motion in at.room.votes.motions):
        raise at.conflict("motion_open", "Còn một vấn đề đang biểu quyết. Chốt trước khi bế mạc.")
    now = at.room.agenda.item(at.room.agenda.now)
    if now is not None:
        raise at.conflict(
            "item_not_concluded", f"Nội dung “{now.title}” chưa được kết luận. Ghi kết luận hoặc “chưa kết luận” trước."
        )
    return (Closed(command.typed, telling.closing(at, command.typed, command.happened_at)),)


def score(at: Context, command: c.Score) -> tuple[Event, ...]:
    """What is not given by hand is as the record computes it; a criterion without either is refused."""
    sheet = sheet_on(at.day)
    given = dict(_point(at, sheet, point) for point in command.points)
    known = computed(at.room, sheet, at.day, at.room.meeting.ended_at or at.at)
    points = {key: tenths for key, (tenths, _) in known.items()} | given
    missing = [criterion.name for criterion in sheet.criteria if criterion.key not in points]
    if missing:
        raise at.conflict("points_missing", f"Chưa chấm: {', '.join(missing)}.", "chi bộ tự chấm")
    scored = tuple(Point(criterion.key, points[criterion.key]) for criterion in sheet.criteria)
    total = sum(point.tenths for point in scored)
    return (SelfScored(sheet.id, scored, total, sheet.band(total), command.typed),)


def _point(at: Context, sheet: Sheet, point: str) -> tuple[str, int]:
    key, _, tenths = point.partition("=")
    criterion = sheet.criterion(key)
    if criterion is None or not tenths.isascii() or not tenths.isdigit() or len(tenths) > 5:
        raise at.conflict("bad_point", "Bảng chấm điểm không có mục này.")
    if int(tenths) > criterion.most:
        raise at.conflict("too_many", f"“{criterion.name}”: nhiều nhất {criterion.most // 10} điểm.")
    return key, int(tenths)


def submit(at: Context, command: c.Submit) -> tuple[Event, ...]:
    if at.room.votes.open is not None:
        raise at.conflict("ballots_awaited", "Còn vấn đề chờ phiếu giấy: chưa trình duyệt được.", "tổ kiểm phiếu")
    if at.room.document.version == 0:
        raise _no_document(at)
    changes, version = changes_since_reading(at.room), at.room.document.version
    return (*((Amended(version, changes),) if changes else ()), Submitted(version))


def approve(at: Context, command: c.Approve) -> tuple[Event, ...]:
    """The number is filled in by the append, in one transaction with the entry."""
    owed = at.live.owed_ms
    if owed and not command.confirmed:
        raise at.conflict(
            "speech_owed", f"Còn {_minutes(owed)} tiếng nói chưa chép xong. Duyệt ngay thì phần này không vào biên bản."
        )
    reopened = at.room.meeting.reopened
    version = reopened.version if reopened else 1
    return (Approved(at.room.document.version, "", version, reopened.reason if reopened else ""),)


def _minutes(ms: int) -> str:
    return f"{-(-ms // MINUTE)} phút" if ms >= MINUTE else f"{-(-ms // 1000)} giây"


def give_back(at: Context, command: c.Return) -> tuple[Event, ...]:
    return (Returned(at.room.document.version, command.remarks),)


def reopen(at: Context, command: c.Reopen) -> tuple[Event, ...]:
    """The sealed version stays as it is; blocks that were erased since are put back by the caller."""
    approved = at.room.meeting.approved
    last = approved.event.version if approved is not None and isinstance(approved.event, Approved) else 1
    return (Reopened(last + 1, " ".join(command.reason.split())),)


def _no_document(at: Context) -> Conflict:
    return at.conflict("no_document", "Chưa có dự thảo biên bản.", "thư ký soạn dự thảo")


DECISIONS: Decisions = {
    c.OffRecord: off_record, c.OnRecord: on_record, c.EraseLast: erase_last, c.ReadBack: read_back,
    c.PassMinutes: pass_minutes, c.Score: score, c.Close: close, c.Submit: submit, c.Approve: approve,
    c.Return: give_back, c.Reopen: reopen,
}  # fmt: skip
