"""``hopchibo``: the one command. Settings are built here, once, and handed down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from meeting_server import logs
from meeting_server.backup import command as backup
from meeting_server.settings import Settings
from transcription import commands

app = typer.Typer(
    name="hopchibo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Họp Chi Bộ: phòng họp, lời ghi, biên bản, hồ sơ.",
)

Data = Annotated[Path | None, typer.Option(help="Thư mục dữ liệu (mặc định: var)")]
Host = Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe; 0.0.0.0 cho cả mạng")]
Port = Annotated[int | None, typer.Option(help="Cổng; 0 = cổng trống bất kỳ")]
Models = Annotated[Path | None, typer.Option(help="Thư mục mô hình tiếng nói")]


def settings_of(**options: Any) -> Settings:
    """The environment's settings, with what was given on the command line. Exits with a sentence when unsafe."""
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            where = ".".join(str(part) for part in fault["loc"])
            print(f"✗ {f'HOPCHIBO_{where.upper()}: ' if where else ''}{fault['msg']}", file=sys.stderr)
        raise typer.Exit(2) from None


@app.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    models: Models = None,
    demo: Annotated[bool, typer.Option("--demo", help="Nạp chi bộ mẫu và cho phép diễn tập")] = False,
) -> None:
    """Chạy máy chủ, phòng âm thanh và bộ nhận dạng; tự khởi động lại phần nào bị dừng."""
    from meeting_server.serving import AlreadyRunning
    from meeting_server.serving import serve as run

    settings = settings_of(data=data, host=host, port=port, models=models, demo=demo or None)
    logs.configure(settings.log, "supervisor")
    try:
        raise typer.Exit(run(settings))
    except AlreadyRunning as error:
        print(f"✗ Thư mục dữ liệu này đang được một máy chủ khác dùng ({error}).", file=sys.stderr)
    except OSError as error:
        print(f"✗ Không mở được {settings.host}:{settings.port} ({error.strerror}).", file=sys.stderr)
    raise typer.Exit(1)


@app.command(hidden=True)
def part(name: Annotated[str, typer.Argument(help="server")]) -> None:
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
        place = place.running(settings.run / "address")
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


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Tệp hồ sơ (.hcb.zip), hoặc thư mục hồ sơ")],
    trust: Annotated[list[Path] | None, typer.Option(help="Chứng thư tin cậy, hoặc thư mục")] = None,
    heads: Annotated[Path | None, typer.Option(help="Thư mục các mốc (head-*.json) do cấp trên giữ")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON")] = False,
) -> None:
    """Kiểm tra hồ sơ: còn nguyên vẹn không, ai niêm phong, phần nào sai. Không cần mạng hay máy chủ."""
    from minutes.sealing.command import run

    raise typer.Exit(run(file, trust=trust, heads=heads, as_json=as_json))


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(help="Tệp danh sách (CSV, XLSX)")],
    unit: Annotated[str, typer.Option(help="Mã chi bộ, hoặc đảng ủy khi tệp có nhiều chi bộ (bỏ trống: xem mã)")] = "",
    data: Data = None,
) -> None:
    """Nạp danh sách đảng viên; sai ở đâu nói rõ dòng và cột, và không thay đổi gì."""
    from meeting_server.enrolling import enrol_file

    settings = settings_of(data=data)
    settings.folders()
    if not unit:
        print("✗ Cho biết nạp vào đâu: --unit MÃ. Các mã có trong máy này:", file=sys.stderr)
        _list_units(settings)
        raise typer.Exit(2)
    code, said = enrol_file(settings.database_url, file, unit)
    print("\n".join(said), file=sys.stderr if code else sys.stdout)
    raise typer.Exit(code)


@app.command()
def older(
    files: Annotated[list[Path] | None, typer.Argument(help="Các tệp của một cuộc họp (PDF, DOCX, JPG, PNG)")] = None,
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
    store = store_of(settings_of(data=data))
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
    name: Annotated[str, typer.Argument(help="Tên tổ chức mới (bỏ trống: xem cây tổ chức)")] = "",
    kind: Annotated[str, typer.Option(help="province (tỉnh) | commune (xã) | cell (chi bộ)")] = "cell",
    parent: Annotated[str, typer.Option(help="Mã tổ chức cấp trên")] = "",
    place: Annotated[str, typer.Option(help="Nơi họp thường lệ")] = "",
    term: Annotated[str, typer.Option(help="Nhiệm kỳ, ví dụ 2025-2027")] = "",
    data: Data = None,
) -> None:
    """Lập tổ chức mới (tỉnh, xã, chi bộ) và in mã của nó; không có tên thì in cây tổ chức."""
    from meeting_server.founding import CannotFound, found_unit
    from meeting_server.keeping import store_of

    settings = settings_of(data=data)
    settings.folders()
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
    name: Annotated[str, typer.Argument(help="Tên đăng nhập")],
    person: Annotated[str, typer.Option(help="Họ và tên người giữ tài khoản, đúng như danh sách")] = "",
    cell: Annotated[str, typer.Option(help="Mã chi bộ của người đó")] = "",
    administrator: Annotated[bool, typer.Option("--administrator", help="Tài khoản quản trị")] = False,
    viewer: Annotated[str, typer.Option(help="Tài khoản cấp trên: mã tổ chức được theo dõi từ đó xuống")] = "",
    data: Data = None,
) -> None:
    """In mã dùng một lần để đặt mật khẩu: cho tài khoản mới, hoặc để người quên mật khẩu vào lại."""
    from meeting_server.founding import CannotFound, issue_account
    from meeting_server.keeping import store_of

    settings = settings_of(data=data)
    settings.folders()
    store = store_of(settings)
    try:
        code = issue_account(store, name, person=person, cell=cell, administrator=administrator, viewer=viewer)
    except CannotFound as why:
        print(f"✗ {why}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        store.close()
    print(f"{code}   (dùng một lần, trong 14 ngày, ở “Dùng mã in sẵn” trên trang đăng nhập)")


app.add_typer(commands.models_app, name="models")
app.add_typer(commands.voices_app, name="voices")
app.registered_commands.extend(backup.app.registered_commands)


@app.command()
def check(data: Data = None) -> None:
    """Đối chiếu toàn bộ: sổ họp, con dấu, hồ sơ đã niêm phong và sổ các bản; nói rõ chỗ sai. Không thay đổi gì."""
    from meeting_server.keeping import store_of
    from meeting_server.proving import walk

    settings = settings_of(data=data)
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


@app.command()
def rebuild(data: Data = None) -> None:
    """Dựng lại các bảng tóm tắt và chữ để tìm kiếm từ sổ họp (sổ họp không thay đổi)."""
    from meeting_server.committing import rebuild as run
    from meeting_server.keeping import store_of

    store = store_of(settings_of(data=data))
    try:
        print(f"✓ Đã dựng lại {store.write_now(run)} cuộc họp.")
    finally:
        store.close()


@app.command()
def retranscribe(
    meeting: Annotated[str, typer.Argument(help="Mã cuộc họp (cuối địa chỉ của nó trên trình duyệt)")],
    model: Annotated[str, typer.Option(help="Tên hoặc thư mục mô hình (bỏ trống: mô hình đang dùng)")] = "",
    data: Data = None,
    models: Models = None,
) -> None:
    """Chép lại lời của một cuộc họp bằng mô hình tốt hơn; những câu đã sửa tay giữ nguyên.

    Máy chủ cứ chạy: câu nào đọc xong là hiện ngay, chủ trì và thư ký thấy “Đang chép lại”."""
    import asyncio

    from meeting_server.rereading import CannotRead
    from meeting_server.retranscribing import run as read_meeting
    from meeting_server.room.refusal import Refused
    from transcription.models import ModelError
    from transcription.recording import BadJournal

    settings = settings_of(data=data, models=models)
    try:
        done = asyncio.run(read_meeting(settings, meeting, model))
    except (CannotRead, ModelError, Refused, BadJournal, OSError) as error:
        print(f"✗ {error.message_vi if isinstance(error, Refused) else error}", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"✓ Đã chép lại {done.changed}/{done.read} câu." if done.read else "Không có câu nào cần chép lại.")


Secret = Annotated[Path | None, typer.Option(help="Tệp chứng thư số (.p12, .pfx)")]
Token = Annotated[str, typer.Option(help="Tên token cắm vào máy này")]
Label = Annotated[str, typer.Option(help="Tên chứng thư trong token (bỏ trống: chứng thư duy nhất)")]


@app.command()
def sign(
    meeting: Annotated[str, typer.Argument(help="Mã cuộc họp (cuối địa chỉ của nó trên trình duyệt)")],
    role: Annotated[str, typer.Option("--as", help="secretary (thư ký, ký trước) hoặc chair (chủ trì)")],
    p12: Secret = None,
    token: Token = "",
    label: Label = "",
    data: Data = None,
) -> None:
    """Ký số hồ sơ đã niêm phong bằng tệp chứng thư hoặc token cắm vào máy này. Chạy khi máy chủ nghỉ."""
    from meeting_server.signing import at_terminal

    raise typer.Exit(at_terminal(settings_of(data=data), meeting, role, p12, token, label))


@app.command()
def receive(
    meeting: Annotated[str, typer.Argument(help="Mã cuộc họp (cuối địa chỉ của nó trên trình duyệt)")],
    p12: Secret = None,
    token: Token = "",
    label: Label = "",
    data: Data = None,
) -> None:
    """Cấp trên ký xác nhận đã nhận hồ sơ, hoặc sao y; không thay chữ ký của người lập. Chạy khi máy chủ nghỉ."""
    from meeting_server.signing import at_terminal

    raise typer.Exit(at_terminal(settings_of(data=data), meeting, "upper", p12, token, label))


@app.command()
def restamp(
    everything: Annotated[bool, typer.Option("--all", help="Cả những hồ sơ còn hạn lâu")] = False,
    data: Data = None,
) -> None:
    """Đóng dấu thời gian mới lên hồ sơ đã ký số, trước khi chứng thư hết hạn. Chạy mỗi năm, khi máy chủ nghỉ."""
    from meeting_server.signing import stamp_again

    raise typer.Exit(stamp_again(settings_of(data=data), everything=everything))


@app.command()
def mix(
    meeting: Annotated[str, typer.Argument(help="Mã cuộc họp (cuối địa chỉ của nó trên trình duyệt)")],
    out: Annotated[Path, typer.Option(help="Tệp Ogg sẽ ghi; tệp này không mã hóa")],
    data: Data = None,
) -> None:
    """Trộn mọi đường tiếng của một cuộc họp thành một tệp để nghe lại."""
    from meeting_server.mixing import CannotMix, mix_meeting
    from transcription.recording import BadJournal

    try:
        seconds = mix_meeting(settings_of(data=data), meeting, out)
    except (CannotMix, BadJournal, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"✓ {out}: {int(seconds) // 60} phút {int(seconds) % 60:02} giây. Tệp không mã hóa: cất giữ như bản ghi âm.")


@app.command()
def sweep(
    data: Data = None,
    look: Annotated[bool, typer.Option("--look", help="Chỉ xem, không xóa gì")] = False,
) -> None:
    """Xóa lời ghi và bản ghi âm đã hết hạn giữ; in ra đã xóa những gì. Máy chủ tự làm mỗi ngày."""
    import asyncio

    from meeting_server.clock import SystemClock
    from meeting_server.erasure import Sweeper
    from meeting_server.keeping import store_of
    from transcription.keyring import Keyring

    settings = settings_of(data=data)
    store = store_of(settings)
    try:
        gone = asyncio.run(Sweeper(store, settings.recordings, Keyring(settings.keys), SystemClock()).sweep(look=look))
    finally:
        store.close()
    for one in gone:
        print(one.sentence)
    print("Không có gì đến hạn xóa." if not gone else "Chưa xóa gì." if look else f"✓ Đã xóa ở {len(gone)} cuộc họp.")


@app.command()
def hold(
    meeting: Annotated[str, typer.Argument(help="Mã cuộc họp (bỏ trống: xem các cuộc họp đang giữ)")] = "",
    reason: Annotated[str, typer.Option(help="Vì sao giữ lại, ví dụ số văn bản yêu cầu")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Thôi giữ")] = False,
    data: Data = None,
) -> None:
    """Giữ nguyên mọi thứ của một cuộc họp (theo yêu cầu kiểm tra), không xóa theo hạn, cho đến khi thôi giữ."""
    from meeting_server.clock import SystemClock
    from meeting_server.erasure import CannotHold, held, set_hold
    from meeting_server.keeping import store_of

    store = store_of(settings_of(data=data))
    try:
        if meeting:
            now = SystemClock().now()
            store.write_now(lambda session: set_hold(session, meeting, now, reason=reason, lift=lift))
        print("\n".join(store.read_now(held)) or "Không có cuộc họp nào đang được giữ.")
    except CannotHold as why:
        print(f"✗ {why}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        store.close()


def main() -> None:
    app()


if __name__ == "__main__":
    main()
