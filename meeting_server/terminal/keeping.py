"""What is kept of meetings: read again, mixed, rebuilt, erased in time or held."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from meeting_server.terminal.options import Data, Meeting, Models, installation
from transcription.terminal import Terminal, reason

app = Terminal()


@app.command()
def retranscribe(
    meeting: Meeting,
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

    settings = installation(data=data, models=models)
    try:
        done = asyncio.run(read_meeting(settings, meeting, model))
    except (CannotRead, ModelError, Refused, BadJournal, OSError) as error:
        print(f"✗ {error.message_vi if isinstance(error, Refused) else error}", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"✓ Đã chép lại {done.changed}/{done.read} câu." if done.read else "Không có câu nào cần chép lại.")


@app.command()
def mix(
    meeting: Meeting,
    out: Annotated[Path, typer.Option(help="Tệp Ogg sẽ ghi; tệp này không mã hóa")],
    data: Data = None,
) -> None:
    """Trộn mọi đường tiếng của một cuộc họp thành một tệp để nghe lại."""
    from meeting_server.mixing import CannotMix, mix_meeting
    from transcription.recording import BadJournal

    try:
        seconds = mix_meeting(installation(data=data), meeting, out)
    except (CannotMix, BadJournal, OSError) as error:
        print(f"✗ {f'{out}: {reason(error)}' if isinstance(error, OSError) else error}", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"✓ {out}: {int(seconds) // 60} phút {int(seconds) % 60:02} giây. Tệp không mã hóa: cất giữ như bản ghi âm.")


@app.command()
def rebuild(data: Data = None) -> None:
    """Dựng lại các bảng tóm tắt và chữ để tìm kiếm từ sổ họp (sổ họp không thay đổi)."""
    from meeting_server.committing import rebuild as run
    from meeting_server.keeping import store_of

    store = store_of(installation(data=data))
    try:
        print(f"✓ Đã dựng lại {store.write_now(run)} cuộc họp.")
    finally:
        store.close()


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

    settings = installation(data=data)
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
    meeting: Annotated[
        str, typer.Argument(metavar="MÃ-HỌP", help="Mã cuộc họp (bỏ trống: xem các cuộc họp đang giữ)")
    ] = "",
    reason: Annotated[str, typer.Option(help="Vì sao giữ lại, ví dụ số văn bản yêu cầu")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Thôi giữ")] = False,
    data: Data = None,
) -> None:
    """Giữ nguyên mọi thứ của một cuộc họp (theo yêu cầu kiểm tra), không xóa theo hạn, cho đến khi thôi giữ."""
    from meeting_server.clock import SystemClock
    from meeting_server.erasure import CannotHold, held, set_hold
    from meeting_server.keeping import store_of

    store = store_of(installation(data=data))
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
