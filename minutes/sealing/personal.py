"""Signatures of persons on a sealed record: the secretary's first, then the chair's, each beside the seal.

The seal certifies the PDF and allows later signatures only (DocMDP P=2). Whether a signature was made here or
elsewhere, it is judged the same way before it is sealed: on the very bytes of the record, over the whole file, in the
right field, by a certificate that bears the right name and is in force.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers

from minutes.sealing import archive, tree
from minutes.sealing.contents import read_paper
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package, Person, people_of, resealed
from minutes.sealing.sign import Signing, SigningFailed, Stamping, restamped, signed
from minutes.sealing.signatures import RECEIVED_FIELD, SEAL_FIELD, UnreadablePdf, pdf_signatures
from transcription.text.fold import fold

Role = Literal["secretary", "chair"]
REASONS: Mapping[str, str] = {"secretary": "Người ghi biên bản ký", "chair": "Chủ trì hội nghị ký"}
RECEIVED_REASON = "Xác nhận đã nhận, sao y"


class BadSignature(Exception):
    """The signature cannot be made or taken; nothing has changed. ``code`` says why, the message is for the log."""

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Signed:
    """A record's two signatories in their order, and the roles of those who have signed."""

    people: tuple[Person, ...]
    roles: tuple[str, ...]

    @property
    def next(self) -> Person | None:
        """Whose turn it is."""
        return next((one for one in self.people if one.role not in self.roles), None)


def signed_so_far(data: bytes) -> Signed:
    """Of a sealed record. Raises archive.NotAPackage."""
    return _signed(archive.unpack(data))


def _signed(parts: Mapping[str, bytes]) -> Signed:
    rows = json.loads(parts["manifest.json"])["signatures"]
    people = people_of(read_paper(parts["minutes.json"]))
    return Signed(people, tuple(one.role for one in people if one.field in {row["field"] for row in rows}))


def _turn(parts: Mapping[str, bytes], role: Role) -> Person:
    """The person of this role, whose turn it must be. Raises BadSignature."""
    if json.loads(parts["manifest.json"])["state"] == "hand_signed":
        raise BadSignature("hand", "the record is signed by hand")
    so_far = _signed(parts)
    if role in so_far.roles:
        raise BadSignature("already", f"the {role} has signed")
    if so_far.next is None or so_far.next.role != role:
        raise BadSignature("order", "the secretary signs first")
    return so_far.next


def prepared(data: bytes, role: Role) -> bytes:
    """The record's PDF with the empty field that is to be signed elsewhere. Raises BadSignature, NotAPackage."""
    parts = archive.unpack(data)
    person = _turn(parts, role)
    writer = IncrementalPdfFileWriter(io.BytesIO(parts["record.pdf"]))
    fields.append_signature_field(writer, fields.SigFieldSpec(person.field))
    made = io.BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]  # pyHanko's own
    return made.getvalue()


def signature(data: bytes, role: Role, signer: signers.Signer, stamping: Stamping | None = None) -> bytes:
    """The record's PDF signed here. Raises BadSignature, SigningFailed, NotAPackage."""
    parts = archive.unpack(data)
    person = _turn(parts, role)
    return signed(parts["record.pdf"], signer, Signing(person.field, REASONS[role], certify=False), stamping)


def seal_signature(
    data: bytes, pdf: bytes, role: Role, keys: Keys, *, at: int, leaves: Sequence[tree.Leaf] = (),
    trusted: Sequence[x509.Certificate] = (), stamping: Stamping | None = None,
) -> Package:  # fmt: skip
    """The record with its PDF as this person signed it. ``stamping``: a stamp is put on one that carries none.

    Raises BadSignature, SigningFailed, NotSealable, NotAPackage.
    """
    parts = archive.unpack(data)
    person = _turn(parts, role)
    facts: dict[str, Any] = json.loads(parts["manifest.json"])
    rows = [*facts["signatures"], {"field": person.field, "role": person.role, "name": person.name}]
    if not pdf.startswith(parts["record.pdf"]) or len(pdf) == len(parts["record.pdf"]):
        raise BadSignature("changed", "the PDF is not the record's continued")
    name = _judge(pdf, [row["field"] for row in rows], [keys.authority, *trusted], at)
    if fold(name) != fold(person.name):
        raise BadSignature("name", "the certificate bears another name")
    if stamping is not None and not _stamped(pdf):
        pdf = restamped(pdf, stamping)
    return resealed(data, keys, at=at, state="signed", pdf=pdf, leaves=leaves, signatures=rows)


def received(data: bytes, signer: signers.Signer, stamping: Stamping | None = None) -> bytes:
    """The record's PDF with the level above's word that it received it, or that a copy is true. Raises SigningFailed,
    NotAPackage."""
    parts = archive.unpack(data)
    field = _receipt_field(json.loads(parts["manifest.json"]))
    return signed(parts["record.pdf"], signer, Signing(field, RECEIVED_REASON, certify=False), stamping)


def _receipt_field(facts: Mapping[str, Any]) -> str:
    before = [row["field"] for row in facts["signatures"] if row["field"].startswith(RECEIVED_FIELD)]
    return f"{RECEIVED_FIELD}{len(before) + 1 if before else ''}"


def seal_received(
    data: bytes, pdf: bytes, keys: Keys, *, at: int, leaves: Sequence[tree.Leaf] = (),
    trusted: Sequence[x509.Certificate] = (), stamping: Stamping | None = None,
) -> Package:  # fmt: skip
    """The record with its PDF as the level above signed it (``received``): no signature of those who made the minutes,
    and the state stays. Raises as ``seal_signature`` does."""
    parts = archive.unpack(data)
    facts: dict[str, Any] = json.loads(parts["manifest.json"])
    field = _receipt_field(facts)
    if not pdf.startswith(parts["record.pdf"]) or len(pdf) == len(parts["record.pdf"]):
        raise BadSignature("changed", "the PDF is not the record's continued")
    fields_now = [*(row["field"] for row in facts["signatures"]), field]
    row = {"field": field, "role": "upper", "name": _judge(pdf, fields_now, [keys.authority, *trusted], at)}
    if stamping is not None and not _stamped(pdf):
        pdf = restamped(pdf, stamping)
    return resealed(data, keys, at=at, pdf=pdf, leaves=leaves, signatures=[*facts["signatures"], row])


def _judge(pdf: bytes, expected: list[str], roots: Sequence[x509.Certificate], at: int) -> str:
    """The name in the newest signature's certificate, when all is in order. Raises BadSignature."""
    try:
        found = pdf_signatures(pdf, roots)
        newest = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[-1]
        certificate, level = newest.signer_cert, newest.docmdp_level
    except (UnreadablePdf, IndexError) as error:
        raise BadSignature("changed", "the PDF cannot be read") from error
    if [one.field for one in found] != expected:
        raise BadSignature("field", f"fields {[one.field for one in found]}, not {expected}")
    if not all(one.sound for one in found) or not found[-1].last:
        raise BadSignature("unsound", "a signature is not sound, or something was added")
    if level is not None and level.value < fields.MDPPerm.FILL_FORMS.value:
        raise BadSignature("closed", "the signature allows no other after it")
    now = datetime.fromtimestamp(at / 1000, UTC)
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise BadSignature("ended", "the certificate is not in force")
    return str(certificate.subject.native.get("common_name", ""))


def _stamped(pdf: bytes) -> bool:
    """Whether a time-stamp stands after the last signature."""
    return bool(PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1].sig_object_type == "/DocTimeStamp")


def stamp_ends(data: bytes) -> datetime | None:
    """When the certificate that stands behind a record's signatures ends: the last stamp's, or without one the first
    signer's to end. None for a record that nobody signed. Raises NotAPackage."""
    pdf = archive.unpack(data)["record.pdf"]
    reader = PdfFileReader(io.BytesIO(pdf))
    persons = [one for one in reader.embedded_regular_signatures if one.field_name != SEAL_FIELD]
    if not persons:
        return None
    if _stamped(pdf):
        last = reader.embedded_signatures[-1]
        last.compute_digest()
        return _utc(last.signer_cert)
    return min(_utc(one.signer_cert) for one in persons)


def _utc(certificate: Any) -> datetime:
    ends: datetime = certificate.not_valid_after
    return ends


__all__ = ["BadSignature", "Role", "Signed", "SigningFailed", "prepared", "received", "seal_received", "seal_signature",
           "signature", "signed_so_far", "stamp_ends"]  # fmt: skip
