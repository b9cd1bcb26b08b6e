"""Whether a record file is whole, by whom it was sealed, and which part is wrong. Needs no server and no network.

Every byte of the file is bound: the frame by its one byte form, the parts by the manifest's hashes, the manifest by
its signature, the receipt by the signed head it leads to. What can be worked out again from the log is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minutes.record import attendance, chain, retention, votes
from minutes.record.codec import MalformedEvent, canonical
from minutes.record.events import Entry
from minutes.sealing import archive, contents, tree
from minutes.sealing.heads import BadHeads, Series, absent, read_series
from minutes.sealing.keys import fingerprint, key_id
from minutes.sealing.signatures import SEAL_FIELD, PdfSignature, UnreadablePdf, attached, pdf_signatures
from minutes.sealing.verdict import Fault, Newest, Verdict


class NotReadable(Exception):
    """The file cannot be read at all (missing, a directory, larger than a package may be)."""

    status = 422


@dataclass(slots=True)
class _Findings:
    """Gathers what is found while a file is walked through."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, code: str, part: str, sentence: str, place: str = "") -> None:
        self.faults.append(Fault(code, part, sentence, place))


@dataclass(frozen=True, slots=True)
class Against:
    """What to judge by besides the file: ``trust`` authorities (None: not asked), ``heads`` a directory of bulletins
    kept by somebody else, ``moment`` the time at which certificates are judged (None: now)."""

    trust: Sequence[x509.Certificate] | None = None
    heads: Path | None = None
    moment: datetime | None = None


NOTHING = Against()


def verify(path: Path, against: Against = NOTHING) -> Verdict:
    """The verdict on a file. Raises NotReadable."""
    try:
        if path.stat().st_size > archive.LIMIT + 1024 * 1024:
            raise NotReadable("tệp lớn hơn mức một hồ sơ có thể có")
        return verify_bytes(path.read_bytes(), against)
    except FileNotFoundError as error:
        raise NotReadable(f"không có tệp {path}") from error
    except OSError as error:
        raise NotReadable(f"{path} ({error.strerror})") from error


def verify_bytes(data: bytes, against: Against = NOTHING) -> Verdict:
    """The verdict on a file's bytes; never raises because of what they are."""
    found = _Findings()
    parts, fault = archive.read(data)
    if fault is not None:
        found.add("frame", fault.part, "cấu trúc tệp không đúng với dạng duy nhất của hồ sơ", f"byte {fault.offset}")
    facts = _manifest(parts, found)
    _files(parts, facts, found)
    entries = _log(parts, facts, found)
    _derived(parts, entries, found)
    signatures = _pdf(parts, facts, against, found)
    key = _manifest_key(parts)
    given = _receipt(parts, facts, key, found)
    newest = _newest(parts, facts, given, key, against.heads, found)
    known = {name: value for name, value in facts.items() if name != "files"}
    trusted = _trusted(parts, signatures, against.trust)
    return Verdict(tuple(found.faults), known, tuple(signatures), trusted, newest, tuple(found.notes))


def _manifest(parts: Mapping[str, bytes], found: _Findings) -> dict[str, Any]:
    """The manifest's facts, {} when it cannot be read; its form and signature are checked."""
    for name in (*contents.HASHED, *contents.SIGNED):
        if name not in parts:
            found.add("missing", name, "thiếu phần này")
    raw = parts.get("manifest.json")
    if raw is None:
        return {}
    _manifest_signature(parts, raw, found)
    try:
        facts = json.loads(raw)
        if not isinstance(facts, dict) or canonical(facts) != raw or facts["format"] != contents.FORMAT:
            raise ValueError("not a manifest")
        return facts
    except (ValueError, KeyError, RecursionError, MalformedEvent):
        found.add("manifest", "manifest.json", "bản kê không đọc được hoặc không đúng dạng")
        return {}


def _certificates(parts: Mapping[str, bytes]) -> list[x509.Certificate]:
    """Authority, manifest and seal certificate; [] when the part is not exactly these three."""
    try:
        read = x509.load_pem_x509_certificates(parts.get("certificates.pem", b""))
    except ValueError:
        return []
    return read if len(read) == 3 else []


def _manifest_key(parts: Mapping[str, bytes]) -> Ed25519PublicKey | None:
    try:
        public = _certificates(parts)[1].public_key()
    except (IndexError, ValueError, UnsupportedAlgorithm):
        return None
    return public if isinstance(public, Ed25519PublicKey) else None


def _manifest_signature(parts: Mapping[str, bytes], raw: bytes, found: _Findings) -> None:
    certificates = _certificates(parts)
    if not certificates:
        found.add("certificates", "certificates.pem", "chứng thư không đọc được")
        return
    authority, manifest, seal = certificates
    public = _manifest_key(parts)
    try:
        manifest.verify_directly_issued_by(authority)
        seal.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        public = None
    if public is None:
        found.add("certificates", "certificates.pem", "chứng thư không do cơ quan chứng thực ghi trong hồ sơ cấp")
        return
    try:
        public.verify(parts.get("manifest.sig", b""), raw)
    except InvalidSignature:
        found.add("signature", _blame(raw, authority, public), "chữ ký niêm phong không khớp với bản kê")


def _blame(raw: bytes, authority: x509.Certificate, public: Ed25519PublicKey) -> str:
    """Which of the three does not fit the others: a manifest that still names these keys is likely whole."""
    try:
        facts = json.loads(raw)
        if canonical(facts) != raw:
            return "manifest.json"
        return "manifest.sig" if facts["key_id"] == key_id(public) else "manifest.json"
    except (ValueError, KeyError, TypeError, RecursionError, MalformedEvent):
        return "manifest.json"


def _files(parts: Mapping[str, bytes], facts: Mapping[str, Any], found: _Findings) -> None:
    if not facts:
        return
    listed = {str(row["name"]): row for row in _rows(facts, "files") if "name" in row}
    for name, row in listed.items():
        data = parts.get(name)
        if data is None:
            found.add("missing", name, "có trong bản kê nhưng không có trong tệp")
        elif len(data) != row.get("size") or hashlib.sha256(data).hexdigest() != row.get("sha256"):
            found.add("hash", name, "nội dung không khớp với bản kê", _size(len(data), row.get("size")))
    for name in set(contents.HASHED) - set(listed):
        found.add("unlisted", name, "không có trong bản kê")
    for name in set(parts) - set(listed) - set(contents.SIGNED):
        found.add("unlisted", name, "phần lạ, không có trong bản kê")
    if list(parts) != [*listed, *contents.SIGNED]:
        found.add("order", "", "các phần không đứng đúng thứ tự")
    if (facts.get("state") == "hand_signed") != any(name.startswith("scan-") for name in parts):
        found.add("scan", "manifest.json", "trạng thái ký tay và bản quét không đi cùng nhau")


def _rows(facts: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects in the manifest, whatever a forger wrote there."""
    rows = facts.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _size(got: int, said: object) -> str:
    return "" if got == said else f"{got} byte thay vì {said}"


def _log(parts: Mapping[str, bytes], facts: Mapping[str, Any], found: _Findings) -> list[Entry]:
    try:
        entries = contents.read_log(parts.get("log.jsonl", b""))
    except contents.UnreadableLog as error:
        found.add("log", "log.jsonl", "dòng nhật ký không đọc được hoặc không đúng dạng", f"mục {error.line}")
        return []
    for place, sentence in _log_faults(entries, facts):
        found.add("log", "log.jsonl", sentence, place)
    if any(entry.kind not in _kinds() for entry in entries):
        found.notes.append("Nhật ký có loại mục mới hơn phần mềm này; chuỗi vẫn được kiểm tra.")
    return entries


def _kinds() -> Mapping[str, object]:
    return retention.tables()[-1].kinds


def _log_faults(entries: Sequence[Entry], facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    previous = chain.ZERO
    for expected, entry in enumerate(entries, 1):
        place = f"mục {entry.seq}"
        if entry.seq != expected:
            yield place, f"thứ tự sai: mục {expected} bị thiếu, chèn hoặc đổi chỗ"
        if chain.altered(entry):
            yield place, "mục nhật ký bị sửa (nội dung, thời điểm, người hoặc loại)"
        if chain.link(previous, entry.leaf) != entry.digest:
            yield place, "chuỗi băm đứt tại mục này"
        if facts and entry.meeting != facts.get("meeting"):
            yield place, "thuộc cuộc họp khác"
        previous = entry.digest
    if not facts:
        return
    if len(entries) != facts.get("entries"):
        yield "", f"có {len(entries)} mục, bản kê ghi {facts.get('entries')}"
    if previous.hex() != facts.get("digest"):
        yield "", "mã băm cuối chuỗi không khớp với bản kê"
    if chain.root([entry.leaf for entry in entries]).hex() != facts.get("root"):
        yield "", "gốc cây băm không khớp với bản kê"


def _derived(parts: Mapping[str, bytes], entries: Sequence[Entry], found: _Findings) -> None:
    """Attendance and votes are worked out again from the log."""
    if not entries or any(entry.event is None and entry.body is not None for entry in entries):
        return
    if parts.get("attendance.json") != contents.attendance_json(attendance.fold(entries)):
        found.add("attendance", "attendance.json", "điểm danh không khớp với nhật ký")
    if parts.get("votes.json") != contents.votes_json(votes.fold(entries)):
        found.add("votes", "votes.json", "biểu quyết không khớp với nhật ký")


def _pdf(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], against: Against, found: _Findings
) -> list[PdfSignature]:
    pdf = parts.get("record.pdf", b"")
    certificates = _certificates(parts)
    try:
        roots = [*certificates[:1], *(against.trust or ())]
        signatures = pdf_signatures(pdf, roots, certificates[1:], against.moment)
        if attached(pdf, "minutes.json") != parts.get("minutes.json"):
            found.add("pdf", "record.pdf", "dữ liệu kèm trong PDF không khớp với minutes.json")
    except UnreadablePdf:
        found.add("pdf", "record.pdf", "PDF không đọc được")
        return []
    for fault in _pdf_faults(signatures, facts):
        found.add("pdf", "record.pdf", fault)
    return signatures


def _pdf_faults(signatures: Sequence[PdfSignature], facts: Mapping[str, Any]) -> Iterator[str]:
    said = [row.get("field") for row in _rows(facts, "signatures")]
    if facts and [one.field for one in signatures] != said:
        yield "các chữ ký trong PDF không đúng như bản kê ghi (bị gỡ, thêm hoặc cắt)"
    if signatures and not signatures[-1].last:
        yield "sau chữ ký cuối cùng còn nội dung được thêm vào"
    for one in signatures:
        if not one.sound:
            yield f"chữ ký {one.field} không hợp lệ"
        if one.field == SEAL_FIELD and not one.trusted:
            yield f"chữ ký {one.field} không phải của hệ thống đã niêm phong"


def _receipt(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], key: Ed25519PublicKey | None, found: _Findings
) -> tree.Receipt | None:
    """The receipt when it proves that this very manifest stands in the installation's log of sealed versions."""
    raw = parts.get("receipt.json")
    if raw is None or raw == contents.NO_RECEIPT or key is None:
        return None
    try:
        given = tree.read_receipt(raw)
        tree.check_receipt(given, key)
    except tree.BadReceipt:
        found.add("receipt", "receipt.json", "biên nhận không đọc được, không đúng dạng hoặc chữ ký không khớp")
        return None
    if facts and given.leaf != _leaf(parts, facts):
        found.add("receipt", "receipt.json", "biên nhận là của hồ sơ hoặc phiên bản khác")
        return None
    return given


def _leaf(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> tree.Leaf:
    manifest = hashlib.sha256(parts.get("manifest.json", b"")).hexdigest()
    return tree.Leaf(str(facts.get("meeting")), _number(facts.get("version")), manifest)


def _number(value: object) -> int:
    return value if type(value) is int else -1


def _newest(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], given: tree.Receipt | None, key: Ed25519PublicKey | None,
    directory: Path | None, found: _Findings,
) -> Newest:  # fmt: skip
    """What the bulletins kept elsewhere say about this record; a contradiction is a fault."""
    if directory is None or key is None or not facts:
        return "unknown"
    try:
        series = read_series(directory, key, key_id(key))
    except (BadHeads, OSError) as error:
        found.add("heads", "", f"các mốc do cấp trên giữ không khớp nhau hoặc bị thay ({error})")
        return "unknown"
    if series is None:
        found.notes.append("Trong thư mục mốc không có mốc nào của hệ thống đã niêm phong hồ sơ này.")
        return "unknown"
    return _among(series, _leaf(parts, facts), given, facts, found)


def _among(
    series: Series, leaf: tree.Leaf, given: tree.Receipt | None, facts: Mapping[str, Any], found: _Findings
) -> Newest:
    if (
        given is not None
        and given.head.size <= len(series.leaves)
        and series.root_at(given.head.size) != given.head.root
    ):
        found.add("heads", "receipt.json", "biên nhận không khớp với các mốc do cấp trên giữ")
        return "unknown"
    if leaf not in series.leaves:
        if _number(facts.get("sealed_at")) <= series.latest.at:
            found.add("heads", "manifest.json", "hồ sơ không có trong sổ mốc do cấp trên giữ")
        else:
            found.notes.append("Hồ sơ được niêm phong sau mốc cuối cùng đã cho; chưa đối chiếu được.")
        return "unknown"
    of_meeting = [other for other in series.leaves if other.meeting == leaf.meeting]
    return "yes" if of_meeting[-1] == leaf else "no"


def _trusted(
    parts: Mapping[str, bytes], signatures: Sequence[PdfSignature], trust: Iterable[x509.Certificate] | None
) -> bool | None:
    """Whether the authority is among the given ones and each signature leads to one; None when none are given."""
    if trust is None:
        return None
    certificates = _certificates(parts)
    known = bool(certificates) and fingerprint(certificates[0]) in {fingerprint(one) for one in trust}
    return known and all(one.trusted for one in signatures)


def missing(heads: Path, records: Iterable[bytes]) -> list[str]:
    """Sealed versions that the bulletins know and these files do not hold: "meeting, version n".

    Asked for each installation that sealed one of the files; of an older sealing of the same version only the last
    is asked for. Raises NotReadable when the bulletins do not fit each other.
    """
    held: dict[str, set[str]] = {}
    keys: dict[str, Ed25519PublicKey] = {}
    for data in records:
        parts, _ = archive.read(data)
        key = _manifest_key(parts)
        if key is not None:
            keys[key_id(key)] = key
            held.setdefault(key_id(key), set()).add(hashlib.sha256(parts.get("manifest.json", b"")).hexdigest())
    try:
        found = {name: read_series(heads, key, name) for name, key in keys.items()}
    except (BadHeads, OSError) as error:
        raise NotReadable(str(error)) from error
    return [
        f"{leaf.meeting}, phiên bản {leaf.version}"
        for name, series in found.items() if series is not None
        for leaf in absent(series, held[name]) if series.versions(leaf.meeting)[leaf.version] == leaf
    ]  # fmt: skip
