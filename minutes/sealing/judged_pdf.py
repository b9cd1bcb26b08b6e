"""What is wrong with the PDF of a record, or with a PDF that came alone: its signatures, their certificates, its end.

The seal of the installation carries no time-stamp. It is judged now; when its certificate has ended since, it is
judged at the time of sealing, and that time counts when a receipt or the bulletins stand behind it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from minutes.sealing.findings import Against, Findings, number, rows
from minutes.sealing.keys import fingerprint
from minutes.sealing.signatures import (
    RECEIVED_FIELD,
    SEAL_FIELD,
    PdfSignature,
    UnreadablePdf,
    attached,
    pdf_signatures,
)
from minutes.sealing.verdict import Verdict

PDF = "record.pdf"


def of_record(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], certificates: Sequence[x509.Certificate], against: Against,
    backed: bool, found: Findings,
) -> list[PdfSignature]:  # fmt: skip
    """The signatures; faults go to ``found``. ``backed``: something outside the PDF vouches for the sealing time."""
    pdf = parts.get(PDF, b"")
    roots = [*certificates[:1], *(against.trust or ())]
    try:
        signatures = pdf_signatures(pdf, roots, certificates[1:], against.moment)
        if attached(pdf, "minutes.json") != parts.get("minutes.json"):
            found.add("pdf", PDF, "dữ liệu kèm trong PDF không khớp với minutes.json", found.within(PDF))
    except UnreadablePdf:
        found.add("pdf", PDF, "PDF không đọc được", found.within(PDF))
        return []
    signatures = _sealed_then(pdf, signatures, facts, roots, certificates, backed, found)
    for sentence, (start, end) in _record_faults(pdf, signatures, facts, certificates):
        found.add("pdf", PDF, sentence, found.within(PDF, start, end))
    return signatures


def _sealed_then(
    pdf: bytes, signatures: list[PdfSignature], facts: Mapping[str, Any], roots: Sequence[x509.Certificate],
    certificates: Sequence[x509.Certificate], backed: bool, found: Findings,
) -> list[PdfSignature]:  # fmt: skip
    """A seal whose certificate has ended since is judged at the time of sealing."""
    at = _moment(number(facts.get("sealed_at")))
    if at is None or not any(one.field == SEAL_FIELD and not one.trusted for one in signatures):
        return signatures
    then = {one.field: one for one in pdf_signatures(pdf, roots, certificates[1:], at)}
    if not (SEAL_FIELD in then and then[SEAL_FIELD].trusted):
        return signatures
    found.notes.append(
        "Chứng thư của dấu niêm phong đã hết hạn; xét tại thời điểm niêm phong thì còn hạn"
        + (", và biên nhận hoặc các mốc xác nhận thời điểm đó." if backed
           else ". Hồ sơ không có biên nhận đúng nên thời điểm đó chỉ do hồ sơ tự ghi.")
    )  # fmt: skip
    return [replace(one, trusted=backed, ended=True) if one.field == SEAL_FIELD else one for one in signatures]


def _moment(at: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(at / 1000, UTC) if at >= 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _record_faults(
    pdf: bytes, signatures: Sequence[PdfSignature], facts: Mapping[str, Any], certificates: Sequence[x509.Certificate]
) -> Iterator[tuple[str, tuple[int, int]]]:
    told = rows(facts, "signatures")
    if facts and [one.field for one in signatures] != [row.get("field") for row in told]:
        yield "các chữ ký trong PDF không đúng như bản kê ghi (bị gỡ, thêm hoặc cắt)", (0, len(pdf))
    yield from _faults(pdf, signatures)
    names = {str(row.get("field")): str(row.get("name")) for row in told}
    for one in signatures:
        if one.field == SEAL_FIELD:
            if not (one.trusted or one.ended) or not _by(one, certificates):
                yield f"chữ ký {one.field} không phải của hệ thống đã niêm phong", (0, one.ends)
        elif one.signer and one.field in names and _bare(names[one.field]) != _bare(one.signer):
            yield f"chữ ký {one.field} do người khác ký, không phải người mà bản kê ghi", (0, one.ends)


def _bare(name: str) -> str:
    """Without case, diacritics and spare blanks: what ``personal`` compares by when it takes a signature. Written out
    here, because whoever only verifies has no package for misheard words."""
    split = unicodedata.normalize("NFD", name.translate({0x111: "d", 0x110: "D"})).lower()
    return " ".join("".join(letter for letter in split if not unicodedata.combining(letter)).split())


def _by(one: PdfSignature, certificates: Sequence[x509.Certificate]) -> bool:
    """Whether the seal's own certificate made the seal: neither the manifest's, which the same authority issued, nor
    a person's, whose authority is trusted too."""
    return len(certificates) == 3 and one.certificate == fingerprint(certificates[2])


def _faults(pdf: bytes, signatures: Sequence[PdfSignature]) -> Iterator[tuple[str, tuple[int, int]]]:
    """What is wrong with the signatures themselves, with the revision [start, end) of the PDF that it concerns."""
    if signatures and not signatures[-1].last:
        yield "sau chữ ký cuối cùng còn nội dung được thêm vào", (signatures[-1].ends, len(pdf))
    for one in signatures:
        if not one.sound:
            yield f"chữ ký {one.field} không hợp lệ", (0, one.ends or len(pdf))


def alone(pdf: bytes, against: Against) -> Verdict:
    """A PDF that came without its record: only its own signatures can be judged. Raises UnreadablePdf."""
    found = Findings(where={"": (0, len(pdf))})
    signatures = pdf_signatures(pdf, against.trust or (), (), against.moment)
    if not signatures:
        found.add("unsigned", "", "tệp PDF không có chữ ký nào, nên không xác minh được")
    for sentence, (start, end) in _faults(pdf, signatures):
        found.add("pdf", "", sentence, found.within("", start, end))
    trusted = None if against.trust is None or not signatures else all(one.trusted for one in signatures)
    found.notes.append(
        "Tệp PDF một mình không cho biết có phải bản mới nhất hay không. "
        "Muốn kiểm tra đủ, dùng tệp hồ sơ lưu (.hcb.zip)."
    )
    return Verdict(tuple(found.faults), {}, tuple(signatures), trusted, "unknown", tuple(found.notes), "pdf")


def of_persons(signatures: Sequence[PdfSignature]) -> list[PdfSignature]:
    """Those of the persons who sign the minutes: neither the seal nor the level above's word of having received."""
    return [one for one in signatures if one.field != SEAL_FIELD and not one.field.startswith(RECEIVED_FIELD)]
