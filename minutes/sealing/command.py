"""``verify FILE``: the verdict on a record file, for people and (``--json``) for programs."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TextIO

from cryptography import x509

from minutes.sealing.verdict import Fault, Verdict
from minutes.sealing.verify import Against, NotARecord, NotReadable, missing, verify
from minutes.terminal import Parser, say

WHOLE, ALTERED, UNREADABLE = 0, 1, 2
ENDING = ".hcb.zip"
HELP = "Kiểm tra hồ sơ: còn nguyên vẹn không, ai niêm phong, phần nào sai. Không cần mạng hay máy chủ."
CODES = "Mã trả về: 0 nguyên vẹn; 1 đã bị sửa hoặc không đúng chứng thư tin cậy; 2 không đọc được, không phải hồ sơ."


class BadOption(Exception):
    """A path given with an option does not hold what the option needs."""


def run(
    file: Path, *, trust: list[Path] | None = None, heads: Path | None = None, as_json: bool = False,
    out: TextIO | None = None,
) -> int:  # fmt: skip
    """Print the verdict on ``file`` (or on every record below a directory); the exit code.

    ``trust``: PEM files or directories of them; ``heads``: a directory of bulletins kept by the level above.
    """
    out = out or sys.stdout
    try:
        against = Against(certificates(trust) if trust else None, _directory(heads))
        if file.is_dir():
            return _archive(file, against, out, as_json)
        verdict = verify(file, against)
    except (NotReadable, BadOption) as error:
        say(f"Không kiểm tra được: {error}", out)
        return UNREADABLE
    say(json.dumps(verdict.as_dict(), ensure_ascii=False) if as_json else verdict.text(), out)
    return WHOLE if verdict.whole and verdict.trusted is not False else ALTERED


def _archive(folder: Path, against: Against, out: TextIO, as_json: bool) -> int:
    """Every record below a directory; with heads, also the records that should be there and are not."""
    verdicts = {path: _judged(path, against) for path in sorted(folder.rglob(f"*{ENDING}"))}
    good = {path for path, one in verdicts.items() if one.whole and one.trusted is not False}
    lost = missing(against.heads, [path.read_bytes() for path in verdicts]) if against.heads else []
    if as_json:
        rows = {str(path.relative_to(folder)): verdict.as_dict() for path, verdict in verdicts.items()}
        say(json.dumps({"records": rows, "missing": lost}, ensure_ascii=False), out)
    else:
        for path in verdicts:
            say(f"{'nguyên vẹn ' if path in good else 'SAI        '} {path.relative_to(folder)}", out)
        for line in lost:
            say(f"THIẾU       {line}", out)
        say(f"{len(verdicts)} hồ sơ: {len(good)} nguyên vẹn, {len(verdicts) - len(good)} sai, {len(lost)} thiếu.", out)
    return WHOLE if len(good) == len(verdicts) and not lost else ALTERED


def _judged(path: Path, against: Against) -> Verdict:
    """A file that has the name of a record and is none is a record that was overwritten."""
    try:
        return verify(path, against)
    except NotARecord as error:
        return Verdict((Fault("frame", "", str(error)),))


def _directory(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise BadOption(f"{path}: không phải thư mục")
    return path


def certificates(paths: list[Path]) -> list[x509.Certificate]:
    """Certificates from PEM files and directories of them. Raises BadOption."""
    found: list[x509.Certificate] = []
    for path in paths:
        try:
            for file in sorted(path.glob("*.pem")) if path.is_dir() else [path]:
                found += x509.load_pem_x509_certificates(file.read_bytes())
        except (OSError, ValueError) as error:
            raise BadOption(f"{path}: {error}") from error
    if not found:
        raise BadOption(f"{', '.join(map(str, paths))}: không có chứng thư nào")
    return found


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """``verify`` as one of a program's commands; ``options.run(options)`` gives the exit code."""
    parser = commands.add_parser("verify", help=HELP, description=f"{HELP} {CODES}")
    parser.add_argument("file", type=Path, metavar="TỆP", help="tệp hồ sơ (.hcb.zip), hoặc thư mục hồ sơ")
    parser.add_argument("--trust", type=Path, action="append", metavar="PEM", help="chứng thư tin cậy, hoặc thư mục")
    parser.add_argument("--heads", type=Path, metavar="THƯ-MỤC", help="các mốc (head-*.json) do cấp trên giữ")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return run(options.file, trust=options.trust, heads=options.heads, as_json=options.json)
