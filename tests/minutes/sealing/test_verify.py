from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import forgeries
from minutes.export.pdf import Attachment, pdf_bytes
from minutes.record.codec import canonical
from minutes.sealing import archive, command, contents, package, sign
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package
from minutes.sealing.verify import Against, NotARecord, verify_bytes
from tests.minutes.export import papers


def part_of(record: Package, offset: int) -> str:
    return next(span.part for span in archive.spans(record.data) if span.start <= offset < span.end)


def test_an_untouched_record_is_whole(record: Package, keys: Keys) -> None:
    verdict = verify_bytes(record.data, Against(trust=[keys.authority]))
    assert verdict.whole, verdict.faults
    assert verdict.trusted
    assert verdict.facts["state"] == "sealed"
    assert "HỒ SƠ NGUYÊN VẸN" in verdict.text()
    assert "chưa có chữ ký của người" in verdict.text()


def test_a_meeting_typed_in_from_paper_is_whole_with_the_day_of_the_paper(keys: Keys) -> None:
    verdict = verify_bytes(package.seal(papers.typed_in(), keys, at=papers.START).data, Against(trust=[keys.authority]))
    assert verdict.whole, verdict.faults
    assert verdict.facts["day"] == "2026-11-02"


@pytest.mark.parametrize("seed", range(4))
def test_any_flipped_byte_is_found_and_its_part_named(record: Package, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(50):
        offset = chance.randrange(len(record.data))
        changed = bytearray(record.data)
        changed[offset] ^= chance.randrange(1, 256)
        verdict = verify_bytes(bytes(changed))
        assert not verdict.whole, offset
        assert part_of(record, offset) in {fault.part for fault in verdict.faults}, (offset, verdict.faults)


def test_frames_signature_and_certificates_are_checked_throughout(record: Package) -> None:
    for span in archive.spans(record.data):
        step = 1 if span.part in ("manifest.sig", "receipt.json") else 9 if span.frame else 40
        for offset in range(span.start, span.end, step) if span.end - span.start < 2500 else ():
            changed = bytearray(record.data)
            changed[offset] ^= 1
            verdict = verify_bytes(bytes(changed))
            assert span.part in {fault.part for fault in verdict.faults}, (offset, span, verdict.faults)


def test_a_record_of_another_authority_is_whole_but_not_trusted(record: Package, other_keys: Keys) -> None:
    verdict = verify_bytes(record.data, Against(trust=[other_keys.authority]))
    assert verdict.whole
    assert verdict.trusted is False
    assert "KHÔNG có trong chứng thư tin cậy" in verdict.text()


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", bytes(5000), archive.pack({}), archive.pack({"a": b"b"})])
def test_something_else_altogether_is_no_record_rather_than_a_broken_one(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotARecord):
        verify_bytes(data)
    (tmp_path / "x.hcb.zip").write_bytes(data)
    assert command.run(tmp_path / "x.hcb.zip") == command.UNREADABLE
    assert command.run(tmp_path) == command.ALTERED  # an archive's file that was overwritten


@pytest.mark.parametrize("kept", [40, 5000, -30])
def test_a_record_that_was_cut_off_is_a_broken_record(record: Package, kept: int) -> None:
    assert not verify_bytes(record.data[:kept]).whole


def test_every_fault_says_where_in_the_file_it_is(record: Package) -> None:
    where = archive.where(record.data)
    changed = bytearray(record.data)
    places = {name: (where[name][0] + where[name][1]) // 2 for name in ("record.pdf", "votes.json", "log.jsonl")}
    for offset in places.values():
        changed[offset] ^= 1
    verdict = verify_bytes(bytes(changed))
    for name, offset in places.items():
        ranges = re.findall(r"byte (\d+)–(\d+)", " ".join(f.place for f in verdict.faults if f.part == name))
        assert ranges
        assert all(int(low) <= offset <= int(high) for low, high in ranges), (name, verdict.faults)
    line = next(fault for fault in verdict.faults if fault.code == "log" and "mục" in fault.place)
    low, high = re.findall(r"byte (\d+)–(\d+)", line.place)[0]
    assert int(high) - int(low) < 2000
    assert len([fault for fault in verdict.faults if fault.part == "record.pdf"]) > 1


def test_a_pdf_that_comes_alone_is_judged_by_its_signatures(record: Package, keys: Keys) -> None:
    pdf = archive.unpack(record.data)["record.pdf"]
    verdict = verify_bytes(pdf, Against(trust=[keys.authority]))
    assert (verdict.kind, verdict.whole, verdict.trusted, verdict.newest) == ("pdf", True, True, "unknown")
    assert "KHÔNG PHẢI HỒ SƠ LƯU – CHỮ KÝ NGUYÊN VẸN" in verdict.text()
    assert verify_bytes(pdf, Against(trust=[])).trusted is False
    added = verify_bytes(forgeries._text_added(pdf))
    assert not added.whole
    assert f"byte {len(pdf)}–" in added.faults[0].place
    unsigned = verify_bytes(package.draft(papers.whole()).pdf)
    assert not unsigned.whole
    assert "không có chữ ký" in unsigned.sentence


def test_an_empty_receipt_is_the_one_fault_told_whatever_day_the_record_gives(record: Package, keys: Keys) -> None:
    """One from before every record had a receipt cannot be told from one that lost it (docs/record.md)."""
    for at in (papers.START, papers.START + 300 * 86_400_000):
        made = archive.unpack(package.seal(papers.whole(), keys, at=at).data)
        verdict = verify_bytes(archive.pack(made | {"receipt.json": contents.NO_RECEIPT}))
        assert [(fault.code, fault.part) for fault in verdict.faults] == [("receipt", "receipt.json")]
        assert "hồ sơ nào được niêm phong cũng có biên nhận" in verdict.text()


def test_a_seal_outlives_its_certificate_by_receipt(keys: Keys) -> None:
    """The seal's certificate runs 20 years; what a receipt or the bulletins vouch for stays whole after them."""
    later = datetime.now(UTC) + timedelta(days=365 * 21)
    at = int(datetime.now(UTC).timestamp() * 1000)
    record = package.seal(papers.whole(), keys, at=at)
    stripped = archive.pack(archive.unpack(record.data) | {"receipt.json": contents.NO_RECEIPT})
    for data, holds in ((record.data, True), (stripped, False)):
        verdict = verify_bytes(data, Against(trust=[keys.authority], moment=later))
        assert (verdict.whole, verdict.trusted) == (holds, holds), verdict.faults
        assert "đã hết hạn" in verdict.notes[0]


def test_a_record_from_before_its_paper_said_which_copy_is_the_original_stays_whole(keys: Keys) -> None:
    made = package.draft(papers.whole())
    minutes = json.loads(made.parts["minutes.json"])
    assert minutes["paper"].pop("original") == made.facts["original"] == "paper"
    older = canonical(minutes)
    pdf = pdf_bytes(
        made.paper, [Attachment("minutes.json", older.decode(), about="Biên bản dạng dữ liệu")], draft=False
    )
    bare = replace(made, pdf=pdf, parts={**made.parts, "minutes.json": older})
    seal = [{"field": sign.SEAL_FIELD, "role": "system", "name": keys.name}]
    record = package.assemble(bare, sign.sealed(pdf, keys), seal, keys, at=papers.START, state="sealed")
    verdict = verify_bytes(record.data, Against(trust=[keys.authority]))
    assert verdict.whole, verdict.faults


@pytest.mark.parametrize("nonsense", [1, None, "x", [], [1], {"a": 1}, [{"name": {}}], "\x1b[2J"])
@pytest.mark.parametrize(
    "field", ["files", "signatures", "entries", "root", "title", "meeting", "sealed_at", "version"]
)
def test_a_forgers_manifest_is_judged_not_believed(record: Package, keys: Keys, field: str, nonsense: object) -> None:
    parts = archive.unpack(record.data)
    manifest = canonical({**json.loads(parts["manifest.json"]), field: nonsense})
    forged = archive.pack(parts | {"manifest.json": manifest, "manifest.sig": keys.manifest_key.sign(manifest)})
    verdict = verify_bytes(forged)
    assert "\x1b" not in verdict.text()
    assert field in ("title", "sealed_at", "version") or not verdict.whole


def test_the_verifier_needs_cryptography_and_pyhanko_only(record: Package, tmp_path: Path) -> None:
    (tmp_path / "r.hcb.zip").write_bytes(record.data)
    blocked = ("typst", "docx", "av", "zxingcpp", "segno", "pkcs11", "fastapi", "sqlmodel", "numpy", "httpx")
    script = f"""
import sys
for name in {blocked}:
    sys.modules[name] = None
from pathlib import Path
from minutes.sealing.verify import verify
assert verify(Path({str(tmp_path / "r.hcb.zip")!r})).whole
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_command_says_it_in_vietnamese_and_by_its_exit_code(
    record: Package, keys: Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.hcb.zip").write_bytes(record.data)
    (tmp_path / "bad.hcb.zip").write_bytes(record.data[:-1] + b"x")
    (tmp_path / "trust.pem").write_bytes(keys.chain_pem)
    assert command.run(tmp_path / "r.hcb.zip", trust=[tmp_path / "trust.pem"]) == command.WHOLE
    assert "KẾT QUẢ: HỒ SƠ NGUYÊN VẸN" in capsys.readouterr().out
    assert command.run(tmp_path / "bad.hcb.zip", as_json=True) == command.ALTERED
    assert json.loads(capsys.readouterr().out)["whole"] is False
    assert command.run(tmp_path / "missing") == command.UNREADABLE


@pytest.mark.parametrize("program", ["minutes", "meeting_server"])
def test_a_reader_who_has_gone_ends_it_quietly_and_with_the_right_code(
    program: str, record: Package, tmp_path: Path
) -> None:
    (tmp_path / "a.hcb.zip").write_bytes(record.data)
    (tmp_path / "b.hcb.zip").write_bytes(record.data[:-1] + b"x")
    for looked_at, code in ((tmp_path / "a.hcb.zip", 0), (tmp_path / "b.hcb.zip", 1), (tmp_path, 1)):
        reader, writer = os.pipe()
        os.close(reader)
        command_line = [sys.executable, "-m", program, "verify", str(looked_at)]
        done = subprocess.run(command_line, stdout=writer, stderr=subprocess.PIPE, timeout=60)
        os.close(writer)
        assert (done.stderr.decode(), done.returncode) == ("", code)


def test_the_module_takes_the_same_options_and_says_what_it_cannot_use(record: Package, tmp_path: Path) -> None:
    (tmp_path / "r.hcb.zip").write_bytes(record.data)
    command_line = [sys.executable, "-m", "minutes", "verify", str(tmp_path / "r.hcb.zip")]
    done = subprocess.run([*command_line, "--heads", str(tmp_path)], capture_output=True, timeout=60)
    assert done.returncode == 0
    assert "không có mốc nào" in done.stdout.decode()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert command.run(tmp_path / "r.hcb.zip", trust=[empty]) == command.UNREADABLE
    assert command.run(tmp_path / "r.hcb.zip", trust=[tmp_path / "none.pem"]) == command.UNREADABLE
    assert command.run(tmp_path / "r.hcb.zip", heads=tmp_path / "r.hcb.zip") == command.UNREADABLE
