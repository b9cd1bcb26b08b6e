"""A Paper as DOCX by python-docx: real styles, the same words as the PDF, no markup taken from anybody's text."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from minutes.export.layouts import Layout, layout_named
from minutes.export.paper import Line, Paper, Signature

STYLES = {"section": "Heading 1", "heading": "Heading 2", "paragraph": "Body Text", "point": "Body Text"}
LEFT_MM, RIGHT_MM = 72, 93
BLACK = RGBColor(0, 0, 0)


def docx_bytes(paper: Paper, draft: bool | None = None) -> bytes:
    """The paper as DOCX. ``draft`` overrules the paper's own mark."""
    form = layout_named(paper.layout)
    marked = paper.draft if draft is None else draft
    file = Document()
    _properties(file, paper)
    _styles(file, form)
    _page(file, paper, form)
    if marked:
        _mark(file, form)
        _plain(file.add_paragraph(), form.draft["line"], 10, italic=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _head(file, paper, form)
    _title(file, paper, form)
    for number, line in enumerate(paper.lines, 1):
        _line(file, line, last=number == len(paper.lines))
    _signatures(file, paper)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _properties(file: Any, paper: Paper) -> None:
    """Title and language for readers; the meeting's own day, so that nothing depends on the clock."""
    day = datetime.fromisoformat(paper.day or "2000-01-01")
    about = file.core_properties
    about.title, about.author, about.language = paper.title, paper.cell, "vi-VN"
    about.created = about.modified = day
    about.last_modified_by, about.comments = "", ""


def _styles(file: Any, form: Layout) -> None:
    body, size = form.text["docx_font"], Pt(form.text["size"])
    normal = file.styles["Normal"]
    _face(normal, body)
    normal.font.size = size
    space = normal.paragraph_format
    space.space_before, space.space_after = Pt(0), Pt(0)
    space.line_spacing_rule, space.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(form.text["line"])
    _language(normal)
    for name in ("Body Text", "Heading 1", "Heading 2"):
        style = file.styles[name]
        _face(style, body)
        style.font.size, style.font.color.rgb = size, BLACK
        style.font.bold, style.font.italic = name.startswith("Heading"), False
        space = style.paragraph_format
        space.first_line_indent = Mm(form.text["indent"])
        space.space_before, space.space_after = Pt(form.text["before"]), Pt(0)
        space.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    conclusion = file.styles.add_style("Conclusion", WD_STYLE_TYPE.PARAGRAPH)
    conclusion.base_style = file.styles["Body Text"]
    conclusion.font.italic = True


def _face(style: Any, name: str) -> None:
    """Word keeps four names for a face; all must say the same or Vietnamese letters fall back."""
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), name)
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(kind), None)


def _language(style: Any) -> None:
    properties = style.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def _page(file: Any, paper: Paper, form: Layout) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(form.page["top"]), Mm(form.page["bottom"])
    section.left_margin, section.right_margin = Mm(form.page["left"]), Mm(form.page["right"])
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = paper.first_page == 1
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(header, "PAGE")
    if paper.first_page != 1:
        numbering = OxmlElement("w:pgNumType")
        numbering.set(qn("w:start"), str(paper.first_page))
        section._sectPr.append(numbering)
    for footer in (section.footer, section.first_page_footer):
        if paper.initials:
            _plain(footer.paragraphs[0], "Ký nháy: …………… / ……………", 8, align=WD_ALIGN_PARAGRAPH.RIGHT)
        if paper.footer:
            line = footer.add_paragraph() if paper.initials else footer.paragraphs[0]
            _plain(line, paper.footer, 8, align=WD_ALIGN_PARAGRAPH.CENTER)


def _mark(file: Any, form: Layout) -> None:
    """The draft mark at the head of every page."""
    section = file.sections[0]
    for header in (section.header, section.first_page_header):
        _plain(header.add_paragraph(), form.draft["mark"], 11, bold=True, align=WD_ALIGN_PARAGRAPH.RIGHT)


def _field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _plain(
    paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False,
    align: Any = WD_ALIGN_PARAGRAPH.CENTER,
) -> None:  # fmt: skip
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _columns(file: Any) -> tuple[Any, Any]:
    """Two cells side by side without borders, in a row that no page break parts."""
    table = file.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    whole = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(whole)
    _no_margins(table)
    left, right = table.rows[0].cells
    left.width, right.width = Mm(LEFT_MM), Mm(RIGHT_MM)
    table.columns[0].width, table.columns[1].width = left.width, right.width  # LibreOffice goes by the grid
    return left, right


def _no_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _head(file: Any, paper: Paper, form: Layout) -> None:
    left, right = _columns(file)
    head = form.head
    if paper.superior:
        _plain(left.paragraphs[0], paper.superior, head["superior_size"])
    cell = left.add_paragraph() if paper.superior else left.paragraphs[0]
    _plain(cell, paper.cell, head["cell_size"], bold=True)
    if paper.number:
        _plain(left.add_paragraph(), "*", form.text["size"])
        _plain(left.add_paragraph(), paper.number, form.text["size"])
    _plain(right.paragraphs[0], head["party"], head["party_size"], bold=True)
    right.paragraphs[0].runs[0].underline = True
    _plain(right.add_paragraph(), paper.place_date, head["place_size"], italic=True)
    right.paragraphs[1].paragraph_format.space_before = Pt(4)


def _title(file: Any, paper: Paper, form: Layout) -> None:
    name = file.add_paragraph()
    name.paragraph_format.space_before = Pt(12)
    _plain(name, paper.name, form.title["name_size"], bold=True)
    _plain(file.add_paragraph(), paper.subject, form.title["subject_size"], bold=True)
    _plain(file.add_paragraph(), form.title["rule"], form.text["size"])


def _line(file: Any, line: Line, *, last: bool) -> None:
    """One paragraph; the ``last`` goes to the page of the signatures, which never stand there alone."""
    style = "Conclusion" if line.style == "conclusion" else STYLES[line.style]
    paragraph = file.add_paragraph(line.text, style=style)
    if last or line.style in ("section", "heading"):
        paragraph.paragraph_format.keep_with_next = True


def _signatures(file: Any, paper: Paper) -> None:
    gap = file.add_paragraph()
    gap.paragraph_format.keep_with_next = True
    left, right = _columns(file)
    if paper.recipients:
        _recipients(left, paper)
    else:
        _signature(left, paper.left)
    _signature(right, paper.right)


def _signature(cell: Any, signature: Signature) -> None:
    lines = [cell.paragraphs[0], *(cell.add_paragraph() for _ in signature.labels[1:])]
    for number, (paragraph, label) in enumerate(zip(lines, signature.labels, strict=True)):
        _plain(paragraph, label, 14, bold=number == 0)
    if signature.hint:
        _plain(cell.add_paragraph(), signature.hint, 12, italic=True)
    name = cell.add_paragraph()
    name.paragraph_format.space_before = Pt(62)
    _plain(name, signature.name, 14, bold=True)
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.keep_with_next = paragraph is not name
        paragraph.paragraph_format.keep_together = True


def _recipients(cell: Any, paper: Paper) -> None:
    _plain(cell.paragraphs[0], "Nơi nhận:", 14, align=WD_ALIGN_PARAGRAPH.LEFT)
    cell.paragraphs[0].runs[0].underline = True
    for line in paper.recipients:
        _plain(cell.add_paragraph(), line, 12, align=WD_ALIGN_PARAGRAPH.LEFT)
