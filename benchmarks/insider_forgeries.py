"""Forgeries by somebody who holds the manifest key and nothing else, found out without any bulletin: every fact of the
manifest, bodies of the log, certificates, scans, frames, annotations. Each says in which part it must be named."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from benchmarks.forgeries import Ground, made_to_fit, signed_anew, under
from minutes.record import chain, votes
from minutes.record.codec import canonical, encode
from minutes.record.events import Entry, MotionClosed
from minutes.sealing import archive, contents
from minutes.sealing.verify import Against, verify_bytes

FACTS: dict[str, object] = {
    "title": "Cuộc họp khác", "number": "99", "day": "2020-01-01", "approved_at": 1, "cell": "c9",
    "cell_name": "Chi bộ khác", "version": 7, "reason": "không có", "document": 9,
    "layout": "minutes-1999-01-01", "state": "signed", "installation": "Hệ thống khác", "retention": "1999-01-01",
    "entries": 3, "meeting": "m-khac", "original": "file",
}  # fmt: skip


@dataclass(frozen=True)
class Insider:
    """``part``: where it must be named."""

    name: str
    data: bytes
    part: str

    def named(self, trust: Against) -> bool:
        return self.part in {fault.part for fault in verify_bytes(self.data, trust).faults}


def insiders(base: Ground) -> Iterator[Insider]:
    yield from _frames(base)
    for fact, value in FACTS.items():
        part = {"entries": "log.jsonl", "meeting": "log.jsonl", "installation": "certificates.pem"}.get(fact, MANIFEST)
        yield Insider(f"fact: {fact}", signed_anew(base, base.parts, **{fact: value}), part)
    yield from _manifests(base)
    yield from _logs(base)
    yield from _beside(base)
    for name, change in (("annotation", _annotation), ("script", _script), ("attachment taken away", _detached)):
        pdf = _changed(base.parts["record.pdf"], change)
        yield Insider(f"PDF: {name}", signed_anew(base, base.parts | {"record.pdf": pdf}), "record.pdf")


MANIFEST = "manifest.json"
SEAL = {"field": "NiemPhong", "role": "system", "name": "Họp Chi Bộ"}


def _frames(base: Ground) -> Iterator[Insider]:
    data, directory = base.record.data, base.record.data.index(b"PK\x01\x02")
    yield Insider("frame: a programme before it", b"MZ" + data, "")
    yield Insider("frame: a comment", data[:-2] + struct.pack("<H", 3) + b"abc", "")
    renamed = data[directory:].replace(b"record.pdf", b"record.PDF", 1)
    yield Insider("frame: another name in the directory", data[:directory] + renamed, "")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in base.parts.items():
            file.writestr(name, part)
    yield Insider("frame: compressed", packed.getvalue(), "record.pdf")


def _manifests(base: Ground) -> Iterator[Insider]:
    raw = base.parts[MANIFEST]
    spaced = json.dumps(json.loads(raw), ensure_ascii=False, sort_keys=True).encode()
    doubled = raw.replace(b'"state":"sealed"', b'"state":"hand_signed","state":"sealed"')
    for name, forged in (("spaces", spaced), ("a key twice", doubled)):
        yield Insider(f"manifest: {name}", archive.pack(base.parts | under(base, forged)), MANIFEST)
    roles = [{"field": "NiemPhong", "role": "chair", "name": "Vi Văn Thuận"}]
    field = [{"field": "Khac", "name": "Vi Văn Thuận"}]
    yield Insider("manifest: a field without a role", signed_anew(base, base.parts, signatures=field), MANIFEST)
    yield Insider("manifest: the seal said to be the chair", signed_anew(base, base.parts, signatures=roles), MANIFEST)
    for name, stated in (
        ("true instead of 1", {"version": True}), ("no signatures", {"signatures": []}),
        ("a table of retention from later", {"retention": "2999-01-01"}),
        ("two signatures that the PDF has not", {"signatures": [SEAL, SEAL]}),
    ):  # fmt: skip
        part = "record.pdf" if name.startswith("two") else MANIFEST
        yield Insider(f"manifest: {name}", signed_anew(base, base.parts, **stated), part)
    minutes = json.loads(base.parts["minutes.json"])
    minutes["blocks"][0]["text"] = "Khác"
    yield Insider(
        "minutes rewritten", signed_anew(base, base.parts | {"minutes.json": canonical(minutes)}), "record.pdf"
    )


def _logs(base: Ground) -> Iterator[Insider]:
    log = contents.read_log(base.parts["log.jsonl"])
    for kind in ("TaskGiven", "VoteCast", "Passed", "RecordingDecided"):
        yield Insider(f"log: body of {kind} left out", _log(base, log, kind, replace_with=None), "log.jsonl")
    yield Insider("log: body of Approved left out", _log(base, log, "Approved", replace_with=None), "log.jsonl")
    yield Insider("log: a spoken word put in", _log(base, log, "Spoke", replace_with=base.log), "log.jsonl")
    yield Insider("log: a vote turned, every hash and sum made to fit", _turned(base, log), MANIFEST)
    lines = base.parts["log.jsonl"].replace(b',"v":1}', b',"v":1,"x":1}', 1)
    yield Insider("log: a field more", signed_anew(base, base.parts | {"log.jsonl": lines}), "log.jsonl")


def _log(base: Ground, log: list[Entry], kind: str, replace_with: list[Entry] | None) -> bytes:
    place = next(n for n, entry in enumerate(log) if entry.kind == kind)
    forged = replace(log[place], body=None, salt=None, event=None) if replace_with is None else replace_with[place]
    lines = contents.log_lines([*log[:place], forged, *log[place + 1 :]])
    return signed_anew(base, base.parts | {"log.jsonl": lines})


def _turned(base: Ground, log: list[Entry]) -> bytes:
    place = next(n for n, entry in enumerate(log) if isinstance(entry.event, MotionClosed))
    turned = replace(cast(MotionClosed, log[place].event), in_favour=0, against=3, passed=False)
    forged = made_to_fit([*log[:place], replace(log[place], event=turned, body=encode(turned)), *log[place + 1 :]])
    made = {"log.jsonl": contents.log_lines(forged), "votes.json": contents.votes_json(votes.fold(forged))}
    root = chain.root([entry.leaf for entry in forged]).hex()
    return signed_anew(base, base.parts | made, root=root, digest=forged[-1].digest.hex())


def _beside(base: Ground) -> Iterator[Insider]:
    keys, pem = base.keys, base.parts["certificates.pem"]
    more = {"certificates.pem": pem + base.other_keys.chain_pem[:200]}
    yield Insider("certificates: more behind them", signed_anew(base, base.parts | more), "certificates.pem")
    seal = [one.public_bytes(Encoding.PEM) for one in (keys.authority, keys.manifest, base.other_keys.seal)]
    other = {"certificates.pem": b"".join(seal)}
    yield Insider("certificates: another's seal", signed_anew(base, base.parts | other), "certificates.pem")
    for name in ("scan-../../x.exe", "scan-002.jpg", "scan-001.jpg"):
        data = signed_anew(base, base.parts | {name: b"MZ"}, state="hand_signed")
        yield Insider(f"scan: {name} that is a programme", data, name)
    more = {"more.exe": b"MZ"}
    yield Insider("parts: one more, and the manifest lists it", signed_anew(base, base.parts | more), "more.exe")
    swapped = {"minutes.json": b"", "record.pdf": b""} | base.parts
    yield Insider("parts: another order, and the manifest has it too", signed_anew(base, swapped), "")
    anew = archive.unpack(signed_anew(base, base.parts))
    yield Insider("receipt: stripped", archive.pack(anew | {"receipt.json": contents.NO_RECEIPT}), "receipt.json")
    receipt = json.loads(base.parts["receipt.json"])
    for field, value in (("index", 1), ("x", 5)):
        forged = base.parts | {"receipt.json": canonical(receipt | {field: value})}
        yield Insider(f"receipt: {field}", archive.pack(forged), "receipt.json")


def _changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def _annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    box = generic.ArrayObject(generic.NumberObject(edge) for edge in (50, 50, 300, 90))
    note = {"/Type": generic.NameObject("/Annot"), "/Subtype": generic.NameObject("/FreeText"), "/Rect": box,
            "/Contents": generic.TextStringObject("30/25")}  # fmt: skip
    held = writer.add_object(generic.DictionaryObject({generic.NameObject(key): one for key, one in note.items()}))
    page[generic.NameObject("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), held])
    writer.update_container(page)


def _script(writer: IncrementalPdfFileWriter) -> None:
    action = {"/S": generic.NameObject("/JavaScript"), "/JS": generic.TextStringObject("app.alert(1)")}
    named = {generic.NameObject(key): value for key, value in action.items()}
    writer.root[generic.NameObject("/OpenAction")] = generic.DictionaryObject(named)
    writer.update_root()


def _detached(writer: IncrementalPdfFileWriter) -> None:
    writer.root[generic.NameObject("/AF")] = generic.ArrayObject()
    writer.update_root()
