"""The server's own certificate authority: a fallback where no real certificate can be had.

Made at the first run, kept under ``keys/`` (mode 0600), and name-constrained (RFC 5280 §4.2.1.10, critical) to the
names and addresses of this host, so that a device that trusts it trusts it for nothing else. The authority's key
signs only the server's certificate, which is renewed by itself (at most 397 days, browsers accept no more).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from meeting_server.whole_file import write_whole

YEARS, DAYS, RENEW = 10, 397, 30
CA_PEM, CA_KEY, CERT_PEM, CERT_KEY = "authority.pem", "authority.key", "server.pem", "server.key"


@dataclass(frozen=True, slots=True)
class Authority:
    """Files for the server; ``fingerprint`` is what the page /trust shows to compare."""

    ca: Path
    certificate: Path
    key: Path
    fingerprint: str


def ensure(folder: Path, hosts: Sequence[str], now: datetime | None = None) -> Authority:
    """The authority of this host, made or renewed when needed. ``hosts``: names and addresses it may vouch for.

    When a host is new (another address by DHCP), authority and certificate are made anew and must be trusted again.
    """
    now = now or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = sorted(set(hosts))
    if not names:
        raise AssertionError("an authority vouches for at least one name")
    if not _covers(folder / CA_PEM, names, now):
        _make_authority(folder, names, now)
    if not _covers(folder / CERT_PEM, names, now) or not _signed_by(folder):
        _make_certificate(folder, names, now)
    return Authority(folder / CA_PEM, folder / CERT_PEM, folder / CERT_KEY, fingerprint(folder))


def fingerprint(folder: Path) -> str:
    """SHA-256 of the authority's certificate as people compare it; "" where there is none."""
    if not (folder / CA_PEM).exists():
        return ""
    ca = x509.load_pem_x509_certificate((folder / CA_PEM).read_bytes())
    return ":".join(f"{byte:02X}" for byte in ca.fingerprint(hashes.SHA256()))


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _permitted(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(host))
    except ValueError:
        return x509.DNSName(host)


def _covers(file: Path, names: list[str], now: datetime) -> bool:
    if not file.exists() or not file.with_suffix(".key").exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    if certificate.not_valid_after_utc < now + timedelta(days=RENEW):
        return False
    if file.name == CA_PEM:
        trees = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
        return all(_permitted(name) in trees for name in names)
    return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == [
        _general(name) for name in names
    ]


def _signed_by(folder: Path) -> bool:
    ca = x509.load_pem_x509_certificate((folder / CA_PEM).read_bytes())
    certificate = x509.load_pem_x509_certificate((folder / CERT_PEM).read_bytes())
    try:
        certificate.verify_directly_issued_by(ca)
    except Exception:  # cryptography raises several types; each means: issue anew
        return False
    return True


def _make_authority(folder: Path, names: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Họp Chi Bộ – {names[0]}")])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        _builder(name, name, key, now, timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([_permitted(host) for host in names], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / CA_PEM, certificate, key)


def _make_certificate(folder: Path, names: list[str], now: datetime) -> None:
    ca = x509.load_pem_x509_certificate((folder / CA_PEM).read_bytes())
    ca_key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise AssertionError("the authority's key is an EC key")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        _builder(subject, ca.subject, key, now, timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(folder / CERT_PEM, certificate, key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + life)
    )


def _write(file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for path, content in (
        (file.with_suffix(".key"), private),
        (file, certificate.public_bytes(serialization.Encoding.PEM)),
    ):
        write_whole(path, content, mode=0o600)
