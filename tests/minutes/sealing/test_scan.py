from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from minutes.export.slip import Slip, read_slip, slip_pdf
from minutes.sealing import archive
from minutes.sealing.keys import Keys
from minutes.sealing.package import NotSealable, Package
from minutes.sealing.scan import BadScan, Scan, page_count, read_scan, seal_scan
from minutes.sealing.verify import verify_bytes
from tests.minutes.export import papers

AT = papers.START + 150 * papers.MINUTE


def slip_of(record: Package) -> Slip:
    return Slip(record.leaf.meeting, record.version, record.root)


def pictures(pdf: bytes, folder: Path, kind: str = "jpeg") -> list[bytes]:
    """A PDF's pages as a phone would photograph them."""
    folder.mkdir(exist_ok=True)
    (folder / "p.pdf").write_bytes(pdf)
    command = ["pdftoppm", f"-{kind}", "-r", "110", folder / "p.pdf", folder / "page"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return [path.read_bytes() for path in sorted(folder.glob("page*"))]


def slip_page(slip: Slip) -> bytes:
    return slip_pdf(slip, number="Số 05-BB/CB", subject="Sinh hoạt chi bộ", cell="Chi bộ thôn Chiềng Cà")


@pytest.fixture(scope="module")
def scanned(record: Package, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """All pages and the slip, as JPEG pictures."""
    home = tmp_path_factory.mktemp("scan")
    if subprocess.run(["which", "pdftoppm"], capture_output=True).returncode:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    pages = pictures(archive.unpack(record.data)["record.pdf"], home / "a")
    return [*pages, *pictures(slip_page(slip_of(record)), home / "b")]


def test_a_slip_is_read_back_from_its_picture(record: Package, scanned: list[bytes]) -> None:
    scan = read_scan(scanned)
    assert scan.slips == (slip_of(record),)
    assert scan.pages == len(scanned)


def test_the_scan_is_sealed_beside_the_record(record: Package, keys: Keys, scanned: list[bytes]) -> None:
    both = seal_scan(record.data, read_scan(scanned), keys, at=AT)
    verdict = verify_bytes(both.data)
    assert verdict.whole, verdict.faults
    assert (both.state, verdict.facts["previous"]) == ("hand_signed", record.manifest)
    assert "Đã ký tay và đối chiếu" in verdict.text()
    parts = archive.unpack(both.data)
    changed = bytearray(parts["scan-001.jpg"])
    changed[len(changed) // 2] ^= 1
    forged = verify_bytes(archive.pack(parts | {"scan-001.jpg": bytes(changed)}))
    assert [fault.part for fault in forged.faults] == ["scan-001.jpg"]


def refused(record: Package, keys: Keys, scan: Scan) -> str:
    with pytest.raises(BadScan) as refusal:
        seal_scan(record.data, scan, keys, at=AT)
    return refusal.value.code


def on(scan: Scan, *slips: Slip) -> Scan:
    """The scan with these slips on its first sheet."""
    return replace(scan, sheets=(replace(scan.sheets[0], slips=slips), *scan.sheets[1:-1]))


def test_a_scan_of_another_version_is_refused(record: Package, keys: Keys, scanned: list[bytes]) -> None:
    scan = read_scan(scanned)
    older = replace(slip_of(record), root="0" * 64)
    assert refused(record, keys, on(scan, older)) == "version"
    assert refused(record, keys, on(scan, slip_of(record), older)) == "version"


def test_a_scan_without_slip_or_with_pages_missing_is_refused(
    record: Package, keys: Keys, scanned: list[bytes]
) -> None:
    assert refused(record, keys, read_scan(scanned[:-1])) == "slip"
    assert refused(record, keys, replace(read_scan(scanned), sheets=read_scan(scanned).sheets[-1:])) == "pages"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", b"%PDF-1.4 nonsense", b"\x89PNG\r\n\x1a\nxx"])
def test_a_file_that_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadScan):
        read_scan([data])


def test_pages_are_counted(record: Package) -> None:
    assert page_count(archive.unpack(record.data)["record.pdf"]) == 2
    assert page_count(slip_page(slip_of(record))) == 1


@pytest.mark.parametrize("text", ["", "HCB1", "HCB1 m 1 abc", "HCB2 m 1 " + "a" * 64, "https://example.org"])
def test_any_other_code_is_no_slip(text: str) -> None:
    assert read_slip(text) is None


def jpeg_pdf(images: list[bytes], sizes: list[tuple[int, int]]) -> bytes:
    """A PDF as scanners write it: one JPEG a page."""
    file = pikepdf.new()
    for image, (width, height) in zip(images, sizes, strict=True):
        page = file.add_blank_page(page_size=(595, 842))
        picture = pikepdf.Stream(file, image, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
                                 Height=height, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
                                 Filter=pikepdf.Name.DCTDecode)  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.Contents = pikepdf.Stream(file, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def test_a_scanned_pdf_is_read_page_by_page(record: Package, keys: Keys, scanned: list[bytes]) -> None:
    scan = read_scan([jpeg_pdf(scanned, [(910, 1287)] * len(scanned))])
    assert (scan.pages, scan.slips) == (len(scanned), (slip_of(record),))
    assert seal_scan(record.data, scan, keys, at=AT).state == "hand_signed"


@pytest.mark.parametrize("filter_name", ["CCITTFaxDecode", "JPXDecode", "JBIG2Decode"])
def test_pictures_that_are_no_jpeg_are_refused_by_their_kind(filter_name: str) -> None:
    """A slip that cannot be seen is not a slip that is missing."""
    with pikepdf.open(io.BytesIO(jpeg_pdf([b"x"], [(10, 10)]))) as file:
        file.pages[0].Resources.XObject.Im0.Filter = pikepdf.Name(f"/{filter_name}")
        out = io.BytesIO()
        file.save(out)
    with pytest.raises(BadScan) as caught:
        read_scan([out.getvalue()])
    assert caught.value.code == "coding"


def test_too_many_files_are_refused() -> None:
    for files in ([], [b"\xff\xd8\xff"] * 61):
        with pytest.raises(BadScan) as refusal:
            read_scan(files)
        assert refusal.value.code == "size"


def test_a_record_of_other_keys_takes_no_scan(record: Package, other_keys: Keys, scanned: list[bytes]) -> None:
    with pytest.raises(NotSealable):
        seal_scan(record.data, read_scan(scanned), other_keys, at=AT)
