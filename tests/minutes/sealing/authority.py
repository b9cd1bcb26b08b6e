"""A certificate authority, persons and a time-stamper for tests: all invented, nothing from any network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from minutes.sealing.sign import Stamping
from minutes.sealing.signatures import as_asn1

DAY = timedelta(days=1)
PASSWORD = "mật khẩu"


def subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(
    name: str, public: Any, issuer: str, issuer_key: Any, days: int, *, ca: bool = False, stamps: bool = False
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not ca, content_commitment=not ca and not stamps, key_cert_sign=ca, crl_sign=ca,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder().subject_name(subject(name)).issuer_name(subject(issuer)).public_key(public)
        .serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca, None), critical=True).add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )  # fmt: skip
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass(frozen=True)
class Authority:
    """``root`` issues persons' certificates."""

    name: str
    key: rsa.RSAPrivateKey
    root: x509.Certificate

    def issue(self, name: str, public: Any, days: int = 730) -> x509.Certificate:
        return certificate(name, public, self.name, self.key, days)

    def person(self, name: str, days: int = 730) -> bytes:
        """A person's PKCS#12 file, opened by PASSWORD."""
        key = rsa.generate_private_key(65537, 2048)
        sealed = serialization.BestAvailableEncryption(PASSWORD.encode())
        issued = self.issue(name, key.public_key(), days)
        return pkcs12.serialize_key_and_certificates(name.encode(), key, issued, [self.root], sealed)

    def revocations(self) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
            .last_update(now - DAY).next_update(now + 30 * DAY).add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )  # fmt: skip
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def stamping(self, stamper_days: int = 3650, roots: tuple[x509.Certificate, ...] = ()) -> Stamping:
        """A dummy time-stamping service under this authority."""
        key = rsa.generate_private_key(65537, 2048)
        cert = certificate("TSA thử", key.public_key(), self.name, self.key, stamper_days, stamps=True)
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store = SimpleCertificateStore()
        store.register(as_asn1(self.root))
        stamper = DummyTimeStamper(as_asn1(cert), asn1_keys.PrivateKeyInfo.load(der), certs_to_embed=store)
        return Stamping(stamper, (self.root, *roots), (self.revocations(),))


def authority(name: str, days: int = 7300) -> Authority:
    key = rsa.generate_private_key(65537, 2048)
    return Authority(name, key, certificate(name, key.public_key(), name, key, days, ca=True))
