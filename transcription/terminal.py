"""What the command line says by itself, in Vietnamese: how a command is used, and what is wrong with what was typed.

Typer has these sentences in English only and names its errors in a private module: they are named nowhere else, and a
test walks every command.
"""

from __future__ import annotations

import errno
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer
from pydantic import ValidationError
from typer._click import exceptions as wrong
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

USED, OPTIONS, ARGUMENTS, COMMANDS = "Cách dùng", "Tùy chọn", "Cần cho biết", "Lệnh"
HELP = "Xem cách dùng này rồi dừng."
KINDS = {"int": "SỐ", "float": "SỐ", "Path": "ĐƯỜNG-DẪN", "str": "CHỮ"}
BAD_INPUT = {
    "int_parsing": "cần một số nguyên", "int_from_float": "cần một số nguyên", "float_parsing": "cần một con số",
    "bool_parsing": "ghi true hoặc false", "missing": "còn thiếu", "greater_than_equal": "không được nhỏ hơn {ge}",
    "greater_than": "phải lớn hơn {gt}", "less_than_equal": "không được lớn hơn {le}",
    "less_than": "phải nhỏ hơn {lt}", "string_pattern_mismatch": "phải theo mẫu {pattern}",
    "literal_error": "phải là một trong {expected}", "enum": "phải là một trong {expected}",
}  # fmt: skip


class Terminal(typer.Typer):
    """A Typer application whose own words are Vietnamese."""

    def __init__(self, **options: Any) -> None:
        options = {"no_args_is_help": True, "add_completion": False, "pretty_exceptions_enable": False} | options
        super().__init__(cls=_Group, rich_markup_mode=None, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        return super().command(name, cls=_Command, **options)


def sentence(fault: Any) -> str:
    """One fault of a pydantic ValidationError. A ValueError of our own is a sentence already."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    said = BAD_INPUT.get(fault["type"])
    return said.format(**fault.get("ctx", {})) if said else "giá trị không dùng được"


REASONS = {
    errno.ENOENT: "không có tệp này", errno.EACCES: "không có quyền mở", errno.EPERM: "không có quyền mở",
    errno.EISDIR: "đó là thư mục", errno.ENOTDIR: "đường dẫn không đúng", errno.ENOSPC: "ổ đĩa đầy",
    errno.EROFS: "ổ đĩa chỉ đọc", errno.EEXIST: "đã có tệp này",
}  # fmt: skip


def reason(error: OSError) -> str:
    """Why a file could not be read or written, in words for people."""
    return REASONS.get(error.errno or 0, error.strerror or "không rõ vì sao")


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return "\n".join(_help(self, ctx))

    def get_usage(self, ctx: Any) -> str:
        return _usage(self, ctx)

    def main(self, *args: Any, **options: Any) -> Any:
        return _run(super().main, *args, **options)


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return "\n".join(_help(self, ctx))

    def get_usage(self, ctx: Any) -> str:
        return _usage(self, ctx)

    def main(self, *args: Any, **options: Any) -> Any:
        return _run(super().main, *args, **options)


# -- help --------------------------------------------------------------------------------------------------------------


def _usage(command: TyperCommand | TyperGroup, ctx: Any) -> str:
    words = [ctx.command_path]
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    needed = [f"{_names(one)} {_kind(one)}" for one in shown if isinstance(one, TyperOption) and one.required]
    words += needed + (["[TÙY CHỌN]"] if len(needed) < sum(isinstance(one, TyperOption) for one in shown) else [])
    words += [_placed(one) for one in shown if isinstance(one, TyperArgument)]
    words += ["LỆNH …"] if isinstance(command, TyperGroup) else []
    return f"{USED}: {' '.join(words)}"


def _help(command: TyperCommand | TyperGroup, ctx: Any) -> Iterable[str]:
    yield _usage(command, ctx)
    yield ""
    if command.help:
        for part in command.help.strip().split("\n\n"):
            yield from _wrapped(f"  {' '.join(part.split())}", 2)
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    yield from _table(ARGUMENTS, [(_kind(one), _told(one)) for one in shown if isinstance(one, TyperArgument)])
    options = [(f"{_names(one)} {_kind(one)}".strip(), _told(one)) for one in shown if isinstance(one, TyperOption)]
    yield from _table(OPTIONS, [*options, ("--help", HELP)])
    if isinstance(command, TyperGroup):
        below = [(name, one.help or "") for name, one in command.commands.items() if not one.hidden]
        yield from _table(COMMANDS, [(name, text.strip().split("\n\n")[0]) for name, text in below])


def _table(title: str, rows: Sequence[tuple[str, str]]) -> Iterable[str]:
    if rows:
        yield ""
        yield f"{title}:"
        width = min(30, max(len(left) for left, _ in rows))
        for left, right in rows:
            yield from _wrapped(f"  {left:<{width}}  {right}".rstrip(), width + 4)


def _wrapped(line: str, indent: int) -> list[str]:
    wide = max(60, min(120, shutil.get_terminal_size().columns))
    return textwrap.wrap(line, wide, subsequent_indent=" " * indent, break_on_hyphens=False) or [""]


def _names(option: TyperOption) -> str:
    return "/".join([*option.opts, *option.secondary_opts])


def _kind(parameter: TyperOption | TyperArgument) -> str:
    """What stands for the value: as the author named it, else by its type."""
    if isinstance(parameter, TyperArgument):
        return str(parameter.metavar or (parameter.name or "").replace("_", "-").upper())
    if parameter.is_flag or parameter.count:
        return ""
    return str(parameter.metavar or KINDS.get(_type(parameter), "CHỮ"))


def _type(parameter: TyperOption) -> str:
    return getattr(parameter.type_descriptor.annotation, "__name__", "str")


def _placed(argument: TyperArgument) -> str:
    name = _kind(argument) + (" …" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _told(parameter: TyperOption | TyperArgument) -> str:
    """The help, and what holds when nothing is given."""
    text = (parameter.help or "").strip()
    if parameter.required:
        return f"{text} (bắt buộc)".strip()
    default = parameter.default
    flag = isinstance(parameter, TyperOption) and parameter.is_flag
    silent = flag or callable(default) or default in (None, "", (), []) or "mặc định" in text
    return text if silent else f"{text} (mặc định: {default})".strip()


# -- what is wrong with what was typed -----------------------------------------------------------------------------


def _run(main: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The command's exit code as the process's; a wrong use is told on standard error, exit code 2."""
    try:
        code = main(*args, **{**options, "standalone_mode": False})
    except wrong.NoArgsIsHelpError as error:
        print(error.ctx.get_help())
        sys.exit(2)
    except wrong.ClickException as error:
        print(f"✗ {said(error)}", file=sys.stderr)
        ctx = getattr(error, "ctx", None)
        if ctx is not None:
            print(f"{ctx.command.get_usage(ctx)}\nXem thêm: {ctx.command_path} --help", file=sys.stderr)
        sys.exit(error.exit_code)
    except typer.Abort:
        print("Đã dừng.", file=sys.stderr)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def said(error: wrong.ClickException) -> str:
    """What was typed wrongly, as a sentence."""
    match error:
        case wrong.MissingParameter(param=parameter):
            return f"Thiếu {_called(parameter)}."
        case wrong.BadParameter(param=parameter):
            return f"Giá trị không dùng được cho {_called(parameter)}: {_why(error)}."
        case wrong.NoSuchOption(option_name=name, possibilities=near):
            return f"Không có tùy chọn {name}{_perhaps(near)}."
        case wrong.BadOptionUsage(option_name=name):
            takes_none = "does not take" in error.message
            return f"Tùy chọn {name} {'không nhận giá trị' if takes_none else 'cần một giá trị theo sau'}."
        case wrong.FileError():
            return f"Không mở được tệp {error.ui_filename}."
    return _plain(error)


def _plain(error: wrong.ClickException) -> str:
    """Those that Typer tells apart by their words alone."""
    ctx = getattr(error, "ctx", None)
    if error.message.startswith("Missing command"):
        return "Thiếu tên lệnh."
    if error.message.startswith("No such command"):
        name, _, near = error.message.removeprefix("No such command ").partition(" Did you mean ")
        return f"Không có lệnh {name.strip(chr(39) + '.')}{_perhaps(near.strip('?').replace(chr(39), '').split(', '))}."
    if error.message.startswith("Got unexpected extra argument"):
        return f"Thừa {error.message.partition('(')[2].partition('(')[2].strip(')') or 'tham số'}."
    return f"Lệnh {ctx.command_path if ctx else ''} không dùng được như vậy."


def _called(parameter: Any) -> str:
    if parameter is None:
        return "tham số"
    return str(_names(parameter) if isinstance(parameter, TyperOption) else _kind(parameter))


def _why(error: wrong.BadParameter) -> str:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        fault = cause.errors(include_url=False)[0]
        return f"“{fault['input']}” ({sentence(fault)})"
    return "không đọc được"


def _perhaps(near: Sequence[str] | None) -> str:
    return f" (có phải là {' hoặc '.join(sorted(near))}?)" if near and any(near) else ""
