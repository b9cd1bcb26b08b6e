"""Forgeries of form: the same thing written another way, facts that nothing else in the file tells, numbers beyond all
measure. Most want the manifest key; those that want none at all say so. Each says in which part it must be named."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from benchmarks.forgeries import Ground, signed_anew, turned, under
from benchmarks.insider_forgeries import MANIFEST, SEAL, Insider
from minutes.record.codec import canonical
from minutes.sealing import archive, contents, package, sign, tree

FACTS: dict[str, tuple[object, ...]] = {
    "key_id": ("0" * 16, "", None), "authority": ("0" * 64, "", 7), "v": (2, True, None, "1"),
    "sealed_at": ("hôm qua", True, None, -1, 2**62), "previous": ("x", 5, "AB" * 32),
    "retention": ("2026-02-30", "2026-05", "2026-01-01 ", 20260101),
    "scan": ({"pages": 2, "by": "m1"},), "signatures": ([SEAL, 5], [SEAL | {"name": "Vi Văn Thuận"}], [SEAL, SEAL]),
}  # fmt: skip
WITHOUT_A_KEY = "without a key: "


def forms(base: Ground) -> Iterator[Insider]:
    for fact, values in FACTS.items():
        for value in values:
            part = "record.pdf" if value == [SEAL, SEAL] else MANIFEST
            yield Insider(f"fact: {fact} {value!r}", signed_anew(base, base.parts, **{fact: value}), part)
    yield from _files(base)
    yield from _log(base)
    yield from _receipts(base)
    yield from _frames(base)


def _stated(base: Ground, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A manifest changed as a whole (``signed_anew`` writes ``files`` itself), signed by the true key."""
    facts = json.loads(base.parts[MANIFEST])
    change(facts)
    raw = canonical(facts)
    return archive.pack(base.parts | under(base, raw))


def _files(base: Ground) -> Iterator[Insider]:
    other = {"name": "record.pdf", "sha256": "0" * 64, "size": 1}
    changes: dict[str, Callable[[list[Any]], object]] = {
        "a row before the true one": lambda rows: rows.insert(0, other),
        "a row twice": lambda rows: rows.append(rows[-1]),
        "a row that is none": lambda rows: rows.append(None),
        "a row that is a list": lambda rows: rows.append(["record.pdf"]),
        "a row of another order": lambda rows: rows.reverse(),
        "a row with a field more": lambda rows: rows[0].update(note="x"),
        "a row without its size": lambda rows: rows[0].pop("size"),
    }
    for name, change in changes.items():
        part = "" if "order" in name else MANIFEST
        yield Insider(f"files: {name}", _stated(base, lambda facts, c=change: c(facts["files"])), part)  # type: ignore[misc]


def _log(base: Ground) -> Iterator[Insider]:
    """The same log in other letters: every hash fits."""
    lines = base.parts["log.jsonl"].splitlines()
    place = next(n for n, line in enumerate(lines) if set(json.loads(line).get("salt", "")) & set("abcdef"))
    for field in (*contents.HASHES, "salt"):
        line = json.loads(lines[place])
        text = str(line[field])
        for name, other in (("in capitals", text.upper()), ("with a space", f"{text[:2]} {text[2:]}")):
            forged = [*lines[:place], contents.raw(line | {field: other}), *lines[place + 1 :]]
            parts = base.parts | {"log.jsonl": b"".join(one + b"\n" for one in forged)}
            yield Insider(f"log: {field} {name}", signed_anew(base, parts), "log.jsonl")


def _receipts(base: Ground) -> Iterator[Insider]:
    leaves = [tree.Leaf("m-truoc", 1, "ab" * 32), tree.Leaf("m-truoc", 2, "cd" * 32), base.record.leaf]
    at = json.loads(base.parts[MANIFEST])["sealed_at"]
    given = tree.receipt(leaves, 2, tree.signed_head(leaves, base.keys.manifest_key, at))
    path, signature = given.path, given.head.signature

    def with_(found: tree.Receipt) -> bytes:
        return archive.pack(base.parts | {"receipt.json": tree.receipt_bytes(found)})

    forged = {
        "path in capitals": replace(given, path=tuple(node.upper() for node in path)),
        "path with spaces": replace(given, path=tuple(node[:2] + " " + node[2:] for node in path)),
        "signature in capitals": replace(given, head=replace(given.head, signature=signature.upper())),
        "signature with a space": replace(
            given, head=replace(given.head, signature=signature[:2] + " " + signature[2:])
        ),
    }
    for name, found in forged.items():
        yield Insider(f"{WITHOUT_A_KEY}receipt: {name}", with_(found), "receipt.json")
    true, bare = json.loads(tree.receipt_bytes(given)), {"v": True}
    second = json.loads(tree.receipt_bytes(tree.receipt(
        [leaves[0], base.record.leaf], 1, tree.signed_head([leaves[0], base.record.leaf], base.keys.manifest_key, at)
    )))  # fmt: skip
    for name, value in (
        ("v true", true | {"v": True}), ("v true and nothing else", bare), ("index true", second | {"index": True}),
        ("version true", true | {"leaf": true["leaf"] | {"version": True}}), ("empty", {}),
    ):  # fmt: skip
        forged_bytes = archive.pack(base.parts | {"receipt.json": canonical(value)})
        yield Insider(f"{WITHOUT_A_KEY}receipt: {name}", forged_bytes, "receipt.json")
    early = tree.receipt(leaves, 2, tree.signed_head(leaves, base.keys.manifest_key, at - 1))
    yield Insider("receipt: of before the sealing", with_(early), "receipt.json")
    other = tree.receipt(leaves, 2, tree.signed_head(leaves, base.other_keys.manifest_key, at))
    yield Insider(f"{WITHOUT_A_KEY}receipt: by another installation", with_(other), "receipt.json")


def _frames(base: Ground) -> Iterator[Insider]:
    many = base.parts | {f"{n}": b"" for n in range(66_000)}
    body = bytearray()
    for name, data in many.items():
        raw = name.encode()
        sizes = (zlib.crc32(data), len(data), len(data), len(raw), 0)
        common = (archive.NEEDED, archive.UTF8, archive.STORED, archive.TIME, archive.DAY, *sizes)
        body += archive.LOCAL.pack(b"PK\x03\x04", *common) + raw + data
    yield Insider(f"{WITHOUT_A_KEY}frame: 66,000 parts", bytes(body) + base.record.data[-22:], "")


def seals(base: Ground) -> Iterator[Insider]:
    """A history written anew under the true manifest key, its PDF sealed by who is not the seal: by the manifest's own
    certificate (the same authority issued it), by somebody whose authority the judge trusts as well, or by nobody."""
    made = package.draft(turned(base))
    sealed_at = json.loads(base.parts[MANIFEST])["sealed_at"]
    true = [{"field": "NiemPhong", "role": "system", "name": base.keys.name}]
    secretary = [{"field": "ThuKy", "role": "secretary", "name": made.paper.left.name}]
    theirs = sign.seal_signer(base.other_keys)
    for name, pdf, rows, state in (
        ("by the manifest's key", _sealed(made.pdf, base), true, "sealed"),
        ("by another that is trusted", sign.sealed(made.pdf, base.other_keys), true, "sealed"),
        ("by nobody, only signed", sign.signed(made.pdf, theirs, sign.Signing("ThuKy", "")), secretary, "signed"),
    ):
        forged = package.assemble(made, pdf, rows, base.keys, at=sealed_at, state=cast(package.State, state))
        yield Insider(f"history turned, the PDF sealed {name}", forged.data, "record.pdf" if rows is true else MANIFEST)


def _sealed(pdf: bytes, base: Ground) -> bytes:
    """Ed25519 wants SHA-512, which ``sign`` never uses."""
    keys = replace(base.keys, seal=base.keys.manifest, seal_key=cast(Any, base.keys.manifest_key))
    meta = signers.PdfSignatureMetadata(
        field_name="NiemPhong", md_algorithm="sha512", subfilter=fields.SigSeedSubFilter.PADES,
        certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.sign_pdf(writer, meta, signer=sign.seal_signer(keys), output=out)
    return out.getvalue()
