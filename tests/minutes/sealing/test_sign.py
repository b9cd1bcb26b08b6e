from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from minutes.sealing import archive, package, sign
from minutes.sealing.keys import Keys
from minutes.sealing.sign import Signing, SigningFailed, pkcs12_signer, signed, token_signer
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.authority import PASSWORD, Authority, authority
from tests.minutes.sealing.tokens import MODULE, softhsm

AT = papers.START + 150 * papers.MINUTE


@pytest.fixture(scope="module")
def people_ca() -> Authority:
    return authority("CA thử của các đồng chí")


@pytest.fixture(scope="module")
def made() -> package.Draft:
    return package.draft(papers.whole())


@pytest.fixture(scope="module")
def sealed(made: package.Draft, keys: Keys) -> bytes:
    return sign.sealed(made.pdf, keys)


@pytest.fixture(scope="module")
def both(sealed: bytes, people_ca: Authority) -> bytes:
    """Signed by the secretary, then by the chair."""
    secretary = pkcs12_signer(people_ca.person("Lương Văn Chiến"), PASSWORD)
    first = signed(sealed, secretary, Signing("ThuKy", "Ghi", certify=False))
    chair = pkcs12_signer(people_ca.person("Vi Văn Thuận"), PASSWORD)
    return signed(first, chair, Signing("ChuTri", "Duyệt", certify=False))


def test_two_persons_sign_one_after_the_other(
    made: package.Draft, both: bytes, keys: Keys, people_ca: Authority
) -> None:
    record = package.seal_signed(made, both, package.people(made), keys, at=AT)
    verdict = verify_bytes(record.data, Against(trust=[keys.authority, people_ca.root]))
    assert verdict.whole, verdict.faults
    assert verdict.trusted
    assert [one.signer for one in verdict.signatures[1:]] == ["Lương Văn Chiến", "Vi Văn Thuận"]
    assert "Trạng thái: Đã ký số" in verdict.text()


def test_persons_of_an_unknown_authority_are_not_trusted(made: package.Draft, both: bytes, keys: Keys) -> None:
    record = package.seal_signed(made, both, package.people(made), keys, at=AT)
    assert verify_bytes(record.data, Against(trust=[keys.authority])).trusted is False


def test_a_signature_on_another_version_is_refused(made: package.Draft, both: bytes, keys: Keys) -> None:
    other = package.draft(papers.whole(5))
    with pytest.raises(package.NotSealable, match="approved version"):
        package.seal_signed(other, both, package.people(made), keys, at=AT)


def test_a_missing_signature_is_refused(
    made: package.Draft, sealed: bytes, keys: Keys, people_ca: Authority
) -> None:  # fmt: skip
    secretary = pkcs12_signer(people_ca.person("Lương Văn Chiến"), PASSWORD)
    half = signed(sealed, secretary, Signing("ThuKy", "", certify=False))
    with pytest.raises(package.NotSealable, match="these persons"):
        package.seal_signed(made, half, package.people(made), keys, at=AT)


def test_a_wrong_password_is_a_plain_refusal(people_ca: Authority) -> None:
    with pytest.raises(SigningFailed):
        pkcs12_signer(people_ca.person("A"), "sai")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, people_ca: Authority) -> Iterator[Callable[[str], None]]:
    """A SoftHSM2 token "chibo" with a key made inside it and a certificate for it."""
    with softhsm(tmp_path_factory.mktemp("token"), people_ca, "Vi Văn Thuận"):
        yield lambda pin: None


@pytest.mark.usefixtures("token")
def test_a_key_in_a_token_signs_without_leaving_it(
    made: package.Draft, sealed: bytes, keys: Keys, people_ca: Authority
) -> None:  # fmt: skip
    secretary = pkcs12_signer(people_ca.person("Lương Văn Chiến"), PASSWORD)
    first = signed(sealed, secretary, Signing("ThuKy", "", certify=False))
    with token_signer(MODULE, "chibo", "1234", "bithu", [people_ca.root]) as signer:
        pdf = signed(first, signer, Signing("ChuTri", "", certify=False))
    record = package.seal_signed(made, pdf, package.people(made), keys, at=AT)
    verdict = verify_bytes(record.data, Against(trust=[keys.authority, people_ca.root]))
    assert verdict.whole, verdict.faults
    assert verdict.trusted


@pytest.mark.usefixtures("token")
def test_a_wrong_pin_or_a_missing_token_is_a_plain_refusal() -> None:
    for name, pin in (("chibo", "9999"), ("không có", "1234")):
        with pytest.raises(SigningFailed), token_signer(MODULE, name, pin, "bithu"):
            raise AssertionError("no session was to be had")


def test_signatures_outlive_their_certificates_by_stamps(
    made: package.Draft, sealed: bytes, keys: Keys, people_ca: Authority
) -> None:  # fmt: skip
    """Persons' certificates end after 2 years; stamped at once, stamped again, judged after 3 years and after 12."""
    stamps = authority("CA dấu thời gian")
    stamping = stamps.stamping(roots=(people_ca.root,))
    stamping = replace(stamping, lists=(*stamping.lists, people_ca.revocations()))
    first = pkcs12_signer(people_ca.person("Lương Văn Chiến", 730), PASSWORD)
    chair = pkcs12_signer(people_ca.person("Vi Văn Thuận", 730), PASSWORD)
    pdf = signed(sealed, first, Signing("ThuKy", "", certify=False), stamping)
    pdf = signed(pdf, chair, Signing("ChuTri", "", certify=False), stamping)
    pdf = sign.restamped(pdf, replace(stamps.stamping(7000, (people_ca.root,)), lists=stamping.lists))
    record = package.seal_signed(made, pdf, package.people(made), keys, at=AT)
    trust = [keys.authority, people_ca.root, stamps.root]
    for years in (0, 3, 12):
        moment = datetime.now(UTC) + timedelta(days=365 * years + 5)
        verdict = verify_bytes(record.data, Against(trust=trust, moment=moment))
        assert verdict.whole, verdict.faults
        assert verdict.trusted, years
        assert all(one.stamped for one in verdict.signatures)


def test_without_stamps_an_expired_signer_is_no_longer_trusted(
    made: package.Draft, both: bytes, keys: Keys, people_ca: Authority
) -> None:
    record = package.seal_signed(made, both, package.people(made), keys, at=AT)
    moment = datetime.now(UTC) + timedelta(days=1100)
    verdict = verify_bytes(record.data, Against(trust=[keys.authority, people_ca.root], moment=moment))
    assert verdict.whole
    assert verdict.trusted is False


def test_a_record_is_stamped_again_years_later_without_its_log(
    made: package.Draft, both: bytes, keys: Keys, people_ca: Authority
) -> None:
    record = package.seal_signed(made, both, package.people(made), keys, at=AT)
    stamps = authority("CA dấu thời gian")
    parts = archive.unpack(record.data)
    pdf = sign.restamped(parts["record.pdf"], stamps.stamping(roots=(people_ca.root,)))
    again = package.resealed(record.data, keys, at=AT + 1, pdf=pdf)
    verdict = verify_bytes(again.data, Against(trust=[keys.authority, people_ca.root, stamps.root]))
    assert verdict.whole, verdict.faults
    assert (verdict.trusted, verdict.facts["previous"], again.state) == (True, record.manifest, "signed")
    with pytest.raises(package.NotSealable):
        package.resealed(record.data, keys, at=AT, pdf=made.pdf)
