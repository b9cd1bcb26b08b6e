"""A PKCS#11 token for tests: SoftHSM2 with one key made inside it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.minutes.sealing.authority import Authority

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@contextmanager
def softhsm(home: Path, ca: Authority, name: str) -> Iterator[None]:
    """The token "chibo", PIN 1234, with a key and its certificate "bithu" for ``name``. Skips without SoftHSM2."""
    if not MODULE.exists():
        pytest.skip("SoftHSM2 (Debian package softhsm2) is not installed")
    import pkcs11
    from pkcs11 import Attribute, ObjectClass

    (home / "tokens").mkdir(parents=True)
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "chibo", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    module = pkcs11.lib(str(MODULE))
    module.reinitialize()  # in this process it still knows the token of an earlier test
    with module.get_token(token_label="chibo").open(user_pin="1234", rw=True) as session:
        public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="bithu", id=b"\x01")
        numbers = (public[Attribute.PUBLIC_EXPONENT], public[Attribute.MODULUS])
        key = rsa.RSAPublicNumbers(*(int.from_bytes(number, "big") for number in numbers)).public_key()
        issued: x509.Certificate = ca.issue(name, key)
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.LABEL: "bithu", Attribute.ID: b"\x01",
            Attribute.SUBJECT: issued.subject.public_bytes(),
            Attribute.VALUE: issued.public_bytes(serialization.Encoding.DER),
        })  # fmt: skip
    yield
    del os.environ["SOFTHSM2_CONF"]
