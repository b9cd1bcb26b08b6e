"""Forgeries of records that persons signed, by certificates or by hand: for the tests and ``make bench-record``.

As in ``forgeries``, "manifest signed anew" is done by somebody who holds the installation's manifest key.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import segno

from benchmarks.forgeries import Forgery, Ground, handed, signed_anew
from minutes.export.slip import Slip
from minutes.sealing import archive, package, sign
from minutes.sealing.scan import BadScan, page_count, read_scan, seal_scan
from minutes.sealing.sign import Signing, pkcs12_signer
from minutes.sealing.verify import Against
from tests.minutes.sealing.authority import PASSWORD, Authority


def signed_ground(base: Ground, people: Authority, folder: Path, at: int) -> tuple[Ground, bytes]:
    """The record signed by secretary and chair, and its PDF with the first of the two signatures only."""
    made = package.draft(base.log)
    secretary, chair = (pkcs12_signer(people.person(one.name), PASSWORD) for one in package.people(made))
    sealed = sign.sealed(made.pdf, base.keys)
    first = sign.signed(sealed, secretary, Signing("ThuKy", "Ghi biên bản", certify=False))
    both = sign.signed(first, chair, Signing("ChuTri", "Duyệt", certify=False))
    record = package.seal_signed(made, both, package.people(made), base.keys, at=at, leaves=())
    return replace(base, record=record, heads=handed(record, base.keys, folder, at)), first


def scanned_ground(base: Ground, folder: Path, at: int) -> Ground:
    """The record with a scan of its hand-signed paper beside it."""
    pages = [picture(slip_of(base))] * page_count(base.parts["record.pdf"])
    record = seal_scan(base.record.data, read_scan(pages), base.keys, at=at, leaves=())
    return replace(base, record=record, heads=handed(record, base.keys, folder, at))


def slip_of(base: Ground) -> Slip:
    return Slip(base.record.leaf.meeting, base.record.version, base.record.root)


def picture(slip: Slip) -> bytes:
    """A page that shows a slip's code."""
    out = io.BytesIO()
    segno.make(slip.text, error="m", boost_error=False).save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def takes_a_scan_of_another_version(base: Ground) -> bool:
    slip = slip_of(base)
    for wrong in (replace(slip, version=slip.version + 1), replace(slip, root="0" * 64), replace(slip, meeting="m-x")):
        pages = [picture(slip)] * page_count(base.parts["record.pdf"]) + [picture(wrong)]
        try:
            seal_scan(base.record.data, read_scan(pages), base.keys, at=0)
        except BadScan:
            continue
        return True
    return False


def forgeries(signed: Ground, first: bytes, scanned: Ground, people: Authority) -> Iterator[Forgery]:
    """All of them but the flipped bytes. ``first``: the PDF with one of the two signatures."""
    alone = Against(trust=[signed.keys.authority, people.root])
    unsigned = package.draft(signed.log).pdf
    for name, pdf in (
        ("two signatures: both stripped", unsigned), ("two signatures: cut back to the first", first),
        ("two signatures: cut back to the unsigned paper", signed.parts["record.pdf"][: len(unsigned)]),
        ("two signatures: the installation's seal instead", sign.sealed(unsigned, signed.keys)),
        ("two signatures: a third added", _third(signed, people)),
        ("two signatures: bytes appended", signed.parts["record.pdf"] + b"\n%"),
    ):  # fmt: skip
        yield Forgery(name, archive.pack(signed.parts | {"record.pdf": pdf}), alone)
        yield Forgery(f"{name}, manifest signed anew", signed_anew(signed, signed.parts | {"record.pdf": pdf}), alone)
    rows = [{"field": "ThuKy", "role": "secretary", "name": "Thư ký"}]
    cut = signed_anew(signed, signed.parts | {"record.pdf": first}, signatures=rows)
    kept = replace(alone, heads=signed.heads)
    yield Forgery("two signatures: cut back to the first and the manifest says so", cut, kept)
    yield Forgery("two signatures: sealed again without them", package.seal(signed.log, signed.keys, at=0).data, kept)
    yield from _scans(scanned)


def _third(signed: Ground, people: Authority) -> bytes:
    other = pkcs12_signer(people.person("Người khác"), PASSWORD)
    return sign.signed(signed.parts["record.pdf"], other, Signing("ThuBa", "", certify=False))


def _scans(scanned: Ground) -> Iterator[Forgery]:
    alone = Against(trust=[scanned.keys.authority])
    pages = {name: data for name, data in scanned.parts.items() if name.startswith("scan-")}
    last = max(pages)
    rest = {name: data for name, data in scanned.parts.items() if name not in pages}
    swapped = scanned.parts | {last: picture(replace(slip_of(scanned), version=9))}
    fewer = {name: data for name, data in scanned.parts.items() if name != last}
    kept = replace(alone, heads=scanned.heads)
    yield Forgery("scan: replaced by another version's", archive.pack(swapped), alone)
    yield Forgery("scan: taken away", archive.pack(rest), alone)
    yield Forgery("scan: taken away, manifest signed anew", signed_anew(scanned, rest), alone)
    yield Forgery("scan: taken away and the manifest says so", signed_anew(scanned, rest, state="sealed"), kept)
    yield Forgery("scan: a page taken away", archive.pack(fewer), alone)
    yield Forgery("scan: replaced and the manifest fits", signed_anew(scanned, swapped), kept)
    yield Forgery("scan: a page taken away and the manifest fits", signed_anew(scanned, fewer), kept)
