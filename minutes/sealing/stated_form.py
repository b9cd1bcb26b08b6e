"""Facts of the manifest that no log tells: each has one form, and what another part of the file shows is stated as that
part shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minutes.record import retention
from minutes.sealing import contents
from minutes.sealing.findings import rows
from minutes.sealing.keys import fingerprint, key_id
from minutes.sealing.signatures import SEAL_FIELD

YEAR_10000 = 253_402_300_800_000  # ms; no calendar of a computer reaches further
SHA256 = re.compile(r"[0-9a-f]{64}")
ROW = {"field", "role", "name"}


def faults(
    parts: Mapping[str, bytes], facts: Mapping[str, Any], certificates: Sequence[x509.Certificate]
) -> Iterator[str]:  # fmt: skip
    """What is not in its form, in sentences."""
    if type(facts.get("v")) is not int or facts["v"] != contents.VERSION:
        yield "phiên bản của dạng bản kê không đúng"
    if certificates and facts.get("authority") != fingerprint(certificates[0]):
        yield "mã cơ quan chứng thực khác chứng thư trong hồ sơ"
    if certificates and facts.get("key_id") != _key_id(certificates[1]):
        yield "mã khóa niêm phong khác chứng thư trong hồ sơ"
    sealed_at = facts.get("sealed_at")
    if type(sealed_at) is not int or not 0 <= sealed_at < YEAR_10000:
        yield "thời điểm niêm phong không phải là một thời điểm"
    if "previous" in facts and not _is(SHA256, facts["previous"]):
        yield "mã băm của bản kê trước không đúng dạng"
    yield from _scan(parts, facts)
    yield from _files(facts)
    yield from _signatures(parts, facts)


def _key_id(certificate: x509.Certificate) -> str:
    public = certificate.public_key()
    return key_id(public) if isinstance(public, Ed25519PublicKey) else ""


def _is(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _scan(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> Iterator[str]:
    if "scan" not in facts:
        return
    told, files = facts["scan"], sum(name.startswith(contents.SCAN) for name in parts)
    fits = isinstance(told, dict) and type(told.get("pages")) is int and isinstance(told.get("by"), str)
    if not (fits and files and told["pages"] >= files):
        yield "bản kê ghi bản quét khác bản quét có trong hồ sơ"


def _files(facts: Mapping[str, Any]) -> Iterator[str]:
    """Their hashes are held against the parts elsewhere; here: one row a part, and nothing in it besides."""
    listed = facts.get("files")
    told = rows(facts, "files")
    names = [str(row.get("name")) for row in told]
    if not isinstance(listed, list) or len(told) != len(listed) or len(set(names)) != len(names):
        yield "danh mục các phần có dòng lạ hoặc dòng lặp"
    elif any(set(row) != {"name", "size", "sha256"} or type(row["size"]) is not int for row in told):
        yield "danh mục các phần có dòng không đúng dạng"


def _signatures(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> Iterator[str]:
    listed = facts.get("signatures")
    told = rows(facts, "signatures")
    well = [row for row in told if set(row) == ROW and all(isinstance(value, str) for value in row.values())]
    if not isinstance(listed, list) or len(well) != len(listed) or len({row["field"] for row in well}) != len(well):
        yield "danh sách chữ ký có dòng lạ, dòng lặp hoặc không đúng dạng"
    if not told or told[0].get("field") != SEAL_FIELD:
        yield "chữ ký đầu tiên không phải dấu niêm phong"
    names = {SEAL_FIELD: facts.get("installation")} | _signatories(parts)
    for row in well:
        if row["field"] in names and row["name"] != names[row["field"]]:
            yield f"chữ ký {row['field']} ghi tên người khác"


def _signatories(parts: Mapping[str, bytes]) -> dict[str, object]:
    """Secretary and chair as their names stand on the paper; {} when it cannot be read."""
    try:
        paper = json.loads(parts["minutes.json"])["paper"]
        return {"ThuKy": paper["left"]["name"], "ChuTri": paper["right"]["name"]}
    except (KeyError, ValueError, TypeError, RecursionError):
        return {}


def unknown_table(facts: Mapping[str, Any], day: str) -> bool:
    """Whether the table of retention is one from after this software, in force on ``day``: what it says of bodies is
    not known here."""
    stated = facts.get("retention")
    if not isinstance(stated, str) or not retention.tables()[-1].since.isoformat() < stated <= day:
        return False
    try:
        return date.fromisoformat(stated).isoformat() == stated
    except ValueError:
        return False
