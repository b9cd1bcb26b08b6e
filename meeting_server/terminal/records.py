"""Sealed records: verified, signed, received, stamped again, and the whole compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from meeting_server.terminal.options import Data, Meeting, installation, settings_of
from transcription.terminal import Terminal

app = Terminal()


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp hồ sơ (.hcb.zip), hoặc thư mục hồ sơ")],
    trust: Annotated[list[Path] | None, typer.Option(help="Chứng thư tin cậy, hoặc thư mục")] = None,
    heads: Annotated[Path | None, typer.Option(help="Thư mục các mốc (head-*.json) do cấp trên giữ")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON")] = False,
) -> None:
    """Kiểm tra hồ sơ: còn nguyên vẹn không, ai niêm phong, phần nào sai. Không cần mạng hay máy chủ."""
    from minutes.sealing.command import run

    raise typer.Exit(run(file, trust=trust, heads=heads, as_json=as_json))


Secret = Annotated[Path | None, typer.Option(help="Tệp chứng thư số (.p12, .pfx)")]
Token = Annotated[str, typer.Option(help="Tên token cắm vào máy này")]
Label = Annotated[str, typer.Option(help="Tên chứng thư trong token (bỏ trống: chứng thư duy nhất)")]


@app.command()
def sign(
    meeting: Meeting,
    role: Annotated[str, typer.Option("--as", help="secretary (thư ký, ký trước) hoặc chair (chủ trì)")],
    p12: Secret = None,
    token: Token = "",
    label: Label = "",
    data: Data = None,
) -> None:
    """Ký số hồ sơ đã niêm phong bằng tệp chứng thư hoặc token cắm vào máy này. Máy chủ cứ chạy."""
    from meeting_server.signing import at_terminal

    raise typer.Exit(at_terminal(installation(data=data), meeting, role, p12, token, label))


@app.command()
def receive(
    what: Annotated[str, typer.Argument(metavar="MÃ-HỌP|TỆP", help="Mã cuộc họp, hoặc tệp hồ sơ (.hcb.zip) đã nhận")],
    p12: Secret = None,
    token: Token = "",
    label: Label = "",
    data: Data = None,
) -> None:
    """Cấp trên ký xác nhận đã nhận hồ sơ, hoặc sao y; không thay chữ ký của người lập. Máy chủ cứ chạy.

    Hồ sơ do máy chủ khác niêm phong thì giữ nguyên; bản PDF có chữ ký xác nhận được đặt bên cạnh tệp."""
    from meeting_server.signing import at_terminal

    settings = settings_of(data=data) if what.endswith(".zip") else installation(data=data)
    raise typer.Exit(at_terminal(settings, what, "upper", p12, token, label))


@app.command()
def restamp(
    everything: Annotated[bool, typer.Option("--all", help="Cả những hồ sơ còn hạn lâu")] = False,
    data: Data = None,
) -> None:
    """Đóng dấu thời gian mới lên hồ sơ đã ký số, trước khi chứng thư hết hạn. Chạy mỗi năm; máy chủ cứ chạy."""
    from meeting_server.signing import stamp_again

    raise typer.Exit(stamp_again(installation(data=data), everything=everything))


@app.command()
def check(data: Data = None) -> None:
    """Đối chiếu toàn bộ: sổ họp, con dấu, hồ sơ đã niêm phong và sổ các bản; nói rõ chỗ sai. Không thay đổi gì."""
    from meeting_server.keeping import store_of
    from meeting_server.proving import walk

    settings = installation(data=data)
    store = store_of(settings)
    try:
        faults = store.read_now(lambda session: walk(session, settings.records, _progress))
    finally:
        store.close()
    for fault in faults:
        print(f"✗ {fault}")
    print(f"Có {len(faults)} chỗ sai." if faults else "✓ Mọi sổ, con dấu và hồ sơ đều khớp.")
    raise typer.Exit(int(bool(faults)))


def _progress(done: int, count: int) -> None:
    """A line for people who wait, each hundredth of a large installation."""
    step = max(50, count // 100)
    if done % step == 0 and done < count:
        print(f"  đã xem {done}/{count} cuộc họp", file=sys.stderr, flush=True)
