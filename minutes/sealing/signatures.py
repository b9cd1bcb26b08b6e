"""What the signatures inside a PDF are worth, by pyHanko and without any network. Translates, decides nothing."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from minutes.sealing.sign import as_asn1

# pyHanko tells the log in tracebacks what it also returns; a forged file is no event of ours.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature. ``sound``: its bytes and later changes are in order; ``trusted``: its certificate leads to a root.

    ``covers_file``: nothing stands in the file after it. ``at``: the time it states (or was stamped), ms or None.
    """

    field: str
    signer: str
    at: int | None
    stamped: bool
    sound: bool
    trusted: bool
    covers_file: bool
    expired: bool
    trouble: str = ""


class UnreadablePdf(Exception):
    """The bytes are no PDF that can be read."""


def pdf_signatures(
    pdf: bytes,
    roots: Iterable[x509.Certificate],
    others: Iterable[x509.Certificate] = (),
    moment: datetime | None = None,
) -> list[PdfSignature]:
    """All signatures in order of making, judged against ``roots`` at ``moment`` (now when None).

    Raises UnreadablePdf. Revocation is judged only by what the PDF itself carries.
    """
    try:
        trust, more = [as_asn1(root) for root in roots], [as_asn1(other) for other in others]
        reader = PdfFileReader(io.BytesIO(pdf))
        return [_judged(one, trust, more, moment) for one in reader.embedded_regular_signatures]
    except Exception as error:  # a forged PDF makes the parser raise anything
        raise UnreadablePdf(f"{type(error).__name__}: {error}") from error


def _judged(one: Any, trust: list[Any], more: list[Any], moment: datetime | None) -> PdfSignature:
    context = ValidationContext(trust_roots=trust, other_certs=more, allow_fetching=False, moment=moment)
    try:
        status = validate_pdf_signature(one, signer_validation_context=context)
    except Exception as error:  # pyHanko raises where a signature cannot even be judged
        return PdfSignature(
            one.field_name, "", None, False, False, False, False, False, f"{type(error).__name__}: {error}"
        )
    at = status.signer_reported_dt
    stamp = status.timestamp_validity
    stamped = stamp is not None and bool(stamp.valid and stamp.intact)
    if stamped and stamp is not None:
        at = stamp.timestamp
    return PdfSignature(
        field=one.field_name,
        signer=str(one.signer_cert.subject.native.get("common_name", "")),
        at=int(at.timestamp() * 1000) if at is not None else None,
        stamped=stamped,
        sound=bool(status.intact and status.valid and status.docmdp_ok) and _whole_revision(status.coverage),
        trusted=bool(status.trusted),
        covers_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        expired=bool(status.trust_problem_indic is not None and "EXPIRED" in str(status.trust_problem_indic)),
    )


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
