"""Every forgery of a record that we know, made on purpose: used by the tests and by ``make bench-record``.

Most forgers here even hold the installation's manifest key and write a fitting manifest: what must give them away is
the part itself, or the bulletins that the level above keeps.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from minutes.record import chain
from minutes.record.codec import canonical, encode
from minutes.record.events import Entry, MotionClosed, RollCalled
from minutes.sealing import archive, contents, package, tree
from minutes.sealing.keys import Keys
from minutes.sealing.verify import Against, verify_bytes


@dataclass(frozen=True)
class Forgery:
    """A forged file, and what its judge holds besides."""

    name: str
    data: bytes
    against: Against

    @property
    def seen(self) -> bool:
        verdict = verify_bytes(self.data, self.against)
        return not verdict.whole or verdict.trusted is False


@dataclass(frozen=True, repr=False)
class Ground:
    """What forgers start from: a log, its sealed record, the keys; bulletins already handed up lie in ``heads``."""

    log: list[Entry]
    record: package.Package
    keys: Keys
    other_keys: Keys
    heads: Path

    @property
    def parts(self) -> dict[str, bytes]:
        return archive.unpack(self.record.data)

    def against(self) -> Against:
        return Against(trust=[self.keys.authority], heads=self.heads)


def ground(log: list[Entry], keys: Keys, other_keys: Keys, folder: Path, at: int) -> Ground:
    """A sealed record whose bulletin was handed up."""
    record = package.seal(log, keys, at=at, leaves=())
    return Ground(log, record, keys, other_keys, handed(record, keys, folder, at))


def handed(record: package.Package, keys: Keys, folder: Path, at: int) -> Path:
    """The folder with the bulletin of the record's sealing."""
    head = tree.signed_head([record.leaf], keys.manifest_key, at + 1)
    bulletin = tree.bulletin([record.leaf], 0, head, keys.chain_pem.decode())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / bulletin.name).write_bytes(tree.bulletin_bytes(bulletin))
    return folder


def signed_anew(base: Ground, parts: dict[str, bytes], **facts: object) -> bytes:
    """The parts under a manifest that fits them, and a receipt of it, both signed by the true key."""
    old = json.loads(base.parts["manifest.json"])
    kept = {name: data for name, data in parts.items() if name not in contents.SIGNED}
    rows = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in kept.items()
    ]
    manifest = canonical({**old, **facts, "files": rows})
    return archive.pack({**kept, **under(base, manifest)})


def under(base: Ground, manifest: bytes) -> dict[str, bytes]:
    """The last three parts of whoever holds the manifest key: a head signed by it is as easily made as a manifest."""
    facts = json.loads(manifest)
    leaves = [base.record.leaf, tree.Leaf(facts["meeting"], facts["version"], hashlib.sha256(manifest).hexdigest())]
    given = tree.receipt(leaves, 1, tree.signed_head(leaves, base.keys.manifest_key, facts["sealed_at"]))
    signature = base.keys.manifest_key.sign(manifest)
    return {"manifest.json": manifest, "manifest.sig": signature, "receipt.json": tree.receipt_bytes(given)}


def forgeries(base: Ground) -> Iterator[Forgery]:
    """All of them but the flipped bytes (``flips``)."""
    alone = Against(trust=[base.keys.authority])
    for name, pdf in _pdfs(base):
        yield Forgery(f"{name}", archive.pack(base.parts | {"record.pdf": pdf}), alone)
        yield Forgery(f"{name}, manifest signed anew", signed_anew(base, base.parts | {"record.pdf": pdf}), alone)
    for name, log in _logs(base):
        forged = base.parts | {"log.jsonl": contents.log_lines(log)}
        yield Forgery(f"{name}", archive.pack(forged), alone)
        yield Forgery(f"{name}, manifest signed anew", signed_anew(base, forged), alone)
    yield Forgery("sealed by another authority", _sealed_by_other(base), alone)
    yield Forgery("attendance rewritten, manifest signed anew", _attendance(base), alone)
    yield Forgery("history rewritten and sealed anew with the true keys", _rewritten(base), base.against())
    yield Forgery("signature stripped and the manifest says so", _stripped(base), base.against())
    yield Forgery("receipt of another record", _receipt(base), alone)
    bare = {"receipt.json": contents.NO_RECEIPT}
    yield Forgery("receipt stripped", archive.pack(base.parts | bare), alone)
    yield Forgery("receipt stripped, manifest signed anew", _without_receipt(base), alone)
    yield Forgery("head replaced in the bulletins", base.record.data, replace(alone, heads=_heads_replaced(base)))
    yield Forgery("part added", archive.pack(base.parts | {"more.txt": b"x"}), alone)
    yield Forgery("parts reordered", archive.pack(dict(reversed(base.parts.items()))), alone)
    yield Forgery("bytes appended", base.record.data + b"\n", alone)


def _pdfs(base: Ground) -> Iterator[tuple[str, bytes]]:
    pdf = base.parts["record.pdf"]
    yield "text added by incremental update", _text_added(pdf)
    yield "page swapped", _pages_swapped(pdf)
    yield "signature stripped", package.draft(base.log).pdf
    yield "PDF cut back to an earlier revision", pdf[: pdf.index(b"%%EOF") + 6]
    start = pdf.rindex(b"/Contents <") + 4000
    yield "a byte in the signature's padding", pdf[:start] + b"1" + pdf[start + 1 :]
    yield "another meeting's PDF", package.sign.sealed(_other_meeting(base), base.keys)
    yield "signed by another authority", package.sign.sealed(package.draft(base.log).pdf, base.other_keys)


def _text_added(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    words = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (30/25 co mat) Tj ET"))
    writer.add_stream_to_page(0, words)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _pages_swapped(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject(reversed(list(pages.raw_get("/Kids"))))
    writer.update_root()
    writer.mark_update(writer.root.raw_get("/Pages"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _other_meeting(base: Ground) -> bytes:
    log = made_to_fit([replace(entry, meeting="m-khac") for entry in base.log])
    return package.draft(log).pdf


def _logs(base: Ground) -> Iterator[tuple[str, list[Entry]]]:
    log = contents.read_log(base.parts["log.jsonl"])
    place = next(n for n, entry in enumerate(log) if entry.kind == "RollCalled")
    other = RollCalled("m7", True)
    yield "entry edited", _with(log, place, event=other, body=encode(other))
    yield "entry deleted", log[:place] + log[place + 1 :]
    yield "entries swapped", [*log[:place], log[place + 1], log[place], *log[place + 2 :]]
    yield "entry inserted", [*log[:place], log[place], *log[place:]]
    yield "actor of an entry changed", _with(log, place, actor="m7")
    yield "time of an entry changed", _with(log, place, at=log[place].at + 1)
    yield "entry edited and all hashes worked out anew", made_to_fit(_with(log, place, event=other, body=encode(other)))
    yield "last entry cut off", log[:-1]


def _with(log: list[Entry], place: int, **fields: object) -> list[Entry]:
    return [*log[:place], replace(log[place], **fields), *log[place + 1 :]]  # type: ignore[arg-type]


def made_to_fit(log: list[Entry]) -> list[Entry]:
    """The log with every hash made to fit, as somebody with the database can."""
    made: list[Entry] = []
    previous = chain.ZERO
    for seq, entry in enumerate(log, 1):
        hashed = chain.body_hash(entry.salt, entry.body) if entry.body and entry.salt else entry.body_hash
        head = (entry.meeting, seq, entry.at, entry.actor, entry.authority, entry.kind, entry.version)
        leaf = chain.leaf_of(*head, hashed)
        previous = chain.link(previous, leaf)
        made.append(replace(entry, seq=seq, body_hash=hashed, leaf=leaf, digest=previous))
    return made


def _sealed_by_other(base: Ground) -> bytes:
    return package.seal(base.log, base.other_keys, at=0).data


def _attendance(base: Ground) -> bytes:
    ledger = json.loads(base.parts["attendance.json"])
    ledger["lines"][-1]["state"] = "present"
    return signed_anew(base, base.parts | {"attendance.json": canonical(ledger)})


def _rewritten(base: Ground) -> bytes:
    """The insider: database and keys. A vote is turned, everything is made anew as it should be."""
    return package.seal(turned(base), base.keys, at=json.loads(base.parts["manifest.json"])["sealed_at"]).data


def turned(base: Ground) -> list[Entry]:
    """The log with its votes turned and every hash made to fit."""
    log = list(base.log)
    for place, entry in enumerate(log):
        if isinstance(entry.event, MotionClosed):
            turned = replace(entry.event, in_favour=0, against=3, passed=False)
            log = _with(log, place, event=turned, body=encode(turned))
    return made_to_fit(log)


def _stripped(base: Ground) -> bytes:
    return signed_anew(base, base.parts | {"record.pdf": package.draft(base.log).pdf}, signatures=[])


def _receipt(base: Ground) -> bytes:
    leaves = [tree.Leaf("m-khac", 1, "0" * 64)]
    other = tree.receipt(leaves, 0, tree.signed_head(leaves, base.keys.manifest_key, 0))
    return archive.pack(base.parts | {"receipt.json": tree.receipt_bytes(other)})


def _without_receipt(base: Ground) -> bytes:
    """With another time of sealing, so that its true receipt would not fit."""
    parts = archive.unpack(signed_anew(base, base.parts, sealed_at=1))
    return archive.pack(parts | {"receipt.json": contents.NO_RECEIPT})


def _heads_replaced(base: Ground) -> Path:
    """A second history under the same name and size, signed by the true key."""
    folder = Path(tempfile.mkdtemp())
    leaves = [tree.Leaf(base.record.leaf.meeting, 1, "0" * 64)]
    handed = tree.bulletin(leaves, 0, tree.signed_head(leaves, base.keys.manifest_key, 2**41), "")
    (folder / handed.name).write_bytes(tree.bulletin_bytes(handed))
    return folder


def flips(base: Ground, count: int, choose: Callable[[int], int]) -> Iterator[tuple[int, str, Forgery]]:
    """``count`` single changed bytes: offset, the part it belongs to, the file. ``choose(n)`` gives 0 … n-1."""
    spans = archive.spans(base.record.data)
    for _ in range(count):
        offset = choose(len(base.record.data))
        changed = bytearray(base.record.data)
        changed[offset] ^= 1 + choose(255)
        part = next(span.part for span in spans if span.start <= offset < span.end)
        yield offset, part, Forgery(f"byte {offset}", bytes(changed), Against())
