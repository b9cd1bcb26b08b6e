from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from docx import Document

from minutes.export.docx import docx_bytes
from minutes.export.paper import Line, Paper, paper_of
from minutes.export.pdf import Attachment, pdf_bytes
from minutes.record.events import Approved, Submitted
from tests.minutes.export import papers


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def text_of_docx(data: bytes) -> str:
    file = Document(io.BytesIO(data))
    parts: list[str] = []
    for element in file.iter_inner_content():
        if hasattr(element, "rows"):
            parts += [paragraph.text for row in element.rows for cell in row.cells for paragraph in cell.paragraphs]
        else:
            parts.append(element.text)
    return "\n".join(parts)


def text_of_pdf(data: bytes, tmp_path: Path) -> str:
    """Body text in the order of the content, without page numbers and footers."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "paper.pdf"
    path.write_bytes(data)
    box = ["-x", "0", "-y", "55", "-W", "600", "-H", "735"]
    done = subprocess.run(["pdftotext", "-raw", *box, path, "-"], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def paper() -> Paper:
    return paper_of(papers.whole(12))


def test_both_prints_say_the_same_words(paper: Paper, tmp_path: Path) -> None:
    printed, written = words(text_of_pdf(pdf_bytes(paper), tmp_path)), words(text_of_docx(docx_bytes(paper)))
    assert sorted(printed) == sorted(written)
    start = printed.index("BIÊN"), written.index("BIÊN")
    assert printed[start[0] :] == written[start[1] :]


def test_the_head_is_the_partys_not_the_states(paper: Paper) -> None:
    text = text_of_docx(docx_bytes(paper))
    for line in ("ĐẢNG BỘ XÃ THANH QUÂN", "CHI BỘ THÔN CHIỀNG CÀ", "Số 05-BB/CB", "ĐẢNG CỘNG SẢN VIỆT NAM",
                 "Thanh Quân, ngày 03 tháng 11 năm 2026", "BIÊN BẢN"):  # fmt: skip
        assert line in text
    assert "CỘNG HÒA" not in text


def test_every_section_that_says_something_stands_in_order_and_no_number_is_left_out(paper: Paper) -> None:
    headings = [line.text for line in paper.lines if line.style == "section"]
    assert [heading.split("-")[0] for heading in headings] == ["I", "II", "III", "IV", "V", "VI"]
    assert headings[-1] == "VI- KẾT THÚC"


def test_what_the_room_recorded_fills_sections_without_blocks(paper: Paper) -> None:
    text = "\n".join(line.text for line in paper.lines)
    assert "2. Có mặt: 4/6 (chính thức 3, dự bị 1; tại hội trường 3, trực tuyến 1)." in text
    assert "- Tán thành 2/3 (66,7%); không tán thành 1; ý kiến khác 0." in text
    assert "- Lập tổ vận động hiến đất – Lương Văn Chiến, Lang Văn Hợp – hạn: 30/11/2026." in text


def test_the_secretary_signs_left_and_the_chair_right(paper: Paper) -> None:
    assert (paper.left.name, paper.right.name) == ("Lương Văn Chiến", "Vi Văn Thuận")
    assert paper.left.labels == ("NGƯỜI GHI BIÊN BẢN",)


def test_a_draft_is_marked_until_it_is_approved(tmp_path: Path) -> None:
    log = [step for step in papers.course() if not isinstance(step[2], Approved | Submitted)]
    draft = paper_of(papers.chained(log))
    assert draft.draft
    assert "DỰ THẢO" in text_of_docx(docx_bytes(draft))
    assert "DỰ THẢO" in text_of_pdf(pdf_bytes(draft), tmp_path)
    assert "DỰ THẢO" not in text_of_docx(docx_bytes(paper_of(papers.whole())))
    section = Document(io.BytesIO(docx_bytes(draft))).sections[0]
    for header in (section.header, section.first_page_header):
        assert "DỰ THẢO" in [paragraph.text for paragraph in header.paragraphs]


def test_the_pdf_is_the_same_bytes_each_time_and_claims_pdf_a_3b(paper: Paper) -> None:
    data = pdf_bytes(paper, [Attachment("minutes.json", '{"a":1}')])
    assert data == pdf_bytes(paper, [Attachment("minutes.json", '{"a":1}')])
    with pikepdf.open(io.BytesIO(data)) as file:
        meta = file.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        assert str(file.Root.Lang).startswith("vi")
        assert "/StructTreeRoot" in file.Root
        assert list(file.attachments) == ["minutes.json"]


def test_fonts_are_embedded(paper: Paper) -> None:
    with pikepdf.open(io.BytesIO(pdf_bytes(paper))) as file:
        for page in file.pages:
            for font in page.Resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_text_that_looks_like_markup_is_only_text(tmp_path: Path) -> None:
    nasty = '#panic("x") $a^2$ *đậm* <w:t>&amp; \\ [x](y) @label'
    log = papers.course()
    log[0] = (log[0][0], log[0][1], papers.scheduled(title=nasty))
    paper = paper_of(papers.chained(log))
    assert "".join(nasty.split()) in "".join(text_of_pdf(pdf_bytes(paper), tmp_path).split())
    assert nasty in text_of_docx(docx_bytes(paper))


@pytest.mark.parametrize("opinions", range(5, 13))
def test_signature_labels_are_never_split_from_names(opinions: int, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "p.pdf"
    path.write_bytes(pdf_bytes(paper_of(papers.whole(opinions))))
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, timeout=60)
    last = [page for page in done.stdout.decode().split("\f") if "CHỦ TRÌ HỘI NGHỊ" in page]
    assert len(last) == 1
    assert "Vi Văn Thuận" in last[0].split("CHỦ TRÌ HỘI NGHỊ")[1]


@pytest.mark.parametrize("more", range(21, 29))
def test_signatures_share_their_page_with_the_end_of_the_text(more: int, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    paper, path = paper_of(papers.whole(4)), tmp_path / "p.pdf"
    lines = (*paper.lines[:-1], *[Line("paragraph", "Một dòng.")] * more, paper.lines[-1])
    path.write_bytes(pdf_bytes(replace(paper, lines=lines)))
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, timeout=60)
    page = next(page for page in done.stdout.decode().split("\f") if "CHỦ TRÌ HỘI NGHỊ" in page)
    assert "Cuộc họp kết thúc lúc" in page.split("CHỦ TRÌ HỘI NGHỊ")[0]


def test_the_last_paragraph_of_the_docx_is_kept_with_the_signatures(paper: Paper) -> None:
    parts = list(Document(io.BytesIO(docx_bytes(paper))).iter_inner_content())
    last = next(n for n, part in enumerate(parts) if getattr(part, "text", "") == paper.lines[-1].text)
    between = parts[last:-1]
    assert hasattr(parts[-1], "rows")
    assert all(part.paragraph_format.keep_with_next for part in between)  # type: ignore[union-attr]


def test_a_bare_serial_number_is_printed_with_the_partys_series() -> None:
    log = papers.course()
    log[-1] = (log[-1][0], "m1", Approved(1, "01"))
    assert paper_of(papers.chained(log)).number == "Số 01-BB/CB"


def test_libreoffice_opens_the_docx_and_prints_the_same_words(paper: Paper, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "o.docx").write_bytes(docx_bytes(paper))
    profile, form = f"-env:UserInstallation=file://{tmp_path}/profile", "txt:Text (encoded):UTF8"
    command = [office, profile, "--headless", "--convert-to", form, "--outdir", tmp_path, tmp_path / "o.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "o.txt").read_text("utf-8-sig")
    assert sorted(words(text)) == sorted(words(text_of_docx(docx_bytes(paper))))
