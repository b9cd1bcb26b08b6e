"""Options that many commands have, and the settings they give."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from meeting_server.settings import Settings
from transcription.terminal import sentence

Data = Annotated[Path | None, typer.Option(help="Thư mục dữ liệu (mặc định: var)")]
Host = Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe; 0.0.0.0 cho cả mạng")]
Port = Annotated[int | None, typer.Option(help="Cổng; 0 = cổng trống bất kỳ")]
Models = Annotated[Path | None, typer.Option(help="Thư mục mô hình tiếng nói")]
Meeting = Annotated[str, typer.Argument(metavar="MÃ-HỌP", help="Mã cuộc họp (cuối địa chỉ của nó trên trình duyệt)")]


def settings_of(**options: Any) -> Settings:
    """The environment's settings, with what was given on the command line. Exits with a sentence when unsafe."""
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            where = ".".join(str(part) for part in fault["loc"])
            print(f"✗ {f'HOPCHIBO_{where.upper()}: ' if where else ''}{sentence(fault)}", file=sys.stderr)
        raise typer.Exit(2) from None


def installation(**options: Any) -> Settings:
    """The same, of an installation that is there: a mistyped directory never becomes a new one."""
    settings = settings_of(**options)
    if not settings.founded:
        print(
            f"✗ Không có dữ liệu ở {settings.data.absolute()}. Xem lại --data (hoặc HOPCHIBO_DATA); "
            "lập nơi chứa dữ liệu mới: hopchibo init",
            file=sys.stderr,
        )
        raise typer.Exit(2)
    settings.folders()
    return settings
