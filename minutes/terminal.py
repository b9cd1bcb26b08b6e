"""The words of ``argparse`` in Vietnamese, and printing. The standard library alone: a quick start for the verifier."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TextIO

SAID: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"the following arguments are required: (.*)", lambda m: f"Thiếu {m[1]}."),
    (r"unrecognized arguments: (.*)", lambda m: f"Không có tùy chọn hoặc thừa: {m[1]}."),
    (r"argument (.*?): invalid choice: '?(.*?)'? \(.*", lambda m: f"Không có lệnh “{m[2]}”."),
    (r"argument (.*?): expected .*", lambda m: f"Tùy chọn {m[1]} cần một giá trị theo sau."),
    (r"argument (.*?): ignored explicit argument .*", lambda m: f"Tùy chọn {m[1]} không nhận giá trị."),
    (r"argument (.*?): invalid \S+ value: (.*)", lambda m: f"Giá trị không dùng được cho {m[1]}: {m[2]}."),
    (r"argument (.*?): .*", lambda m: f"Không dùng được {m[1]} như vậy."),
    (r"ambiguous option: (\S+) .*", lambda m: f"Tùy chọn {m[1]} chưa rõ; ghi đủ tên."),
)


def say(text: str, out: TextIO) -> None:
    """Print a line. When nobody reads any more (``| head``), this and all that follows is dropped without a word."""
    try:
        print(text, file=out, flush=True)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())  # also what is left in the buffer, which Python writes out as it ends
        os.close(nowhere)


class _Layout(argparse.HelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose own words are Vietnamese; so are its commands' parsers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Layout, **options, "add_help": False})
        self._positionals.title, self._optionals.title = "Cần cho biết", "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="xem cách dùng này rồi dừng")

    def error(self, message: str) -> NoReturn:
        found = ((re.fullmatch(pattern, message, re.S), tell) for pattern, tell in SAID)
        said = next((tell(match) for match, tell in found if match), "Không dùng được như vậy.")
        print(f"✗ {said}", file=sys.stderr)
        self.print_usage(sys.stderr)
        sys.exit(2)
