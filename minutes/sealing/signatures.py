"""What the signatures inside a PDF are worth, by pyHanko and without any network. Translates, decides nothing.

Long-term validation walks backwards through the file: the last document time-stamp is judged now, each earlier
signature or stamp at the time the stamp after it proves, with the revocation data the file itself carries. (pyHanko's
own AdES-LTA routine answers INDETERMINATE for an expired signer; this is the same argument, step by step.)
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import parser  # type: ignore[import-untyped]  # ships no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

# pyHanko tells the log in tracebacks what it also returns; a forged file is no event of ours.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


SEAL_FIELD = "NiemPhong"
RECEIVED_FIELD = "XacNhan"  # the level above: received, or a true copy; XacNhan, XacNhan2 …


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate for pyHanko, whose trust roots are asn1crypto's."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature. ``sound``: its bytes and later changes are in order; ``trusted``: its certificate led to a root
    at the time that counts; ``last``: nothing but validation data stands in the file after it.

    ``at``: the time it states, or (``stamped``) that a trusted stamp proves, ms or None. ``ends``: the length of the
    file as it was signed; ``ended``: a seal whose certificate has ended since, judged at the time of sealing;
    ``certificate``: the SHA-256 (hex) of the signer's in DER.
    """

    field: str
    signer: str
    at: int | None
    stamped: bool
    sound: bool
    trusted: bool
    last: bool
    trouble: str = ""
    ends: int = 0
    ended: bool = False
    certificate: str = ""


class UnreadablePdf(Exception):
    """The bytes are no PDF that can be read."""


def pdf_signatures(
    pdf: bytes,
    roots: Iterable[x509.Certificate],
    others: Iterable[x509.Certificate] = (),
    moment: datetime | None = None,
) -> list[PdfSignature]:
    """All signatures of persons and systems in order of making, judged against ``roots`` as of ``moment`` (or now).

    Raises UnreadablePdf. Revocation is judged only by what the PDF itself carries.
    """
    try:
        trust, more = [as_asn1(root) for root in roots], [as_asn1(other) for other in others]
        reader = PdfFileReader(io.BytesIO(pdf))
        return _backwards(pdf, reader, trust, more, moment)
    except Exception as error:  # a forged PDF makes the parser raise anything
        raise UnreadablePdf(f"{type(error).__name__}: {error}") from error


def _backwards(
    pdf: bytes, reader: PdfFileReader, trust: list[Any], more: list[Any], moment: datetime | None
) -> list[PdfSignature]:
    found: list[PdfSignature] = []
    proven = moment
    for one in reversed(reader.embedded_signatures):
        context = _context(reader, trust, more, proven)
        if one.sig_object_type == "/DocTimeStamp":
            proven = _stamp_time(one, context) or proven
        else:
            judged = _judged(one, context, later=proven if proven != moment else None)
            judged = replace(judged, ends=_end(one))
            found.insert(0, judged if _padded_with_noughts(pdf, one) else replace(judged, sound=False))
    if found and not _nothing_after(pdf, reader):
        found[-1] = replace(found[-1], last=False)
    return found


_TAIL = re.compile(rb"\sstartxref\r?\n\d+\r?\n%%EOF(?:\r\n|\n|\r)?\Z")


def _nothing_after(pdf: bytes, reader: PdfFileReader) -> bool:
    """Whether the file ends with its last signature or with the revision of validation data after it.

    Bytes that no cross-reference leads to (a comment at the end) are no change for pyHanko (0.38).
    """
    last = reader.embedded_signatures[-1]
    if last.signed_revision == reader.total_revisions - 1:
        return _end(last) == len(pdf)
    return _TAIL.search(pdf, max(0, len(pdf) - 64)) is not None


def _end(one: Any) -> int:
    """The length of the file as this signature saw it."""
    try:
        return int(one.byte_range[2]) + int(one.byte_range[3])
    except (TypeError, ValueError, IndexError):
        return 0


def _padded_with_noughts(pdf: bytes, one: Any) -> bool:
    """Whether the hole that a signature leaves out holds its DER in hex of one case, then noughts only.

    No signature covers these bytes, and pyHanko (0.38) does not look at them.
    """
    start, length, end, _ = (int(number) for number in one.byte_range)
    hole = pdf[start + length : end]
    if (hole[:1], hole[-1:]) != (b"<", b">") or hole not in (hole.upper(), hole.lower()):
        return False
    try:
        raw = bytes.fromhex(hole[1:-1].decode("ascii"))
    except ValueError:
        return False
    size = sum(map(len, parser.parse(raw)[3:]))
    return not any(raw[size:])


def _context(reader: PdfFileReader, trust: list[Any], more: list[Any], moment: datetime | None) -> ValidationContext:
    settings: dict[str, Any] = {"trust_roots": trust, "other_certs": more, "allow_fetching": False, "moment": moment}
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    except NoDSSFoundError:
        return ValidationContext(**settings)


def _stamp_time(one: Any, context: ValidationContext) -> datetime | None:
    """The time a document time-stamp proves, None when it is not in order or not trusted."""
    status = validate_pdf_timestamp(one, context)
    good = status.intact and status.valid and status.trusted and _whole_revision(status.coverage)
    return status.timestamp if good else None


def _judged(one: Any, context: ValidationContext, later: datetime | None) -> PdfSignature:
    try:
        status = validate_pdf_signature(one, signer_validation_context=context)
    except Exception as error:  # pyHanko raises where a signature cannot even be judged
        trouble = f"{type(error).__name__}: {error}"
        return PdfSignature(one.field_name, "", None, False, False, False, False, trouble)
    at, stamped = _time(status, later)
    return PdfSignature(
        field=one.field_name,
        signer=str(one.signer_cert.subject.native.get("common_name", "")),
        at=int(at.timestamp() * 1000) if at is not None else None,
        stamped=stamped,
        sound=bool(status.intact and status.valid and status.docmdp_ok) and _whole_revision(status.coverage),
        trusted=bool(status.trusted),
        last=status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        or status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES),
        certificate=hashlib.sha256(one.signer_cert.dump()).hexdigest(),
    )


def _time(status: Any, later: datetime | None) -> tuple[datetime | None, bool]:
    stamp = status.timestamp_validity
    if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
        return stamp.timestamp, True
    if later is not None:
        return later, True
    return status.signer_reported_dt, False


def _whole_revision(coverage: SignatureCoverageLevel | None) -> bool:
    return coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


def attached(pdf: bytes, name: str) -> bytes | None:
    """A file carried inside the PDF, None when there is none of that name. Raises UnreadablePdf."""
    try:
        root = PdfFileReader(io.BytesIO(pdf)).root
        for specification in root.get("/AF", ()):
            if specification.get_object()["/UF"] == name:
                return bytes(specification.get_object()["/EF"]["/F"].data)
    except Exception as error:  # as above
        raise UnreadablePdf(f"{type(error).__name__}: {error}") from error
    return None
