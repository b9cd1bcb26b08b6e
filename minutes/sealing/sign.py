"""PAdES signatures by pyHanko: the installation's seal, or the persons' own. One page that translates, nothing more.

The first signature certifies the document and allows later signatures only (DocMDP P=2): nothing else may change.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]  # ships no types
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, ObjectClass, Session
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from minutes.sealing.keys import Keys
from minutes.sealing.signatures import SEAL_FIELD, as_asn1


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


def pkcs12_signer(data: bytes, password: str, chain: Sequence[x509.Certificate] = ()) -> signers.Signer:
    """A person's signer from a PKCS#12 file. Raises SigningFailed for a wrong password or an unusable file."""
    others = {as_asn1(one) for one in chain}
    try:
        loaded: signers.Signer = signers.SimpleSigner.load_pkcs12_data(
            data, other_certs=others, passphrase=password.encode() or None
        )
    except Exception as error:  # no PKCS#12, another password, no key in it: the parsers raise what they like
        raise SigningFailed("the PKCS#12 file cannot be opened with this password") from error
    return loaded


@contextmanager
def token_signer(
    module: Path, token: str, pin: str, label: str, chain: Sequence[x509.Certificate] = ()
) -> Iterator[signers.Signer]:
    """A person's signer on a PKCS#11 token, while the session is open; ``label`` "": by its only certificate.

    Raises SigningFailed (no token, wrong PIN, several certificates).
    """
    try:
        session = open_pkcs11_session(str(module), token_criteria=TokenCriteria(label=token), user_pin=pin)
    except Exception as error:  # token drivers raise what they like
        raise SigningFailed(f"{type(error).__name__}: {error}") from error
    with session:
        named = label or _only_certificate(session)
        yield PKCS11Signer(session, cert_label=named, key_label=named, ca_chain=[as_asn1(one) for one in chain])


def _only_certificate(session: Session) -> str:
    found = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    if len(found) != 1:
        raise SigningFailed(f"the token holds {len(found)} certificates: name one")
    return str(found[0][Attribute.LABEL])


@dataclass(frozen=True, slots=True)
class Stamping:
    """A time-stamping service and what long-term validation needs: roots, and revocation lists (DER) if there are.

    ``fetch``: lists and OCSP answers that certificates name are asked for over the network.
    """

    stamper: TimeStamper
    roots: Sequence[x509.Certificate]
    lists: Sequence[bytes] = ()
    fetch: bool = False

    def context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=[as_asn1(root) for root in self.roots], allow_fetching=self.fetch,
            crls=list(self.lists), revocation_mode="soft-fail",
        )  # fmt: skip


def signed(pdf: bytes, signer: signers.Signer, signing: Signing, stamping: Stamping | None = None) -> bytes:
    """The PDF with one more signature, as an incremental update. Raises SigningFailed.

    With ``stamping`` it is PAdES B-LTA: stamped, with validation data, and a document time-stamp over all.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=signing.field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES,
        reason=signing.reason or None, location=signing.place or None,
        certify=signing.certify, docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        embed_validation_info=stamping is not None, use_pades_lta=stamping is not None,
        validation_context=stamping.context() if stamping else None,
    )  # fmt: skip
    try:
        maker = signers.PdfSigner(meta, signer=signer, timestamper=stamping.stamper if stamping else None)
        return _bytes(maker.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))))
    except Exception as error:  # pyHanko, token drivers and asn1crypto raise many unrelated kinds
        raise SigningFailed(f"{type(error).__name__}: {error}") from error


def restamped(pdf: bytes, stamping: Stamping) -> bytes:
    """The PDF with one more document time-stamp, before the last one's certificate expires. Raises SigningFailed."""
    try:
        made = signers.PdfTimeStamper(stamping.stamper).timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", validation_context=stamping.context()
        )
        return _bytes(made)
    except Exception as error:  # as above
        raise SigningFailed(f"{type(error).__name__}: {error}") from error


def _bytes(stream: io.IOBase) -> bytes:
    stream.seek(0)
    return bytes(stream.read())


def sealed(pdf: bytes, keys: Keys, reason: str = "Niêm phong hồ sơ") -> bytes:
    """The PDF with the installation's seal; no person's signature."""
    return signed(pdf, seal_signer(keys), Signing(SEAL_FIELD, reason))
