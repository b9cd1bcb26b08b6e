"""PAdES signatures by pyHanko: the installation's seal, or the persons' own. One page that translates, nothing more.

The first signature certifies the document and allows later signatures only (DocMDP P=2): nothing else may change.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]  # ships no types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from minutes.sealing.keys import Keys

SEAL_FIELD = "NiemPhong"


class SigningFailed(Exception):
    """The signature could not be made (wrong PIN, token gone, unusable PDF). Nothing was changed."""

    status = 502


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature to make: into which field, for which reason, as the first (certifying) one or a later one."""

    field: str
    reason: str
    place: str = ""
    certify: bool = True


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def seal_signer(keys: Keys) -> signers.Signer:
    """The installation's own signer."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko's own
    store.register(as_asn1(keys.authority))
    der = keys.seal_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=as_asn1(keys.seal), signing_key=asn1_keys.PrivateKeyInfo.load(der), cert_registry=store
    )


def signed(pdf: bytes, signer: signers.Signer, signing: Signing) -> bytes:
    """The PDF with one more signature, as an incremental update. Raises SigningFailed."""
    meta = signers.PdfSignatureMetadata(
        field_name=signing.field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES,
        reason=signing.reason or None, location=signing.place or None,
        certify=signing.certify, docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    try:
        out = signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    except Exception as error:  # pyHanko, token drivers and asn1crypto raise many unrelated kinds
        raise SigningFailed(str(error)) from error
    return bytes(out.getvalue())


def sealed(pdf: bytes, keys: Keys, reason: str = "Niêm phong hồ sơ") -> bytes:
    """The PDF with the installation's seal; no person's signature."""
    return signed(pdf, seal_signer(keys), Signing(SEAL_FIELD, reason))
