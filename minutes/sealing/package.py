"""One file for one approved version: PDF, minutes, attendance, votes, log, hashes of all, the installation's signature.

Order of making: Approved(n) is appended → PDF whose footer carries the root of the first n entries → signature(s) →
this package → ``Sealed(sha256, n)``. Everything but the signatures is the same bytes each time it is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from minutes.export.folded import Folded, folded
from minutes.export.layouts import Codes
from minutes.export.moments import day_of
from minutes.export.paper import Paper, paper
from minutes.export.pdf import Attachment, pdf_bytes
from minutes.record import chain, retention
from minutes.record.codec import canonical
from minutes.record.events import Approved, Drafted, Entry
from minutes.sealing import archive, contents, sign, tree
from minutes.sealing.keys import Keys, fingerprint
from minutes.sealing.signatures import SEAL_FIELD, pdf_signatures

State = Literal["sealed", "signed", "hand_signed"]
FROM_SEAL = "hồ sơ đã niêm phong"  # as drafter: blocks taken out of the sealed record for a correction
WRITING = ("Drafted", "BlockSaved", "BlockInserted", "BlockDeleted", "BlockMoved")


class NotSealable(Exception):
    """The log is not (or no longer) that of an approved meeting, or is damaged."""

    status = 409


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a package but signatures: ``pdf`` and the other parts; made again it is the same bytes."""

    pdf: bytes
    parts: Mapping[str, bytes]
    facts: Mapping[str, object]
    paper: Paper
    root: str


@dataclass(frozen=True, slots=True)
class Package:
    """The finished file. ``sha256`` is of ``data``; ``manifest`` the sha256 of manifest.json (the tree's leaf)."""

    data: bytes
    sha256: str
    root: str
    entries: int
    version: int
    number: str
    key_id: str
    manifest: str
    state: State
    leaf: tree.Leaf

    @property
    def name(self) -> str:
        """A file name that says what it is: number and version, without characters that file systems dislike."""
        safe = "".join(letter if letter.isalnum() else "-" for letter in self.number) or "bien-ban"
        return f"{safe}-v{self.version}.hcb.zip"


def draft(entries: Sequence[Entry], layout: str = "", codes: Codes | None = None) -> Draft:
    """Everything that can be made of the entries up to the last approval; ``codes`` overrules the layout's. Raises
    NotSealable.

    Log faults (a changed or missing entry) are found here, before anything is signed.
    """
    log = approved_part(entries)
    found = chain.faults(log)
    if found:
        raise NotSealable("; ".join(found[:3]))
    if any(entry.body is None and entry.kind in WRITING for entry in _since_sealed_text(log)):
        raise NotSealable("the bodies that the minutes are made of were erased")
    parts, root = folded(log), chain.root([entry.leaf for entry in log]).hex()
    page = paper(parts, layout=layout, root=root, codes=codes)
    return _draft(log, parts, page, root)


def _since_sealed_text(log: Sequence[Entry]) -> Sequence[Entry]:
    """From the last time on that the text was taken out of the sealed record: what came before it was erased."""
    taken = [n for n, entry in enumerate(log) if isinstance(entry.event, Drafted) and entry.event.drafter == FROM_SEAL]
    return log[taken[-1] :] if taken else log


def approved_part(entries: Sequence[Entry]) -> list[Entry]:
    """The first entries up to and with the last Approved. Raises NotSealable when there is none."""
    ends = [number for number, entry in enumerate(entries, 1) if isinstance(entry.event, Approved)]
    if not ends:
        raise NotSealable("the meeting is not approved")
    return list(entries[: ends[-1]])


def _draft(log: list[Entry], parts: Folded, page: Paper, root: str) -> Draft:
    table = retention.table_on(day_of(log[-1].at))
    minutes = contents.minutes_json(parts, page)
    made = {
        "minutes.json": minutes,
        "attendance.json": contents.attendance_json(parts.ledger),
        "votes.json": contents.votes_json(parts.votes),
        "log.jsonl": contents.log_lines(retention.permanent_only(log, table)),
    }
    pdf = pdf_bytes(page, [Attachment("minutes.json", minutes.decode(), about="Biên bản dạng dữ liệu")], draft=False)
    return Draft(pdf, made, _facts(log, parts, page, root, table), page, root)


def _facts(log: list[Entry], parts: Folded, page: Paper, root: str, table: retention.Table) -> dict[str, object]:
    head, last = parts.meeting, log[-1]
    if not isinstance(last.event, Approved):
        raise AssertionError("the approved part of a log ends with the approval")
    plan = head.scheduled
    return {
        "format": contents.FORMAT, "v": contents.VERSION, "meeting": last.meeting, "entries": last.seq, "root": root,
        "digest": last.digest.hex(), "approved_at": last.at, "document": last.event.document,
        "version": last.event.version, "reason": last.event.reason, "number": head.number, "title": page.subject,
        "cell": plan.cell if plan else "", "cell_name": plan.cell_name if plan else "", "day": page.day,
        "layout": page.layout, "retention": table.since.isoformat(), "original": page.original,
    }  # fmt: skip


def software() -> dict[str, str]:
    """The versions that made a package."""
    try:
        return {"hopchibo": version("hopchibo"), "typst": version("typst"), "pyhanko": version("pyhanko")}
    except PackageNotFoundError:
        return {"hopchibo": "", "typst": version("typst"), "pyhanko": version("pyhanko")}


def seal(
    entries: Sequence[Entry], keys: Keys, *, at: int, layout: str = "", leaves: Sequence[tree.Leaf] = (),
    codes: Codes | None = None,
) -> Package:  # fmt: skip
    """Approved minutes as a sealed package. ``at``: ms, the moment of sealing. Raises NotSealable, SigningFailed.

    ``leaves``: the installation's log of sealed versions so far; the package carries a receipt of its place there, and
    the caller appends ``Package.leaf`` to that log in the same commit as ``Sealed``.
    """
    made = draft(entries, layout, codes)
    return assemble(made, sign.sealed(made.pdf, keys), [_seal_row(keys)], keys, at=at, state="sealed", leaves=leaves)


def _seal_row(keys: Keys) -> dict[str, str]:
    return {"field": SEAL_FIELD, "role": "system", "name": keys.name}


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in which field: "ThuKy" then "ChuTri" for minutes."""

    field: str
    role: Literal["secretary", "chair", "leader"]
    name: str


def people(made: Draft) -> tuple[Person, Person]:
    """Who signs minutes, in order: who held the appointments at the close."""
    return people_of(made.paper)


def people_of(page: Paper) -> tuple[Person, Person]:
    return Person("ThuKy", "secretary", page.left.name), Person("ChuTri", "chair", page.right.name)


def seal_signed(
    made: Draft, pdf: bytes, signers: Sequence[Person], keys: Keys, *, at: int,
    leaves: Sequence[tree.Leaf] = (),
) -> Package:  # fmt: skip
    """The package around a sealed PDF that persons signed one after the other (``sign.sealed``, ``sign.signed``).

    Raises NotSealable unless ``pdf`` is the approved version with sound signatures in exactly these fields, the seal's
    first.
    """
    if not pdf.startswith(made.pdf):
        raise NotSealable("the signed PDF is not the approved version")
    found = pdf_signatures(pdf, [keys.authority])
    rows = [_seal_row(keys), *({"field": one.field, "role": one.role, "name": one.name} for one in signers)]
    if [one.field for one in found] != [row["field"] for row in rows] or not all(one.sound for one in found):
        raise NotSealable("the PDF does not carry sound signatures of these persons")
    return assemble(made, pdf, rows, keys, at=at, state="signed", leaves=leaves)


def assemble(
    made: Draft, pdf: bytes, signatures: Iterable[Mapping[str, str]], keys: Keys, *, at: int, state: State,
    more: Mapping[str, bytes] | None = None, leaves: Sequence[tree.Leaf] = (),
) -> Package:  # fmt: skip
    """The package around a signed PDF. ``more``: further parts (a scan), hashed like the others."""
    parts = {"record.pdf": pdf, **made.parts, "certificates.pem": keys.chain_pem, **(more or {})}
    facts = {
        **made.facts, "state": state, "sealed_at": at, "key_id": keys.key_id, "installation": keys.name,
        "authority": fingerprint(keys.authority), "software": software(),
        "signatures": [dict(one) for one in signatures],
    }  # fmt: skip
    return _sealed(facts, parts, keys, at, leaves)


def resealed(
    data: bytes, keys: Keys, *, at: int, state: State | None = None, pdf: bytes | None = None,
    more: Mapping[str, bytes] | None = None, leaves: Sequence[tree.Leaf] = (),
    signatures: Iterable[Mapping[str, str]] | None = None, further: Mapping[str, object] | None = None,
) -> Package:  # fmt: skip
    """The same record sealed again with further parts and facts, or with its PDF stamped or signed once more. Needs no
    log.

    The old manifest's hash stands in the new one. Raises NotSealable when ``pdf`` is not the old one continued,
    archive.NotAPackage when ``data`` is damaged.
    """
    old = archive.unpack(data)
    facts: dict[str, Any] = json.loads(old["manifest.json"])
    kept = {name: part for name, part in old.items() if name not in contents.SIGNED}
    if any(name.startswith(contents.SCAN) for name in more or {}):  # a scan takes the place of an earlier one
        kept = {name: part for name, part in kept.items() if not name.startswith(contents.SCAN)}
    if pdf is not None:
        if not pdf.startswith(kept["record.pdf"]):
            raise NotSealable("the PDF is not the sealed one continued")
        kept["record.pdf"] = pdf
    if facts["key_id"] != keys.key_id or any(hash_row(row["name"], old[row["name"]]) != row for row in facts["files"]):
        raise NotSealable("the record was not sealed by these keys, or is damaged")
    facts["previous"] = hashlib.sha256(old["manifest.json"]).hexdigest()
    if signatures is not None:
        facts["signatures"] = [dict(one) for one in signatures]
    return _sealed(
        facts | {"state": state or facts["state"], "sealed_at": at, **(further or {})},
        kept | dict(more or {}),
        keys,
        at,
        leaves,
    )


def hash_row(name: str, data: bytes) -> dict[str, object]:
    """A part's row in the manifest."""
    return {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _sealed(
    facts: Mapping[str, object], parts: Mapping[str, bytes], keys: Keys, at: int, leaves: Sequence[tree.Leaf]
) -> Package:
    manifest = canonical({**facts, "files": [hash_row(name, data) for name, data in parts.items()]})
    signature = keys.manifest_key.sign(manifest)
    meeting, approved = facts["meeting"], facts["version"]
    if not isinstance(meeting, str) or not isinstance(approved, int):
        raise AssertionError("a manifest names its meeting and version")
    grown = [*leaves, tree.Leaf(meeting, approved, hashlib.sha256(manifest).hexdigest())]
    given = tree.receipt(grown, len(leaves), tree.signed_head(grown, keys.manifest_key, at))
    signed = {"manifest.json": manifest, "manifest.sig": signature, "receipt.json": tree.receipt_bytes(given)}
    return of_parts({**parts, **signed})


def of_parts(parts: Mapping[str, bytes]) -> Package:
    """A package from its parts (which are not checked here)."""
    facts: dict[str, Any] = json.loads(parts["manifest.json"])
    data, manifest = archive.pack(parts), hashlib.sha256(parts["manifest.json"]).hexdigest()
    return Package(
        data, hashlib.sha256(data).hexdigest(), facts["root"], facts["entries"], facts["version"], facts["number"],
        facts["key_id"], manifest, facts["state"], tree.Leaf(facts["meeting"], facts["version"], manifest),
    )  # fmt: skip
