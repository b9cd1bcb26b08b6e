"""``hopchibo models list | get | use`` (and ``python -m transcription models …``): which model recognises speech."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from transcription import models
from transcription.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Mô hình nhận dạng tiếng nói: xem, tải, chọn.")
Folder = Annotated[Path | None, typer.Option("--models", help="Thư mục chứa mô hình")]


@app.command("list")
def list_models(folder: Folder = None) -> None:
    """Các mô hình đang có, mô hình đang dùng (→), và các tên tải được."""
    place = folder or Settings().models
    here, used = models.installed(place), models.chosen(place)
    for about in here:
        mark = "→" if about.name == used else " "
        size = about.bytes // 1_000_000
        print(f"{mark} {about.name:<22} {size:>5} MB  {about.licence:<13} {about.languages}")
        print(f"    {about.source}; sha256 {about.sha256}")
    if not here:
        print("Chưa có mô hình nào. Tải mô hình đi kèm: hopchibo models get embedded")
    print("Tải được (hopchibo models get TÊN):")
    for known in models.KNOWN:
        if known.name not in {about.name for about in here}:
            print(f"  {known.name:<22} {known.megabytes:>5} MB  {known.licence:<13} {known.note}")


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="Tên, thư mục, hoặc chủ/kho:thư-mục-con")], folder: Folder = None
) -> None:
    """Tải một mô hình (“embedded” = mô hình đi kèm, “voices” = giọng đọc mẫu để diễn tập) và chọn dùng nó."""
    place = folder or Settings().models
    try:
        if name == "voices":
            print(f"{len(models.voice_samples(place))} giọng đọc mẫu")
            return
        wanted = models.EMBEDDED if name == "embedded" else name
        path = models.get(place, wanted)
        if not (place / "chosen").exists() or wanted != models.EMBEDDED:
            models.use(place, path.name if path.parent == place.resolve() else str(path))
    except models.ModelError as error:
        _fail(error)
    print(f"Đã có mô hình {path.name}. Khởi động lại máy chủ để dùng.")


@app.command()
def use(name: str, folder: Folder = None) -> None:
    """Chọn mô hình cho lần khởi động sau."""
    try:
        models.use(folder or Settings().models, name)
    except models.ModelError as error:
        _fail(error)
    print(f"Lần khởi động sau dùng mô hình {name}.")


def _fail(error: models.ModelError) -> None:
    print(f"✗ {error}", file=sys.stderr)
    raise typer.Exit(1) from error
