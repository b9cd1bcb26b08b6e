"""The server's own authority vouches for this host and for nothing else."""

from __future__ import annotations

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import DNSName, IPAddress, load_pem_x509_certificate
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from meeting_server.authority import Authority, ensure

HOSTS = ["hop.thon.example", "10.1.2.3"]


def verify(authority: Authority, subject: DNSName | IPAddress, leaf: x509.Certificate | None = None) -> None:
    store = Store([load_pem_x509_certificate(authority.ca.read_bytes())])
    leaf = leaf or load_pem_x509_certificate(authority.certificate.read_bytes())
    PolicyBuilder().store(store).build_server_verifier(subject).verify(leaf, [])


@pytest.mark.parametrize("subject", [DNSName(HOSTS[0]), IPAddress(ipaddress.ip_address(HOSTS[1]))])
def test_the_certificate_is_good_for_the_names_of_this_host(tmp_path: Path, subject: DNSName | IPAddress) -> None:
    verify(ensure(tmp_path, HOSTS), subject)


def test_the_authority_cannot_vouch_for_another_name(tmp_path: Path) -> None:
    authority = ensure(tmp_path, HOSTS)
    ca = load_pem_x509_certificate(authority.ca.read_bytes())
    ca_key = serialization.load_pem_private_key((tmp_path / "authority.key").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    now = datetime.now(UTC)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca.subject)
        .public_key(ca_key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([DNSName("bank.example")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    with pytest.raises(VerificationError):
        verify(authority, DNSName("bank.example"), forged)


def test_a_second_run_changes_nothing_and_keys_are_private(tmp_path: Path) -> None:
    first, second = ensure(tmp_path, HOSTS), ensure(tmp_path, HOSTS)
    assert first == second
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in tmp_path.glob("*.key"))


def test_the_certificate_is_renewed_before_it_ends_and_the_authority_stays(tmp_path: Path) -> None:
    first = ensure(tmp_path, HOSTS)
    old = first.certificate.read_bytes()
    later = ensure(tmp_path, HOSTS, datetime.now(UTC) + timedelta(days=380))
    assert later.certificate.read_bytes() != old
    assert later.fingerprint == first.fingerprint


def test_a_new_address_makes_a_new_authority(tmp_path: Path) -> None:
    assert ensure(tmp_path, HOSTS).fingerprint != ensure(tmp_path, [*HOSTS, "10.9.9.9"]).fingerprint
