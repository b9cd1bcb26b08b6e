"""The system itself: begun, run, looked after, rehearsed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from meeting_server import logs
from meeting_server.settings import RUNNING_AT
from meeting_server.terminal.options import Data, Host, Models, Port, installation, settings_of
from transcription.terminal import Terminal

app = Terminal()


@app.command()
def init(data: Data = None) -> None:
    """Lập nơi chứa dữ liệu mới, còn trống; chưa có chi bộ hay tài khoản nào."""
    from meeting_server.keeping import store_of

    settings = settings_of(data=data)
    if settings.founded:
        print(f"✓ {settings.data.absolute()} đã có dữ liệu; không thay đổi gì.")
        return
    settings.folders()
    store_of(settings).close()
    print(f"✓ Đã lập {settings.data.absolute()}. Tiếp theo: hopchibo unit, roster, account; rồi hopchibo serve.")


@app.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    models: Models = None,
    demo: Annotated[bool, typer.Option("--demo", help="Nạp chi bộ mẫu và cho phép diễn tập")] = False,
) -> None:
    """Chạy máy chủ, phòng âm thanh và bộ nhận dạng; tự khởi động lại phần nào bị dừng."""
    from meeting_server.serving import CannotServe
    from meeting_server.serving import serve as run

    options = {"data": data, "host": host, "port": port, "models": models, "demo": demo or None}
    settings = settings_of(**options)
    if not settings.demo:
        settings = installation(**options)
    logs.configure(settings.log, "supervisor")
    try:
        raise typer.Exit(run(settings))
    except CannotServe as why:
        print(f"✗ {why}", file=sys.stderr)
    raise typer.Exit(1)


@app.command(hidden=True)
def part(name: Annotated[str, typer.Argument(metavar="PHẦN", help="server")]) -> None:
    """Một phần của hệ thống, do `serve` khởi động."""
    from meeting_server.serving import run_server

    if name != "server":
        print(f"✗ Không có phần “{name}”.", file=sys.stderr)
        raise typer.Exit(2)
    settings = settings_of()
    logs.configure(settings.log, "server")
    run_server(settings)


@app.command()
def doctor(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    models: Models = None,
    outside: Annotated[bool, typer.Option("--outside", help="Thử cả đường từ ngoài vào")] = False,
) -> None:
    """Xem phần nào hoạt động, phần nào không và phải làm gì."""
    from meeting_server.doctor.checks import Place
    from meeting_server.doctor.command import doctor as run

    settings = settings_of(data=data, host=host, port=port, models=models)
    place = Place(settings.data, settings.host, settings.port, settings.models, settings.relay())
    if not settings.model_fields_set & {"host", "port"}:
        place = place.running(settings.run / RUNNING_AT)
    raise typer.Exit(run(place, ask_outside=outside))


@app.command()
def rehearse(
    data: Data = None,
    models: Models = None,
    alone: Annotated[bool, typer.Option("--alone", help="Tự chạy một máy chủ riêng cho buổi diễn tập")] = False,
) -> None:
    """Họp thử cả cuộc với người dự giả lập, đến khi hồ sơ được niêm phong và kiểm tra."""
    from meeting_server.rehearsal.command import rehearse as run

    settings = settings_of(data=data, models=models)
    raise typer.Exit(run(settings.data, settings.models, alone=alone))
