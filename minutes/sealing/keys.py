"""The installation's keys: an own authority, an Ed25519 key for manifests and heads, a P-256 key for the PDF seal.

Made once, at the first run, in a directory that only the service may read (0700, files 0600). Whoever pins the
authority's certificate (``authority.pem``) can tell this installation's records from everybody else's.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)
AUTHORITY_YEARS, KEY_YEARS = 40, 20

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
PrivateKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Keys:
    """What sealing needs. ``name`` is how the installation calls itself in its certificates."""

    name: str
    authority: x509.Certificate
    manifest: x509.Certificate
    manifest_key: Ed25519PrivateKey
    seal: x509.Certificate
    seal_key: ec.EllipticCurvePrivateKey

    @property
    def key_id(self) -> str:
        return key_id(self.manifest_key.public_key())

    @property
    def chain_pem(self) -> bytes:
        """The three certificates as they stand in every package: authority, manifest, seal."""
        return b"".join(one.public_bytes(PEM) for one in (self.authority, self.manifest, self.seal))


def key_id(public: Ed25519PublicKey) -> str:
    """Sixteen hex digits that name a manifest key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def load_or_create(directory: Path, name: str, now: datetime) -> Keys:
    """The keys in ``directory``, made if there are none. ``now`` (aware) begins the new certificates' validity.

    Raises FileNotFoundError when some but not all files are there: a half set is never completed silently.
    """
    if not directory.exists() or not any(directory.glob("*.key")):
        _create(directory, name, now)
    return load(directory)


def load(directory: Path) -> Keys:
    def certificate(what: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((directory / f"{what}.pem").read_bytes())

    manifest_key = serialization.load_pem_private_key((directory / "manifest.key").read_bytes(), None)
    seal_key = serialization.load_pem_private_key((directory / "seal.key").read_bytes(), None)
    if not isinstance(manifest_key, Ed25519PrivateKey) or not isinstance(seal_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key files hold keys of another kind")
    authority = certificate("authority")
    return Keys(
        _common_name(authority), authority, certificate("manifest"), manifest_key, certificate("seal"), seal_key
    )


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _create(directory: Path, name: str, now: datetime) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(name, authority_key, name, authority_key, now, AUTHORITY_YEARS, authority=True)
    keys: dict[str, PrivateKey] = {
        "manifest": Ed25519PrivateKey.generate(),
        "seal": ec.generate_private_key(ec.SECP256R1()),
        "authority": authority_key,
    }
    for what, key in keys.items():
        made = authority if key is authority_key else _certificate(
            f"{name} – {TITLES[what]}", key, name, authority_key, now, KEY_YEARS)  # fmt: skip
        _write(directory / f"{what}.pem", made.public_bytes(PEM))
        _write(directory / f"{what}.key", key.private_bytes(PEM, PKCS8, serialization.NoEncryption()))


TITLES = {"manifest": "khóa niêm phong", "seal": "dấu niêm phong"}


def _write(path: Path, data: bytes) -> None:
    """A new file for the owner only, on disk before we go on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]
    )


def _certificate(
    name: str, key: PrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey, now: datetime, years: int,
    authority: bool = False,
) -> x509.Certificate:  # fmt: skip
    signs = not authority
    usage = x509.KeyUsage(
        digital_signature=signs, content_commitment=signs, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(_subject(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + years * YEAR)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())
