"""Whether a record file is whole, by whom it was sealed, and which part is wrong. Needs no server and no network.

Every byte of the file is bound: the frame by its one byte form, the parts by the manifest's hashes, the manifest by
its signature, the receipt by the signed head it leads to. What can be worked out again from the log is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minutes.record import attendance, chain, retention, votes
from minutes.record.codec import MalformedEvent, canonical
from minutes.record.events import Entry
from minutes.sealing import archive, contents, judged_pdf, stated, tree
from minutes.sealing.findings import NOTHING, Against, Findings, number, rows
from minutes.sealing.heads import BadHeads, Series, absent, read_series
from minutes.sealing.keys import fingerprint, key_id
from minutes.sealing.signatures import UnreadablePdf
from minutes.sealing.verdict import Newest, Verdict, moment

__all__ = ["NOTHING", "Against", "NotARecord", "NotReadable", "Verdict", "missing", "verify", "verify_bytes"]


class NotReadable(Exception):
    """The file cannot be read at all (missing, a directory, larger than a package may be)."""

    status = 422


class NotARecord(NotReadable):
    """The file is something else than a record, or so little of one that nothing can be said."""


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
    """The verdict on a record, or (``kind`` "pdf") on the signatures of a PDF that came alone. Raises NotARecord for
    anything else; never because of what a record's bytes are."""
    if data.startswith(b"%PDF-"):
        try:
            return judged_pdf.alone(data, against)
        except UnreadablePdf as error:
            raise NotARecord("tệp PDF không đọc được, và không phải hồ sơ lưu") from error
    if not archive.looks_like(data):
        raise NotARecord("tệp này không phải hồ sơ họp chi bộ")
    found = Findings(where=archive.where(data))
    parts, fault = archive.read(data)
    if fault is not None:
        found.add("frame", fault.part, "cấu trúc tệp không đúng với dạng duy nhất của hồ sơ", f"byte {fault.offset}")
    facts = _manifest(parts, found)
    _files(parts, facts, found)
    entries = _log(parts, facts, found)
    _derived(parts, entries, found)
    key = _manifest_key(parts)
    given = _receipt(parts, facts, key, found)
    newest = _newest(parts, facts, given, key, against, found)
    certificates = _certificates(parts)
    stated.judge(parts, facts, entries, certificates, found)
    backed = given is not None or newest != "unknown"
    signatures = judged_pdf.of_record(parts, facts, certificates, against, backed, found)
    known = {name: value for name, value in facts.items() if name != "files"}
    ours = _known(certificates, against.trust)
    trusted = None if ours is None else ours and all(one.trusted for one in signatures)
    return Verdict(
        tuple(found.faults), known, tuple(signatures), trusted, newest, tuple(found.notes), known=ours
    )  # fmt: skip


def _manifest(parts: Mapping[str, bytes], found: Findings) -> dict[str, Any]:
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


def _manifest_signature(parts: Mapping[str, bytes], raw: bytes, found: Findings) -> None:
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


def _files(parts: Mapping[str, bytes], facts: Mapping[str, Any], found: Findings) -> None:
    if not facts:
        return
    listed = {str(row["name"]): row for row in rows(facts, "files") if "name" in row}
    for name, row in listed.items():
        data = parts.get(name)
        if data is None:
            found.add("missing", name, "có trong bản kê nhưng không có trong tệp")
        elif len(data) != row.get("size") or hashlib.sha256(data).hexdigest() != row.get("sha256"):
            place = found.within(name)
            found.add("hash", name, "nội dung không khớp với bản kê", place + _size(len(data), row.get("size"), place))
    for name in set(contents.HASHED) - set(listed):
        found.add("unlisted", name, "không có trong bản kê")
    scans = [name for name in parts if name.startswith(contents.SCAN)]
    for name in set(parts) - set(listed) - set(contents.SIGNED):
        found.add("unlisted", name, "phần lạ, không có trong bản kê")
    for name in set(listed) - set(contents.HASHED) - set(scans):
        found.add("unlisted", name, "phần lạ, hồ sơ không có phần như vậy")
    if not list(parts) == [*listed, *contents.SIGNED] == [*contents.HASHED, *scans, *contents.SIGNED]:
        found.add("order", "", "các phần không đứng đúng thứ tự")
    if (facts.get("state") == "hand_signed") != any(name.startswith(contents.SCAN) for name in parts):
        found.add("scan", "manifest.json", "trạng thái ký tay và bản quét không đi cùng nhau")


def _size(got: int, said: object, place: str) -> str:
    return "" if got == said else f"{', ' if place else ''}{got} byte thay vì {said}"


def _log(parts: Mapping[str, bytes], facts: Mapping[str, Any], found: Findings) -> list[Entry]:
    try:
        entries = contents.read_log(parts.get("log.jsonl", b""))
    except contents.UnreadableLog as error:
        lines = _lines(parts.get("log.jsonl", b""))
        span = lines[error.line - 1] if error.line <= len(lines) else (0, None)
        place = ", ".join(filter(None, (f"mục {error.line}", found.within("log.jsonl", *span))))
        found.add("log", "log.jsonl", "dòng nhật ký không đọc được hoặc không đúng dạng", place)
        return []
    lines = _lines(parts.get("log.jsonl", b""))
    for at, sentence in _log_faults(entries, facts):
        if 0 < at <= len(lines):
            place = ", ".join(filter(None, (f"mục {entries[at - 1].seq}", found.within("log.jsonl", *lines[at - 1]))))
        else:
            place = found.within("log.jsonl")
        found.add("log", "log.jsonl", sentence, place)
    if any(entry.kind not in _kinds() for entry in entries):
        found.notes.append("Nhật ký có loại mục mới hơn phần mềm này; chuỗi vẫn được kiểm tra.")
    return entries


def _kinds() -> Mapping[str, object]:
    return retention.tables()[-1].kinds


def _lines(data: bytes) -> list[tuple[int, int]]:
    """Where each line of the log stands in its part."""
    spans, at = list[tuple[int, int]](), 0
    for line in data.split(b"\n")[:-1]:
        spans.append((at, at + len(line) + 1))
        at += len(line) + 1
    return spans


def _log_faults(entries: Sequence[Entry], facts: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """(line of the log from 1, what is wrong there); line 0 is the log as a whole."""
    previous = chain.ZERO
    for expected, entry in enumerate(entries, 1):
        if entry.seq != expected:
            yield expected, f"thứ tự sai: mục {expected} bị thiếu, chèn hoặc đổi chỗ"
        if chain.altered(entry):
            yield expected, "mục nhật ký bị sửa (nội dung, thời điểm, người hoặc loại)"
        if chain.link(previous, entry.leaf) != entry.digest:
            yield expected, "chuỗi băm đứt tại mục này"
        if facts and entry.meeting != facts.get("meeting"):
            yield expected, "thuộc cuộc họp khác"
        previous = entry.digest
    if not facts:
        return
    if len(entries) != facts.get("entries"):
        yield 0, f"có {len(entries)} mục, bản kê ghi {facts.get('entries')}"
    if previous.hex() != facts.get("digest"):
        yield 0, "mã băm cuối chuỗi không khớp với bản kê"
    if chain.root([entry.leaf for entry in entries]).hex() != facts.get("root"):
        yield 0, "gốc cây băm không khớp với bản kê"


def _derived(parts: Mapping[str, bytes], entries: Sequence[Entry], found: Findings) -> None:
    """Attendance and votes are worked out again from the log."""
    if not entries or any(entry.event is None and entry.body is not None for entry in entries):
        return
    if parts.get("attendance.json") != contents.attendance_json(attendance.fold(entries)):
        found.add("attendance", "attendance.json", "điểm danh không khớp với nhật ký", found.within("attendance.json"))
    if parts.get("votes.json") != contents.votes_json(votes.fold(entries)):
        found.add("votes", "votes.json", "biểu quyết không khớp với nhật ký", found.within("votes.json"))


def _receipt(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], key: Ed25519PublicKey | None, found: Findings
) -> tree.Receipt | None:
    """The receipt when it proves that this very manifest stands in the installation's log of sealed versions."""
    raw = parts.get("receipt.json")
    if raw is None or key is None:
        return None
    if raw == contents.NO_RECEIPT:
        found.add("receipt", "receipt.json", "biên nhận bị gỡ; hồ sơ nào được niêm phong cũng có biên nhận")
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
    if facts and given.head.at < number(facts.get("sealed_at")):
        found.add("receipt", "receipt.json", "biên nhận ghi thời điểm trước khi niêm phong")
        return None
    return given


def _leaf(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> tree.Leaf:
    manifest = hashlib.sha256(parts.get("manifest.json", b"")).hexdigest()
    return tree.Leaf(str(facts.get("meeting")), number(facts.get("version")), manifest)


def _newest(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], given: tree.Receipt | None, key: Ed25519PublicKey | None,
    against: Against, found: Findings,
) -> Newest:  # fmt: skip
    """What the bulletins kept elsewhere say about this record; a contradiction is a fault."""
    if key is None or not facts:
        return "unknown"
    if against.series is not None and against.series.latest.key_id == key_id(key):
        return _among(against.series, _leaf(parts, facts), given, facts, found)
    if against.heads is None:
        return "unknown"
    try:
        series = read_series(against.heads, key, key_id(key))
    except (BadHeads, OSError) as error:
        found.add("heads", "", f"các mốc do cấp trên giữ không khớp nhau hoặc bị thay ({error})")
        return "unknown"
    if series is None:
        found.notes.append("Trong thư mục mốc không có mốc nào của hệ thống đã niêm phong hồ sơ này.")
        return "unknown"
    return _among(series, _leaf(parts, facts), given, facts, found)


def _among(
    series: Series, leaf: tree.Leaf, given: tree.Receipt | None, facts: Mapping[str, Any], found: Findings
) -> Newest:
    if (
        given is not None
        and given.head.size <= len(series.leaves)
        and series.root_at(given.head.size) != given.head.root
    ):
        found.add("heads", "receipt.json", "biên nhận không khớp với sổ các bản đã niêm phong")
        return "unknown"
    if leaf not in series.leaves:
        if number(facts.get("sealed_at")) <= series.latest.at:
            found.add("heads", "manifest.json", "hồ sơ không có trong sổ các bản đã niêm phong")
        else:
            found.notes.append("Hồ sơ được niêm phong sau mốc cuối cùng đã cho; chưa đối chiếu được.")
        return "unknown"
    found.notes += _late(series, leaf, number(facts.get("sealed_at")))
    of_meeting = [other for other in series.leaves if other.meeting == leaf.meeting]
    return "yes" if of_meeting[-1] == leaf else "no"


DAY_MS = 86_400_000  # a server's clock may be set right between two sealings


def _late(series: Series, leaf: tree.Leaf, sealed_at: int) -> Iterator[str]:
    """A time of sealing that the heads around the record do not bear out: no fault, as a clock may have been wrong."""
    before = [head.at for head in series.heads if leaf not in series.leaves[: head.size]]
    first = series.first_head_with(leaf)
    if first is not None and not max(before, default=0) - DAY_MS <= sealed_at <= first.at + DAY_MS:
        yield (
            f"Thời điểm niêm phong ghi trong hồ sơ không khớp với các mốc: mốc đầu tiên có hồ sơ là {moment(first.at)}"
            + (f", mốc trước đó là {moment(before[-1])}." if before else ".")
        )


def _known(certificates: Sequence[x509.Certificate], trust: Iterable[x509.Certificate] | None) -> bool | None:
    """Whether the record's authority is among the given ones; None when none are given."""
    if trust is None:
        return None
    return bool(certificates) and fingerprint(certificates[0]) in {fingerprint(one) for one in trust}


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
