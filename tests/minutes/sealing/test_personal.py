"""Persons sign a sealed record one after the other, here or elsewhere; what is not right is refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from minutes.export.layouts import layouts
from minutes.sealing import archive, personal, sign
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package, resealed
from minutes.sealing.personal import BadSignature, prepared, seal_signature, signature, signed_so_far
from minutes.sealing.sign import Signing, pkcs12_signer, signed
from minutes.sealing.verdict import HALF_SIGNED, ORIGINALS
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.authority import PASSWORD, Authority, authority

SECRETARY, CHAIR = "Lương Văn Chiến", "Vi Văn Thuận"
NOW = int(datetime.now(UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def ca() -> Authority:
    return authority("CA thử của các đồng chí")


@pytest.fixture(scope="module")
def half(record: Package, keys: Keys, ca: Authority) -> Package:
    """Signed by the secretary."""
    return by(record, ca, keys, "secretary", SECRETARY)


def by(record: Package, ca: Authority, keys: Keys, role: personal.Role, name: str, days: int = 730) -> Package:
    pdf = signature(record.data, role, pkcs12_signer(ca.person(name, days), PASSWORD))
    return seal_signature(record.data, pdf, role, keys, at=NOW)


def elsewhere(pdf: bytes, ca: Authority, name: str, field: str) -> bytes:
    """The given PDF signed by other software."""
    return signed(pdf, pkcs12_signer(ca.person(name), PASSWORD), Signing(field, "", certify=False))


def test_the_secretary_then_the_chair_sign_the_sealed_record(
    half: Package, record: Package, keys: Keys, ca: Authority
) -> None:
    whole = by(half, ca, keys, "chair", CHAIR)
    verdict = verify_bytes(whole.data, Against(trust=[keys.authority, ca.root]))
    assert verdict.whole, verdict.faults
    assert verdict.trusted
    assert [one.signer for one in verdict.signatures][1:] == [SECRETARY, CHAIR]
    assert (whole.state, verdict.facts["previous"]) == ("signed", half.manifest)
    assert "Trạng thái: Đã ký số" in verdict.text()
    assert signed_so_far(whole.data).roles == ("secretary", "chair")
    assert signed_so_far(whole.data).next is None
    assert archive.unpack(whole.data)["record.pdf"].startswith(archive.unpack(record.data)["record.pdf"])


def test_the_secretary_alone_is_shown_as_waiting_for_the_chair(half: Package, keys: Keys) -> None:
    verdict = verify_bytes(half.data, Against(trust=[keys.authority]))
    assert verdict.whole, verdict.faults
    assert HALF_SIGNED in verdict.text()
    assert ORIGINALS["paper"] in verdict.text()
    assert [layout.original for layout in layouts() if layout.kind == "minutes"] == ["paper"]


def test_what_was_given_out_comes_back_signed_elsewhere(record: Package, keys: Keys, ca: Authority) -> None:
    back = elsewhere(prepared(record.data, "secretary"), ca, SECRETARY, "ThuKy")
    first = seal_signature(record.data, back, "secretary", keys, at=NOW)
    back = elsewhere(prepared(first.data, "chair"), ca, CHAIR, "ChuTri")
    both = seal_signature(first.data, back, "chair", keys, at=NOW)
    verdict = verify_bytes(both.data, Against(trust=[keys.authority, ca.root]))
    assert verdict.whole, verdict.faults
    assert verdict.trusted


def test_a_signature_out_of_turn_is_refused(record: Package, half: Package, keys: Keys, ca: Authority) -> None:
    refused(lambda: by(record, ca, keys, "chair", CHAIR), "order")
    refused(lambda: by(half, ca, keys, "secretary", SECRETARY), "already")
    refused(lambda: prepared(half.data, "secretary"), "already")
    by_hand = resealed(record.data, keys, at=NOW, state="hand_signed")
    refused(lambda: by(by_hand, ca, keys, "secretary", SECRETARY), "hand")


def test_another_persons_or_an_ended_certificate_is_refused(record: Package, keys: Keys, ca: Authority) -> None:
    refused(lambda: by(record, ca, keys, "secretary", CHAIR), "name")
    later = NOW + 3 * 365 * 86_400_000
    pdf = signature(record.data, "secretary", pkcs12_signer(ca.person(SECRETARY), PASSWORD))
    refused(lambda: seal_signature(record.data, pdf, "secretary", keys, at=later), "ended")


def test_other_bytes_another_field_and_additions_are_refused(
    record: Package, half: Package, keys: Keys, ca: Authority
) -> None:
    given = prepared(record.data, "secretary")
    bare = archive.unpack(record.data)["record.pdf"]
    other = sign.sealed(papers_pdf(), keys)
    good = elsewhere(given, ca, SECRETARY, "ThuKy")
    broken = good[:-3000] + bytes([good[-3000] ^ 1]) + good[-2999:]
    for pdf, code in (
        (elsewhere(other, ca, SECRETARY, "ThuKy"), "changed"), (bare, "changed"), (b"%PDF-1.7", "changed"),
        (given, "field"), (elsewhere(bare, ca, SECRETARY, "Signature1"), "field"),
        (elsewhere(bare, ca, SECRETARY, "ChuTri"), "field"), (added_to(good), "unsound"),
    ):  # fmt: skip
        refused(lambda pdf=pdf: seal_signature(record.data, pdf, "secretary", keys, at=NOW), code)
    with pytest.raises(BadSignature):
        seal_signature(record.data, broken, "secretary", keys, at=NOW)
    with pytest.raises(BadSignature):
        seal_signature(half.data, good, "chair", keys, at=NOW)


def papers_pdf() -> bytes:
    from minutes.sealing.package import draft

    return draft(papers.whole(5)).pdf


def added_to(pdf: bytes) -> bytes:
    """The first page given another content."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refused(work: object, code: str) -> None:
    with pytest.raises(BadSignature) as caught:
        work()  # type: ignore[operator]
    assert caught.value.code == code


def test_stamped_signatures_tell_when_they_must_be_stamped_again(record: Package, keys: Keys, ca: Authority) -> None:
    assert personal.stamp_ends(record.data) is None
    stamping = authority("CA dấu thời gian").stamping(1000, roots=(ca.root,))
    signer = pkcs12_signer(ca.person(SECRETARY, 100), PASSWORD)
    plain = seal_signature(record.data, signature(record.data, "secretary", signer), "secretary", keys, at=NOW)
    ends = personal.stamp_ends(plain.data)
    assert ends is not None
    assert ends - datetime.now(UTC) < timedelta(days=101)
    pdf = signature(record.data, "secretary", signer, stamping)
    stamped = seal_signature(record.data, pdf, "secretary", keys, at=NOW, stamping=stamping)
    ends = personal.stamp_ends(stamped.data)
    assert ends is not None
    assert ends - datetime.now(UTC) > timedelta(days=900)
    back = elsewhere(prepared(record.data, "secretary"), ca, SECRETARY, "ThuKy")
    put_on = seal_signature(record.data, back, "secretary", keys, at=NOW, stamping=stamping)
    trust = [keys.authority, ca.root, *stamping.roots]
    for one in (stamped, put_on):
        verdict = verify_bytes(one.data, Against(trust=trust, moment=datetime.now(UTC) + timedelta(days=800)))
        assert verdict.whole, verdict.faults
        assert all(sig.trusted for sig in verdict.signatures[1:])
