"""What a record states about itself, held against its log: whoever holds the manifest key alone cannot state anything
else. What only the PDF's seal and the bulletins bind (the words of the minutes, the time of sealing) is judged there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from minutes.export.moments import day_of
from minutes.record import meeting, retention
from minutes.record.events import Approved, Entry
from minutes.sealing import contents, stated_form
from minutes.sealing.findings import Findings, rows
from minutes.sealing.signatures import RECEIVED_FIELD, SEAL_FIELD

MANIFEST = "manifest.json"
ROLES = {SEAL_FIELD: "system", "ThuKy": "secretary", "ChuTri": "chair"}
SCAN = re.compile(r"scan-(\d{3})\.(jpg|png|pdf)")
BEGINS = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


def judge(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], entries: Sequence[Entry],
    certificates: Sequence[x509.Certificate], found: Findings,
) -> None:  # fmt: skip
    """Faults go to ``found``. A part that could not be read was named before and is passed over here."""
    if not facts:
        return
    if entries:
        for name in _facts(facts, entries):
            found.add("facts", MANIFEST, f"bản kê ghi khác nhật ký: {name}", found.within(MANIFEST))
        for seq, sentence in _bodies(facts, entries, found):
            found.add("log", "log.jsonl", sentence, f"mục {seq}")
    for sentence in (*_state(facts), *_paper(parts, facts), *stated_form.faults(parts, facts, certificates)):
        found.add("facts", MANIFEST, sentence, found.within(MANIFEST))
    for sentence in _certificates(parts, facts, certificates):
        found.add("certificates", "certificates.pem", sentence, found.within("certificates.pem"))
    for name, sentence in _scans(parts, facts):
        found.add("scan", name, sentence, found.within(name))


def _facts(facts: Mapping[str, Any], entries: Sequence[Entry]) -> Iterator[str]:
    """The facts that the log tells otherwise."""
    head, last = meeting.fold(entries), entries[-1]
    plan = head.scheduled
    if not isinstance(last.event, Approved) or plan is None:
        yield "nhật ký không kết thúc bằng việc duyệt, hoặc không có kế hoạch họp"
        return
    told = {
        "title": plan.title, "cell": plan.cell, "cell_name": plan.cell_name, "number": head.number,
        "day": _day(head.began_at or plan.starts_at), "approved_at": last.at,
        "version": last.event.version, "reason": last.event.reason, "document": last.event.document,
    }  # fmt: skip
    yield from (NAMES[name] for name, value in told.items() if not _same(facts.get(name), value))


def _day(at: int) -> str:
    """ "" for a time that no calendar has."""
    try:
        return day_of(at).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _same(stated: object, value: object) -> bool:
    """1 is not ``true`` in JSON."""
    return type(stated) is type(value) and stated == value


NAMES = {
    "title": "tên cuộc họp", "cell": "mã chi bộ", "cell_name": "tên chi bộ", "number": "số biên bản",
    "day": "ngày họp", "approved_at": "thời điểm duyệt", "version": "phiên bản", "reason": "lý do sửa",
    "document": "phiên bản văn bản",
}  # fmt: skip


def _bodies(facts: Mapping[str, Any], entries: Sequence[Entry], found: Findings) -> Iterator[tuple[int, str]]:
    """A body left out that is kept for good, or carried though it is not."""
    stated, day = str(facts.get("retention")), _day(entries[-1].at)
    table = retention.table_on(date.fromisoformat(day)) if day else retention.tables()[0]
    if stated != table.since.isoformat():
        if stated_form.unknown_table(facts, day):
            found.notes.append(
                f"Hồ sơ ghi bảng thời hạn lưu ngày {stated}, mới hơn phần mềm này: chưa xét được nội dung nào "
                "của nhật ký lẽ ra phải có mặt."
            )
        else:
            found.add("facts", MANIFEST, "bản kê ghi bảng thời hạn lưu không có hiệu lực", found.within(MANIFEST))
        return
    for entry in entries:
        if entry.kind not in table.kinds:
            continue
        if table.of(entry.kind) == "permanent" and entry.body is None:
            yield entry.seq, "nội dung của mục bị bỏ đi, dù thuộc loại lưu lâu dài"
        if table.of(entry.kind) == "short" and entry.body is not None:
            yield entry.seq, "mục có nội dung thuộc loại không lưu trong hồ sơ"


def _state(facts: Mapping[str, Any]) -> Iterator[str]:
    signed = {str(row.get("field")) for row in rows(facts, "signatures")}
    if not signed:
        yield "bản kê không ghi chữ ký nào"
    persons = signed & {"ThuKy", "ChuTri"}
    if facts.get("state") not in ("sealed", "signed", "hand_signed"):
        yield "trạng thái không có trong quy định"
    elif (facts.get("state") == "signed" and not persons) or (facts.get("state") == "sealed" and persons):
        yield "trạng thái và chữ ký của người không đi cùng nhau"
    for row in rows(facts, "signatures"):
        field = str(row.get("field"))
        expected = "upper" if field.startswith(RECEIVED_FIELD) else ROLES.get(field)
        if expected is None or row.get("role") != expected:
            yield f"chữ ký {field} ghi sai vai"


def _paper(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> Iterator[str]:
    try:
        paper = json.loads(parts["minutes.json"])["paper"]
        if paper["layout"] != facts.get("layout"):
            yield "mẫu văn bản khác mẫu đã in"
        if not _same(paper.get("original", facts.get("original")), facts.get("original")):
            yield "bản gốc là bản nào: bản kê ghi khác biên bản"
        if str(facts.get("root")) not in paper["footer"]:
            yield "gốc cây băm khác gốc in ở chân trang biên bản"
    except (KeyError, ValueError, TypeError, RecursionError):
        return


def _certificates(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], certificates: Sequence[x509.Certificate]
) -> Iterator[str]:  # fmt: skip
    if not certificates:
        return
    if b"".join(one.public_bytes(Encoding.PEM) for one in certificates) != parts.get("certificates.pem"):
        yield "chứng thư không đúng dạng, hoặc có phần thừa"
    try:
        names = [one.value for one in certificates[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    if [facts.get("installation")] != names:
        yield "tên hệ thống niêm phong khác tên trong chứng thư"


def _scans(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Scans are numbered from 1, and each is what its name says; more is told by nothing but its seal."""
    names = [name for name in parts if name.startswith(contents.SCAN)]
    for place, name in enumerate(names, 1):
        match = SCAN.fullmatch(name)
        if match is None or int(match[1]) != place:
            yield name, "bản quét đặt tên sai hoặc thiếu trang"
        elif not parts[name].startswith(BEGINS[match[2]]):
            yield name, "bản quét không phải loại tệp như tên của nó"
