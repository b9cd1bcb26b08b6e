"""Units, members, accounts and older minutes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from meeting_server.settings import Settings
from meeting_server.terminal.options import Data, installation
from transcription.terminal import Terminal

app = Terminal()


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp danh sách (CSV, XLSX)")],
    unit: Annotated[str, typer.Option(help="Mã chi bộ, hoặc đảng ủy khi tệp có nhiều chi bộ (bỏ trống: xem mã)")] = "",
    data: Data = None,
) -> None:
    """Nạp danh sách đảng viên; sai ở đâu nói rõ dòng và cột, và không thay đổi gì."""
    from meeting_server.enrolling import enrol_file

    settings = installation(data=data)
    if not unit:
        print("✗ Cho biết nạp vào đâu: --unit MÃ. Các mã có trong máy này:", file=sys.stderr)
        _list_units(settings)
        raise typer.Exit(2)
    code, said = enrol_file(settings.database_url, file, unit)
    print("\n".join(said), file=sys.stderr if code else sys.stdout)
    raise typer.Exit(code)


@app.command()
def older(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="TỆP", help="Các tệp của một cuộc họp (PDF, DOCX, JPG, PNG)")
    ] = None,
    cell: Annotated[str, typer.Option(help="Mã chi bộ")] = "",
    date: Annotated[str, typer.Option(help="Ngày họp, ví dụ 2019-03-05")] = "",
    title: Annotated[str, typer.Option(help="Tên cuộc họp")] = "Sinh hoạt chi bộ",
    kind: Annotated[str, typer.Option(help="regular | thematic | admission | annual | extraordinary")] = "regular",
    number: Annotated[str, typer.Option(help="Số biên bản")] = "",
    take_back: Annotated[str, typer.Option("--take-back", help="Rút biên bản cũ mang mã này (nhập nhầm)")] = "",
    data: Data = None,
) -> None:
    """Đưa biên bản cũ vào kho, như ở trang Biên bản cũ; hoặc rút một biên bản nhập nhầm."""
    from datetime import date as day

    from meeting_server.keeping import store_of
    from meeting_server.older import KINDS, CannotBringIn, bring_in
    from meeting_server.older import take_back as run

    if not cell or bool(files) == bool(take_back) or kind not in KINDS:
        print("✗ Cần --cell, và tệp cùng --date (hoặc --take-back MÃ); --kind như trong --help.", file=sys.stderr)
        raise typer.Exit(2)
    store = store_of(installation(data=data))
    try:
        if take_back:
            print(f"✓ Đã rút: {run(store, cell, take_back)}")
        else:
            print(bring_in(store, files or [], cell, day.fromisoformat(date), title, kind, number))
    except ValueError:
        print("✗ Ngày họp viết như 2019-03-05.", file=sys.stderr)
        raise typer.Exit(2) from None
    except CannotBringIn as why:
        print(f"✗ {why}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        store.close()


def _list_units(settings: Settings) -> None:
    from meeting_server.founding import units
    from meeting_server.keeping import store_of

    store = store_of(settings)
    try:
        lines = units(store)
    finally:
        store.close()
    print("\n".join(lines) or 'Chưa có tổ chức nào. Lập: hopchibo unit "Đảng bộ xã …" --kind commune')


@app.command()
def unit(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên tổ chức mới (bỏ trống: xem cây tổ chức)")] = "",
    kind: Annotated[str, typer.Option(help="province (tỉnh) | commune (xã) | cell (chi bộ)")] = "cell",
    parent: Annotated[str, typer.Option(help="Mã tổ chức cấp trên")] = "",
    place: Annotated[str, typer.Option(help="Nơi họp thường lệ")] = "",
    term: Annotated[str, typer.Option(help="Nhiệm kỳ, ví dụ 2025-2027")] = "",
    data: Data = None,
) -> None:
    """Lập tổ chức mới (tỉnh, xã, chi bộ) và in mã của nó; không có tên thì in cây tổ chức."""
    from meeting_server.founding import CannotFound, found_unit
    from meeting_server.keeping import store_of

    settings = installation(data=data)
    if not name:
        _list_units(settings)
        return
    store = store_of(settings)
    try:
        print(found_unit(store, kind, name, parent=parent, place=place, term=term))
    except CannotFound as why:
        print(f"✗ {why}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        store.close()


@app.command()
def account(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên đăng nhập")],
    person: Annotated[str, typer.Option(help="Họ và tên người giữ tài khoản, đúng như danh sách")] = "",
    cell: Annotated[str, typer.Option(help="Mã chi bộ của người đó")] = "",
    administrator: Annotated[bool, typer.Option("--administrator", help="Tài khoản quản trị")] = False,
    viewer: Annotated[str, typer.Option(help="Tài khoản cấp trên: mã tổ chức được theo dõi từ đó xuống")] = "",
    data: Data = None,
) -> None:
    """In mã dùng một lần để đặt mật khẩu: cho tài khoản mới, hoặc để người quên mật khẩu vào lại."""
    from meeting_server.founding import CannotFound, issue_account
    from meeting_server.keeping import store_of

    settings = installation(data=data)
    store = store_of(settings)
    try:
        code = issue_account(store, name, person=person, cell=cell, administrator=administrator, viewer=viewer)
    except CannotFound as why:
        print(f"✗ {why}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        store.close()
    print(f"{code}   (dùng một lần, trong 14 ngày, ở “Dùng mã in sẵn” trên trang đăng nhập)")
