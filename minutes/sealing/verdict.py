"""What a verification found, in plain Vietnamese and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from minutes.export.moments import clock, day_of
from minutes.sealing.signatures import PdfSignature

Newest = Literal["yes", "no", "unknown"]
STATES: Mapping[str, str] = {
    "sealed": "Đã niêm phong (chưa có chữ ký của người)",
    "signed": "Đã ký số",
    "hand_signed": "Đã ký tay và đối chiếu",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which part, where in it, in a sentence. ``code`` is for programs."""

    code: str
    part: str
    sentence: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``whole``: nothing at all is wrong. ``trusted``: the authority is among the given ones (None: none given)."""

    faults: tuple[Fault, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    signatures: tuple[PdfSignature, ...] = ()
    trusted: bool | None = None
    newest: Newest = "unknown"
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, object]:
        """For --json and the server's page."""
        return {
            "whole": self.whole, "trusted": self.trusted, "newest": self.newest, "facts": dict(self.facts),
            "faults": [asdict(fault) for fault in self.faults],
            "signatures": [asdict(signature) for signature in self.signatures], "notes": list(self.notes),
            "text": self.text(),
        }  # fmt: skip

    def text(self) -> str:
        """One page for people."""
        lines = ["KẾT QUẢ: HỒ SƠ NGUYÊN VẸN" if self.whole else "KẾT QUẢ: HỒ SƠ ĐÃ BỊ SỬA HOẶC HỎNG"]
        lines += [f"  - Sai ở {_where(fault)}: {fault.sentence}" for fault in self.faults]
        lines += ["", *self._about(), *self._signed(), *self.notes]
        return "\n".join(_printable(line) for line in lines).rstrip() + "\n"

    def _about(self) -> list[str]:
        facts = self.facts
        if not facts:
            return []
        return [
            f"Cuộc họp: {facts.get('title', '')} – {facts.get('cell_name', '')}",
            f"Số: {facts.get('number') or '(không đánh số)'} – phiên bản {facts.get('version', '')}",
            *([f"Lý do sửa: {facts['reason']}"] if facts.get("reason") else []),
            f"Duyệt: {_moment(facts.get('approved_at'))}; niêm phong: {_moment(facts.get('sealed_at'))}",
            f"Trạng thái: {STATES.get(str(facts.get('state')), str(facts.get('state', '')))}",
            f"Niêm phong bởi: {facts.get('installation', '')} (khóa {facts.get('key_id', '')})",
            f"Cơ quan chứng thực của hệ thống: {_grouped(str(facts.get('authority', '')))}",
            {True: "  → đúng với chứng thư tin cậy đã cho.", False: "  → KHÔNG có trong chứng thư tin cậy đã cho.",
             None: "  → chưa đối chiếu với chứng thư tin cậy nào (dùng --trust)."}[self.trusted],
            f"Nhật ký: {facts.get('entries', '')} mục, gốc {facts.get('root', '')}",
            {"yes": "Là phiên bản mới nhất theo các mốc đã cho.", "no": "KHÔNG PHẢI phiên bản mới nhất: đã có bản sau.",
             "unknown": "Không biết có phải phiên bản mới nhất không (dùng --heads với các mốc do cấp trên giữ)."
             }[self.newest],
        ]  # fmt: skip

    def _signed(self) -> list[str]:
        return [
            f"Chữ ký trong PDF – {one.field}: {one.signer}, {_moment(one.at)}"
            f"{' (có dấu thời gian)' if one.stamped else ''}{'' if one.sound else ' – KHÔNG HỢP LỆ'}"
            f"{'' if one.trusted else ' – chứng thư chưa được tin cậy'}"
            for one in self.signatures
        ]


def _printable(line: str) -> str:
    """A forged record may carry control characters to paint over a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in line).rstrip()


def _where(fault: Fault) -> str:
    return f"{fault.part or 'khung tệp'}{', ' + fault.place if fault.place else ''}"


def _moment(at: object) -> str:
    try:
        day = day_of(at) if type(at) is int else None
    except (ValueError, OverflowError, OSError):
        day = None  # a forger's number beyond all calendars
    if day is None or type(at) is not int:
        return "(không rõ)"
    return f"{clock(at)}, ngày {day.day:02}/{day.month:02}/{day.year}"


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
