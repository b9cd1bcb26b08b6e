"""What a verification found, in plain Vietnamese and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from minutes.export.moments import clock, day_of
from minutes.sealing.signatures import RECEIVED_FIELD, PdfSignature

Newest = Literal["yes", "no", "unknown"]
STATES: Mapping[str, str] = {
    "sealed": "Đã niêm phong (chưa có chữ ký của người)",
    "signed": "Đã ký số",
    "hand_signed": "Đã ký tay và đối chiếu",
}
HALF_SIGNED = "Thư ký đã ký số, chờ chủ trì"
ORIGINALS: Mapping[str, str] = {
    "paper": "Bản gốc là bản giấy có chữ ký tay; tệp hồ sơ là bản lưu để đối chiếu.",
    "file": "Bản gốc là tệp hồ sơ có chữ ký số; bản giấy in ra là bản sao.",
}


def state_words(state: str, signers: Collection[str] = ()) -> str:
    """A record's state for people. ``signers``: the roles of those who signed it digitally."""
    return HALF_SIGNED if state == "signed" and "chair" not in signers else STATES.get(state, state)


def words_of(facts: Mapping[str, object]) -> str:
    """The state that a manifest tells."""
    listed = facts.get("signatures")
    roles = [one.get("role") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return state_words(str(facts.get("state", "")), [role for role in roles if isinstance(role, str)])


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which part, where in it, in a sentence. ``code`` is for programs."""

    code: str
    part: str
    sentence: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``whole``: nothing at all is wrong. ``trusted``: the authority is among the given ones (None: none given).
    ``known``: the authority alone. ``kind`` "pdf": a PDF that came without its record; only its own signatures were
    judged."""

    faults: tuple[Fault, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    signatures: tuple[PdfSignature, ...] = ()
    trusted: bool | None = None
    newest: Newest = "unknown"
    notes: tuple[str, ...] = ()
    kind: Literal["record", "pdf", "none"] = "record"
    known: bool | None = None

    @property
    def whole(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, object]:
        """For --json and the server's page."""
        return {
            "kind": self.kind, "whole": self.whole, "sentence": self.sentence,
            "known": self.known, "trusted": self.trusted, "newest": self.newest, "facts": dict(self.facts),
            "faults": [asdict(fault) for fault in self.faults],
            "signatures": [asdict(signature) for signature in self.signatures], "notes": list(self.notes),
            "text": self.text(),
        }  # fmt: skip

    def text(self) -> str:
        """One page for people."""
        lines = [f"KẾT QUẢ: {self._heading()}"]
        lines += [f"  - Sai ở {_where(fault)}: {fault.sentence}" for fault in self.faults]
        lines += ["", *self._about(), *self._signed(), *self.notes]
        return "\n".join(_printable(line) for line in lines).rstrip() + "\n"

    def _heading(self) -> str:
        if self.kind == "none":
            return "KHÔNG PHẢI HỒ SƠ HỌP CHI BỘ"
        if self.kind == "pdf":
            unsigned = any(fault.code == "unsigned" for fault in self.faults)
            said = "CHỮ KÝ NGUYÊN VẸN" if self.whole else "KHÔNG CÓ CHỮ KÝ" if unsigned else "ĐÃ BỊ SỬA SAU KHI KÝ"
            return f"TỆP PDF, KHÔNG PHẢI HỒ SƠ LƯU – {said}"
        return "HỒ SƠ NGUYÊN VẸN" if self.whole else "HỒ SƠ ĐÃ BỊ SỬA HOẶC HỎNG"

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        by = str(self.facts.get("installation", ""))
        if self.kind == "none":
            return "Đây không phải hồ sơ họp chi bộ. Chọn tệp hồ sơ lưu có đuôi .hcb.zip."
        if self.kind == "pdf":
            if any(fault.code == "unsigned" for fault in self.faults):
                return "Đây là tệp PDF không có chữ ký, không phải hồ sơ lưu; không có gì để xác minh."
            if not self.whole:
                return "Tệp PDF đã bị sửa sau khi ký, hoặc chữ ký không hợp lệ."
            known = {True: "", False: ", nhưng chứng thư của người ký chưa được tin cậy", None: ""}[self.trusted]
            return f"Tệp PDF còn nguyên vẹn từ khi ký{known}. Đây không phải hồ sơ lưu đầy đủ."
        if not self.whole:
            return "Hồ sơ đã bị sửa hoặc hỏng."
        if self.known is False:
            claims = f" (hồ sơ tự ghi: {by})" if by else ""
            return f"Hồ sơ không bị sửa từ khi niêm phong, nhưng KHÔNG do hệ thống được tin cậy niêm phong{claims}."
        if self.newest == "no":
            return "Hồ sơ còn nguyên vẹn nhưng KHÔNG PHẢI bản mới nhất: đã có bản sau."
        return f"Hồ sơ còn nguyên vẹn, chưa bị sửa từ khi niêm phong{f' bởi {by}' if by else ''}."

    def _about(self) -> list[str]:
        facts = self.facts
        if not facts:
            return []
        return [
            f"Cuộc họp: {facts.get('title', '')} – {facts.get('cell_name', '')}",
            f"Số: {facts.get('number') or '(không đánh số)'} – phiên bản {facts.get('version', '')}",
            *([f"Lý do sửa: {facts['reason']}"] if facts.get("reason") else []),
            f"Duyệt: {moment(facts.get('approved_at'))}; niêm phong: {moment(facts.get('sealed_at'))}",
            f"Trạng thái: {words_of(facts)}",
            *([ORIGINALS[str(facts["original"])]] if str(facts.get("original")) in ORIGINALS else []),
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
            f"Chữ ký trong PDF – {role_of(one.field)}: {one.signer}, {moment(one.at)}"
            f"{' (có dấu thời gian)' if one.stamped else ''}{'' if one.sound else ' – KHÔNG HỢP LỆ'}"
            f"{_trust(one)}"
            for one in self.signatures
        ]


ROLES: Mapping[str, str] = {
    "NiemPhong": "dấu niêm phong của hệ thống", "ThuKy": "thư ký", "ChuTri": "chủ trì", "LanhDao": "lãnh đạo chi bộ",
}  # fmt: skip


def role_of(field_name: str) -> str:
    """Whose signature a field is for. The level above only says that it received, or that a copy is true."""
    if field_name.startswith(RECEIVED_FIELD):
        return "cấp trên xác nhận đã nhận / sao y (không phải chữ ký của người lập biên bản)"
    return ROLES.get(field_name, field_name)


def _trust(one: PdfSignature) -> str:
    if one.trusted:
        return ""
    return " – chứng thư đã hết hạn, chưa có gì xác nhận thời điểm" if one.ended else " – chứng thư chưa được tin cậy"


def _printable(line: str) -> str:
    """A forged record may carry control characters to paint over a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in line).rstrip()


def _where(fault: Fault) -> str:
    return f"{fault.part or 'khung tệp'}{', ' + fault.place if fault.place else ''}"


def moment(at: object) -> str:
    try:
        day = day_of(at) if type(at) is int else None
    except (ValueError, OverflowError, OSError):
        day = None  # a forger's number beyond all calendars
    if day is None or type(at) is not int:
        return "(không rõ)"
    return f"{clock(at)}, ngày {day.day:02}/{day.month:02}/{day.year}"


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
