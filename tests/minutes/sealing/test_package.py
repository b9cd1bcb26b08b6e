from __future__ import annotations

import dataclasses
import io
import zipfile

import pikepdf
import pytest

from minutes.record.events import Approved, BlockSaved, Submitted
from minutes.record.retention import erased
from minutes.sealing import archive, contents, package
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package
from minutes.sealing.verify import verify_bytes
from tests.minutes.export import papers


def test_packed_twice_is_the_same_bytes_before_signing() -> None:
    assert package.draft(papers.whole()) == package.draft(papers.whole())


def test_what_was_said_but_is_not_in_the_minutes_is_in_no_byte(record: Package) -> None:
    for word in ("kowabunga", "không có trong biên bản"):
        for form in (word.encode(), word.encode("utf-16-be"), word.encode().hex().encode()):
            assert form not in record.data
    parts = archive.unpack(record.data)
    assert b"Spoke" in parts["log.jsonl"]


def test_the_streams_of_the_pdf_do_not_hold_it_either(record: Package) -> None:
    with pikepdf.open(io.BytesIO(archive.unpack(record.data)["record.pdf"])) as file:
        streams = [bytes(item.read_bytes()) for item in file.objects if isinstance(item, pikepdf.Stream)]
    assert any("Lang Văn Hợp".encode() in stream for stream in streams)  # the attached minutes.json
    assert not any(b"kowabunga" in stream for stream in streams)


def test_the_log_carries_all_leaves_and_bodies_of_permanent_kinds_only(record: Package) -> None:
    lines = archive.unpack(record.data)["log.jsonl"].splitlines()
    assert len(lines) == record.entries == len(papers.whole())
    without = {line.split(b'"kind":"')[1].split(b'"')[0] for line in lines if b'"body":' not in line}
    assert without == {b"Spoke", b"Drafted"}


def test_any_zip_reader_opens_a_record(record: Package) -> None:
    with zipfile.ZipFile(io.BytesIO(record.data)) as file:
        assert tuple(file.namelist()) == (*contents.HASHED, *contents.SIGNED)
        assert file.read("record.pdf").startswith(b"%PDF-1.7")


def test_only_an_approved_meeting_is_sealed(keys: Keys) -> None:
    open_log = papers.chained([step for step in papers.course() if not isinstance(step[2], Approved)])
    with pytest.raises(package.NotSealable):
        package.seal(open_log, keys, at=papers.START)


def test_a_damaged_log_is_never_sealed(keys: Keys) -> None:
    log = papers.whole()
    log[7] = dataclasses.replace(log[7], actor="m7")
    with pytest.raises(package.NotSealable, match="entry 8 was altered"):
        package.seal(log, keys, at=papers.START)


def test_minutes_whose_writing_was_erased_are_not_sealed_again(keys: Keys) -> None:
    log = [erased(entry) if entry.kind == "Drafted" else entry for entry in papers.whole()]
    with pytest.raises(package.NotSealable, match="erased"):
        package.seal(log, keys, at=papers.START)


def test_what_happens_after_the_approval_is_not_in_the_package(keys: Keys, record: Package) -> None:
    from minutes.record.events import Sealed

    log = papers.chained([*papers.course(), (150, "system", Sealed(record.sha256, record.entries, record.root, "k"))])
    assert package.seal(log, keys, at=papers.START).root == record.root


def test_a_correction_is_a_new_version_with_its_reason(keys: Keys, record: Package) -> None:
    correction = [
        (200, "m2", BlockSaved("b-end", 1, "Kết luận: thu 250.000 đồng mỗi hộ.", "ghi nhầm mức thu")),
        (201, "m2", Submitted(2)),
        (202, "m1", Approved(2, "05-BB/CB", 2, "ghi nhầm mức thu")),
    ]
    second = package.seal(papers.chained([*papers.course(), *correction]), keys, at=papers.START, leaves=[record.leaf])
    verdict = verify_bytes(second.data)
    assert verdict.whole, verdict.faults
    assert (second.version, second.leaf.meeting) == (2, record.leaf.meeting)
    assert "Lý do sửa: ghi nhầm mức thu" in verdict.text()
    assert "250.000" in archive.unpack(second.data)["minutes.json"].decode()
    assert record.name != second.name


def test_a_signed_pdf_still_claims_pdf_a_and_carries_its_data(record: Package) -> None:
    with pikepdf.open(io.BytesIO(archive.unpack(record.data)["record.pdf"])) as file:
        meta = file.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        assert list(file.attachments) == ["minutes.json"]
        assert "/StructTreeRoot" in file.Root
        assert file.Root.AcroForm.SigFlags == 3


def test_the_paper_is_printed_again_from_the_package_alone(record: Package) -> None:
    again = contents.read_paper(archive.unpack(record.data)["minutes.json"])
    assert again == package.draft(papers.whole()).paper
