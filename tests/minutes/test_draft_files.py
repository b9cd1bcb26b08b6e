from __future__ import annotations

import json
from pathlib import Path

import pytest

from minutes.__main__ import main
from tests.minutes.export.test_prints import text_of_docx

CASES = Path(__file__).parents[1] / "cases" / "minutes"


def options(case: str, out: Path) -> list[str]:
    return ["draft", "--turns", f"{CASES / case}.jsonl", "--roster", f"{CASES / case}.roster.json", "--out", str(out)]


def test_a_draft_is_written_as_json_docx_and_pdf(tmp_path: Path) -> None:
    docx, pdf = tmp_path / "d.docx", tmp_path / "d.pdf"
    assert main([*options("dev_03", tmp_path / "d.json"), "--docx", str(docx), "--pdf", str(pdf)]) == 0
    made = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert made["date"] == "2026-12-03"
    assert all(c["text"] and c["t_orders"] for c in made["conclusions"])
    assert docx.read_bytes()[:2] == b"PK"
    assert pdf.read_bytes()[:5] == b"%PDF-"


def test_two_turns_with_one_number_are_refused_with_both_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = tmp_path / "t.jsonl"
    turns.write_text('{"t_order": 1, "text": "a"}\n\n{"t_order": 7, "text": "b"}\n{"t_order": 1, "text": "c"}', "utf-8")
    arguments = options("dev_03", tmp_path / "d.json")
    arguments[2] = str(turns)
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{turns}: dòng 4: số thứ tự (t_order) 1 đã có ở dòng 1")
    assert not (tmp_path / "d.json").exists()


def test_meeting_information_is_taken_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps({"place": "Nhà văn hóa bản"}), "utf-8")
    assert main([*options("dev_03", tmp_path / "d.json"), "--meeting", str(tmp_path / "m.json")]) == 0
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["place"] == "Nhà văn hóa bản"


@pytest.mark.parametrize("text", ["{", '{"text": 1', "[]", '"lời"'])
def test_turns_that_cannot_be_read_are_refused_with_their_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.jsonl").write_text(text, "utf-8")
    arguments = options("dev_03", tmp_path / "d.json")
    arguments[2] = str(tmp_path / "t.jsonl")
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path / 't.jsonl'}: dòng 1: ")
    assert not (tmp_path / "d.json").exists()


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("--turns", "", "không có lượt nói nào"),
        ("--roster", '{"a": 1}', "một dãy JSON"),
        ("--roster", '[{"name": "Lê Văn Tám"}, {"status": "dự bị"}]', "người thứ 2 trong danh sách không có tên"),
        ("--roster", '[\n{"name": 1,}]', "không phải JSON (dòng 2, cột"),
        ("--meeting", "[]", "phải là một đối tượng JSON"),
        ("--meeting", '{"date": "hôm qua"}', "ngày họp (date)"),
        ("--meeting", '{"start_time": "bảy giờ"}', "giờ (start_time)"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_with_its_file(
    option: str, text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").write_text(text, "utf-8")
    arguments = [*options("dev_03", tmp_path / "d.json"), option, str(tmp_path / "in")]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{tmp_path / 'in'}: ")
    assert says in told
    assert not (tmp_path / "d.json").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options("dev_03", tmp_path / "none" / "d.json")) == 2
    assert "không ghi được" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--docx", "--pdf", "--resolution"])
def test_when_one_paper_cannot_be_written_nothing_is_and_the_reason_is_vietnamese(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.json").write_text("bản trước", "utf-8")
    where = tmp_path / "none" / "d.docx"
    assert main([*options("dev_03", tmp_path / "d.json"), option, str(where)]) == 2
    assert capsys.readouterr().err == f"{where}: không ghi được (không có tệp hoặc thư mục này)\n"
    assert main([*options("dev_03", tmp_path / "d.json"), option, str(tmp_path)]) == 2
    assert (tmp_path / "d.json").read_text("utf-8") == "bản trước"
    assert [one.name for one in tmp_path.iterdir()] == ["d.json"]


def test_speech_of_somebody_unknown_is_drafted_under_the_name_given(tmp_path: Path) -> None:
    said = (
        '{"t_order": 1, "speaker": "Hà Văn Phúc", "role": "bí thư", "text": "Mời các đồng chí phát biểu."}\n'
        '{"t_order": 2, "speaker": "Người Lạ", "text": "Tôi đề nghị làm lại đường vào bản trước mùa mưa."}'
    )
    (tmp_path / "t.jsonl").write_text(said, "utf-8")
    assert main([*options("dev_03", tmp_path / "d.json"), "--turns", str(tmp_path / "t.jsonl")]) == 0
    made = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert [(one["speaker"], one["kind"]) for one in made["opinions"]] == [("Người Lạ", "đề nghị")]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert main(["draft", "--turns", str(tmp_path / "no"), "--roster", "x", "--out", str(tmp_path / "d.json")]) == 2


def test_the_resolution_is_drafted_from_the_same_files(tmp_path: Path) -> None:
    where = tmp_path / "nq.docx"
    assert main([*options("dev_03", tmp_path / "d.json"), "--resolution", str(where)]) == 0
    text = text_of_docx(where.read_bytes())
    made = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert "NGHỊ QUYẾT" in text
    assert "T/M CHI BỘ" in text
    assert all(task["who"][0] in text for task in made["tasks"] if task["who"])
    assert main([*options("dev_03", tmp_path / "d.json"), "--resolution", str(tmp_path / "nq.txt")]) == 2
