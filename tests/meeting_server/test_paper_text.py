"""A Word document as words: all of them once, nothing else of it, and never without bounds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH

from meeting_server import paper_text
from meeting_server.old_text import text_of
from meeting_server.paper_text import Unreadable, parts_of, read


def document(write: Callable[[Word], object]) -> bytes:
    made, out = Document(), io.BytesIO()
    write(made)
    made.save(out)
    return out.getvalue()


def with_body(data: bytes, change: Callable[[str], str]) -> bytes:
    """The same document with its body's XML changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, change(held.decode()).encode() if name == "word/document.xml" else held)
    return out.getvalue()


def draft(made: Word) -> None:
    made.add_heading("Dự thảo nghị quyết", 1)
    line = made.add_paragraph("Mức đóng góp: ")
    line.add_run("300.000 đồng").bold = True
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph("Hộ nghèo được miễn", style="List Bullet")
    made.add_paragraph("  ")
    table = made.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Việc", "Người"


def test_headings_points_tables_and_what_is_bold_come_out_in_their_order() -> None:
    assert parts_of(document(draft)).parts == [
        {"what": "heading", "align": "", "pieces": [["", "Dự thảo nghị quyết"]]},
        {"what": "text", "align": "center", "pieces": [["", "Mức đóng góp: "], ["b", "300.000 đồng"]]},
        {"what": "point", "align": "", "pieces": [["", "Hộ nghèo được miễn"]]},
        {"what": "table", "rows": [["Việc", "Người"]]},
    ]


def test_words_put_in_under_review_are_there_and_those_taken_out_are_not() -> None:
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    changed = f'<w:ins w:id="1" w:author="a">{run.format("bốn trăm")}</w:ins><w:del w:id="2" w:author="a">'
    changed += "<w:r><w:delText>ba trăm</w:delText></w:r></w:del></w:p>"
    data = with_body(document(lambda made: made.add_paragraph("Mức ")), lambda xml: xml.replace("</w:p>", changed, 1))
    assert parts_of(data).parts[0]["pieces"] == [["", "Mức bốn trăm"]]


def test_markup_is_only_words() -> None:
    (part,) = parts_of(document(lambda made: made.add_paragraph("<script>alert(1)</script>"))).parts
    assert part["pieces"] == [["", "<script>alert(1)</script>"]]


def test_nothing_outside_the_file_and_no_entity_is_read() -> None:
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbb">]>'

    def change(xml: str) -> str:
        return re.sub(r"(<\?xml[^>]*\?>)", rf"\1{head}", xml, count=1).replace("ở đây", "&a;&b;")

    data = with_body(document(lambda made: made.add_paragraph("ở đây")), change)
    try:
        told = str(parts_of(data).parts)
    except Unreadable:
        return
    assert "root" not in told
    assert "bbbb" not in told


def test_a_long_document_ends_at_its_bound_and_says_so() -> None:
    many = document(lambda made: [made.add_paragraph("x") for _ in range(paper_text.MOST_PARTS + 5)])
    found = parts_of(many)
    assert (len(found.parts), found.more) == (paper_text.MOST_PARTS, True)
    wide = document(lambda made: [made.add_paragraph("chữ " * 25_000) for _ in range(5)])
    assert parts_of(wide).more


def test_what_unpacks_to_too_much_or_is_broken_is_refused() -> None:
    bomb = io.BytesIO(document(draft))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.bin", bytes(paper_text.MOST_UNPACKED + 1))
    assert len(bomb.getvalue()) < paper_text.MIB
    deep = with_body(document(draft), lambda xml: xml.replace("<w:body>", "<w:body>" + "<w:p>" * 5_000, 1))
    for data in (bomb.getvalue(), deep, b"PK\x03\x04broken", b"", document(draft)[:2_000]):
        with pytest.raises(Unreadable):
            parts_of(data)


async def test_it_is_read_in_a_process_of_its_own_that_is_ended_when_it_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = await read(document(draft))
    assert told["parts"] == parts_of(document(draft)).parts
    with pytest.raises(Unreadable):
        await read(b"PK")
    monkeypatch.setattr(paper_text, "SECONDS", 0.01)
    with pytest.raises(Unreadable, match="too long"):
        await read(document(draft))


def test_older_minutes_are_read_with_the_same_bounds() -> None:
    """Brought to the archive, where their words are searched."""
    words = text_of(document(draft))
    for part in parts_of(document(draft)).parts:
        said = (cell for row in part["rows"] for cell in row) if part["what"] == "table" else (
            text for _, text in part["pieces"] if text != paper_text.PICTURE
        )  # fmt: skip
        assert all(one in words for one in said)
    assert paper_text.PICTURE not in words
    bomb = io.BytesIO(document(draft))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.bin", bytes(paper_text.MOST_UNPACKED + 1))
    assert text_of(bomb.getvalue()) == ""
