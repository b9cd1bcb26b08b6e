"""``hopchibo models …`` and ``hopchibo voices …``: the command line for models and microphones, in Vietnamese."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from transcription import models
from transcription.settings import Settings
from transcription.terminal import Terminal, sentence

models_app = Terminal(help="Mô hình nhận dạng tiếng nói.")
voices_app = Terminal(help="Giọng nói và micro.")

HOW = """
Thu bằng một trong hai cách:
  • Trên trình duyệt: mở một buổi họp thử (kiểu “Họp thử”), đồng ý ghi âm, mỗi micro vào họp bằng một thiết bị,
    khai mạc, đọc, bế mạc. Rồi chạy: hopchibo voices test var/recordings/MÃ-CUỘC-HỌP
  • Bằng máy ghi âm hay điện thoại, mỗi micro một tệp (WAV, MP3, M4A …). Rồi chạy: hopchibo voices test micro-1.wav …
"""

Folder = Annotated[Path | None, typer.Option("--models", help="Thư mục mô hình tiếng nói")]


def settings_of() -> Settings:
    """The environment's settings; exits with a sentence for each that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            name = "_".join(str(part) for part in fault["loc"]).upper()
            typer.echo(f"✗ SPEECH_{name}: {sentence(fault)}", err=True)
        raise typer.Exit(2) from None


def _folder(given: Path | None) -> Path:
    return given or settings_of().models


@models_app.command("list")
def list_models(folder: Folder = None) -> None:
    """Các mô hình đã có và có thể tải: giấy phép, dung lượng, ngôn ngữ, mã kiểm tra."""
    place = _folder(folder)
    here = {about.name: about for about in models.installed(place)}
    chosen = models.chosen(place)
    for about in here.values():
        mark = "→" if about.name == chosen else " "
        typer.echo(
            f"{mark} {about.name:<18} đã có   {about.bytes / 1e6:6.0f} MB  {about.licence:<13} {about.languages}"
        )
        typer.echo(f"  {'':<18} {about.source}; sha256 {about.sha256}")
    for known in models.KNOWN:
        if known.name not in here:
            size = f"{known.megabytes:6d} MB"
            typer.echo(f"  {known.name:<18} chưa có {size}  {known.licence:<13} {known.languages}; {known.note}")
    if chosen not in here:
        typer.echo(f"→ {chosen} (thư mục)" if Path(chosen).is_dir() else f"→ {chosen}: chưa có trên máy này")
    typer.echo("Tải: hopchibo models get TÊN · Dùng: hopchibo models use TÊN")


@models_app.command("get")
def get_model(
    name: Annotated[
        str, typer.Argument(metavar="TÊN", help="Tên ngắn, thư mục, hoặc chủ/tên:thư-mục-con trên hub")
    ] = models.EMBEDDED,
    folder: Folder = None,
) -> None:
    """Tải một mô hình, kiểm tra và dùng từ lần chạy sau; mô hình đi kèm không thay mô hình đã chọn."""
    place = _folder(folder)
    with _explained():
        embedded = name in ("embedded", models.EMBEDDED)
        path = models.get(place, models.EMBEDDED if embedded else name, say=_say)
        if not embedded:
            models.use(place, path.name if path.parent == place.resolve() else str(path))
    if (about := models.about_of(path)) is not None:
        typer.echo(f"  {about.bytes / 1e6:.0f} MB; {about.licence}; {about.languages}; sha256 {about.sha256}")
    typer.echo(f"✓ {path.name}: sẵn sàng ({path}); từ lần chạy sau dùng {models.chosen(place)}")


@models_app.command("use")
def use_model(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên hoặc thư mục")], folder: Folder = None
) -> None:
    """Chọn mô hình dùng từ lần chạy sau."""
    with _explained():
        path = models.use(_folder(folder), models.EMBEDDED if name == "embedded" else name)
    typer.echo(f"✓ dùng {path.name} từ lần chạy sau")


@voices_app.command("get")
def voices_get(folder: Folder = None) -> None:
    """Tải giọng đọc mẫu dùng trong buổi diễn tập."""
    with _explained():
        voices = models.voice_samples(_folder(folder), say=_say)
    typer.echo(f"✓ {len(voices)} giọng đọc mẫu")


@voices_app.command("test")
def voices_test(
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="TỆP", help="Bản thu mười câu, mỗi micro một tệp; hoặc thư mục bản ghi của một cuộc họp thử"
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="Tên hoặc thư mục mô hình")] = "",
    folder: Folder = None,
) -> None:
    """Mười câu đọc tại hội trường: mỗi micro nghe sai bao nhiêu và nên làm gì."""
    from transcription.microphones import SENTENCES, judge, sounds_of  # heavy: only where it is used
    from transcription.recogniser import Recogniser
    from transcription.sounds import BadSound

    if not recordings:
        typer.echo("Mời một đồng chí đọc to mười câu này, nghỉ một hơi sau mỗi câu:\n")
        for number, sentence in enumerate(SENTENCES, 1):
            typer.echo(f"  {number:2}. {sentence}")
        typer.echo(HOW)
        return
    with _explained():
        path = models.find(_folder(folder), model)
        models.check(path)
        reader = Recogniser(path)
    failed = False
    for recording in recordings:
        try:
            heard = [judge(reader, name, sound) for name, sound in sounds_of(recording, _say)]
        except BadSound as error:
            typer.echo(f"✗ {error}", err=True)
            failed = True
            continue
        for hearing in heard:
            typer.echo(hearing.says)
            for tip in hearing.advice():
                typer.echo(f"  • {tip}")
    if failed:
        raise typer.Exit(1)


def _say(line: str) -> None:
    typer.echo(line, err=True)


class _explained:
    """A ModelError becomes a sentence and exit code 1."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, models.ModelError):
            typer.echo(f"✗ {error}", err=True)
            raise typer.Exit(1) from error
