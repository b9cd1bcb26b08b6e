"""Minutes whose pages carry codes: printed, scanned askew and in poor light, and what is wrong with a scan is named."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from minutes.export.slip import PageCode, Slip, read_page_code
from minutes.record import chain
from minutes.record.events import Entry
from minutes.sealing import archive, package
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package
from minutes.sealing.scan import BadScan, SheetFault, page_count, read_scan, seal_scan
from minutes.sealing.verify import verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.test_scan import AT, jpeg_pdf, pictures, slip_of, slip_page

needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")


def scanned(picture: bytes, seed: int, dark: float = 1.0) -> bytes:
    """As a phone or a cheap scanner gives it back: askew, a little blurred, grey, hard pressed."""
    rng = random.Random(seed)
    page = Image.open(io.BytesIO(picture)).convert("L")
    turned = page.rotate(rng.uniform(-4, 4), resample=Image.Resampling.BICUBIC, expand=True, fillcolor=225)
    noisy = Image.blend(turned, Image.effect_noise(turned.size, 60), 0.08)
    out = io.BytesIO()
    noisy.filter(ImageFilter.GaussianBlur(0.6)).point(lambda grey: int(grey * dark)).save(out, "JPEG", quality=60)
    return out.getvalue()


@pytest.fixture(scope="module")
def coded(keys: Keys) -> Package:
    """A record of four pages, each with its code."""
    return package.seal(papers.whole(36), keys, at=AT, codes="pages")


@pytest.fixture(scope="module")
def sheets(coded: Package, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    pdf = archive.unpack(coded.data)["record.pdf"]
    pages = pictures(pdf, tmp_path_factory.mktemp("pages") / "a", "png")
    return [scanned(page, number, 0.8) for number, page in enumerate(pages)]


def faults(coded: Package, keys: Keys, files: Sequence[bytes]) -> tuple[SheetFault, ...]:
    with pytest.raises(BadScan) as refusal:
        seal_scan(coded.data, read_scan(files), keys, at=AT)
    assert refusal.value.code == "sheets"
    return refusal.value.faults


@needs_poppler
def test_the_pages_alone_are_known_and_sealed(coded: Package, keys: Keys, sheets: list[bytes], tmp_path: Path) -> None:
    assert len(sheets) == 4
    read = read_scan(sheets)
    assert [code.page for sheet in read.sheets for code in sheet.codes] == [1, 2, 3, 4]
    both = seal_scan(coded.data, read, keys, at=AT)
    assert both.state == "hand_signed"
    assert verify_bytes(both.data).whole
    as_pdf = jpeg_pdf(sheets, [Image.open(io.BytesIO(sheet)).size for sheet in sheets])
    assert seal_scan(coded.data, read_scan([as_pdf]), keys, at=AT).state == "hand_signed"
    slip = pictures(slip_page(slip_of(coded)), tmp_path / "s")
    assert seal_scan(coded.data, read_scan([*sheets, *slip]), keys, at=AT).state == "hand_signed"


@needs_poppler
def test_a_swapped_missing_or_doubled_page_is_named(coded: Package, keys: Keys, sheets: list[bytes]) -> None:
    one, two, three, four = sheets
    assert faults(coded, keys, [one, three, two, four]) == (SheetFault("order", 3, 2),)
    assert faults(coded, keys, [one, two, four]) == (SheetFault("missing", 0, 3),)
    assert faults(coded, keys, [one, two, two, three, four]) == (SheetFault("twice", 3, 2),)
    assert faults(coded, keys, [one, one, three, four]) == (SheetFault("twice", 2, 1), SheetFault("missing", 0, 2))
    assert faults(coded, keys, [four, three, two, one]) == tuple(SheetFault("order", n, 5 - n) for n in (2, 3, 4))


@needs_poppler
def test_a_foreign_page_is_named(coded: Package, keys: Keys, sheets: list[bytes], tmp_path: Path) -> None:
    other = package.seal(elsewhere(papers.whole(36), "m-khac"), keys, at=AT, codes="pages")
    strange = pictures(archive.unpack(other.data)["record.pdf"], tmp_path / "o")
    assert faults(coded, keys, [*sheets[:2], strange[2], sheets[3]]) == (
        SheetFault("foreign", 3, 3), SheetFault("missing", 0, 3),
    )  # fmt: skip
    older = package.seal(papers.whole(37), keys, at=AT, codes="pages")
    before = pictures(archive.unpack(older.data)["record.pdf"], tmp_path / "v")
    assert faults(coded, keys, [before[0], *sheets[1:]]) == (SheetFault("version", 1, 1), SheetFault("missing", 0, 1))


def elsewhere(log: list[Entry], meeting: str) -> list[Entry]:
    made: list[Entry] = []
    for entry in log:
        head = (meeting, entry.seq, entry.at, entry.actor, entry.authority, entry.kind, entry.version, entry.body_hash)
        leaf = chain.leaf_of(*head)
        digest = chain.link(made[-1].digest if made else chain.ZERO, leaf)
        made.append(replace(entry, meeting=meeting, leaf=leaf, digest=digest))
    return made


@needs_poppler
def test_a_page_without_its_code_is_named(
    coded: Package, keys: Keys, sheets: list[bytes], record: Package, tmp_path: Path
) -> None:
    bare = pictures(archive.unpack(record.data)["record.pdf"], tmp_path / "b")
    assert faults(coded, keys, [*sheets[:3], bare[0], sheets[3]]) == (SheetFault("unmarked", 4),)


@needs_poppler
def test_a_page_with_another_records_code_is_foreign_beside_a_slip_too(
    record: Package, keys: Keys, sheets: list[bytes], tmp_path: Path
) -> None:
    """Where the record's own pages carry no codes, slip and count decide; a page that says it is another's is not."""
    pages = pictures(archive.unpack(record.data)["record.pdf"], tmp_path / "p")
    slip = pictures(slip_page(slip_of(record)), tmp_path / "s")
    assert seal_scan(record.data, read_scan([*pages, *slip]), keys, at=AT).state == "hand_signed"
    found = faults(record, keys, [pages[0], sheets[1], *slip])
    assert [(one.wrong, one.sheet) for one in found] == [("version", 2)]


def test_the_codes_move_nothing_and_are_the_same_each_time(coded: Package) -> None:
    log = papers.whole(36)
    first, again = (package.draft(log, codes="pages") for _ in range(2))
    assert first.pdf == again.pdf
    assert page_count(first.pdf) == page_count(package.draft(log).pdf)
    assert package.draft(log).paper.code == ""


@needs_poppler
def test_a_later_scan_takes_the_place_of_an_earlier_one(coded: Package, keys: Keys, sheets: list[bytes]) -> None:
    first = seal_scan(coded.data, read_scan(sheets), keys, at=AT)
    as_pdf = jpeg_pdf(sheets, [Image.open(io.BytesIO(sheet)).size for sheet in sheets])
    second = seal_scan(first.data, read_scan([as_pdf]), keys, at=AT)
    names = [name for name in archive.unpack(second.data) if name.startswith("scan-")]
    assert names == ["scan-001.pdf"]
    assert verify_bytes(second.data).whole


ROOT = "A" * 64


@pytest.mark.parametrize(
    "text", ["", "HCB2", "HCB2 M 1 1/2 ABC", f"HCB2 M x 1/2 {ROOT}", f"HCB2 M 1 12 {ROOT}", f"HCB1 m 1 {ROOT.lower()}"]
)
def test_any_other_code_is_no_page(text: str) -> None:
    assert read_page_code(text) is None


def test_a_page_code_is_read_back() -> None:
    code = PageCode(Slip("m-0f", 2, "ab" * 32), 3, 7)
    assert read_page_code(code.text) == code
    assert code.text.isupper()
