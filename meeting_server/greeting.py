"""What ``hopchibo serve`` tells the person at the terminal once the server answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import segno

ROLES = {"leader": "Bí thư (chủ trì)", "secretary": "Thư ký", "administrator": "Quản trị"}
LOCAL = ("localhost", "127.0.0.1", "::1")


def greeting(url: str, demo: Path | None) -> str:
    """Address, QR code, who may come in by it, and the demonstration's accounts. ``demo``: its demo.json."""
    lines = ["", f"Họp Chi Bộ đang chạy tại  {url}", "", _code(url), _reach(url)]
    if demo and demo.exists():
        lines += ["", "Chi bộ mẫu (người và việc đều là hư cấu). Tên đăng nhập và mật khẩu của riêng máy này:"]
        accounts = json.loads(demo.read_text(encoding="utf-8"))["accounts"]
        lines += [f"  {ROLES[role]:<18} {who['name']:<10} {who['password']}" for role, who in accounts.items()]
        lines += ["", "Xem cả cuộc họp trong một phút: mở cửa sổ lệnh khác và gõ  .venv/bin/hopchibo rehearse"]
    lines += ["Dừng máy chủ: Ctrl+C. Có chỗ không chạy: .venv/bin/hopchibo doctor", ""]
    return "\n".join(lines)


def _code(url: str) -> str:
    out = io.StringIO()
    segno.make(url, error="m").terminal(out, compact=True)
    return out.getvalue()


def _reach(url: str) -> str:
    if urlsplit(url).hostname in LOCAL:
        return "Địa chỉ này chỉ mở được trên chính máy này. Cho máy khác cùng mạng: make run HOST=0.0.0.0"
    return (
        f"Máy và điện thoại cùng mạng mở được địa chỉ này. Lần đầu, xem {url}/trust để máy tin địa chỉ này. "
        "Người ở xa chỉ vào được khi máy chủ đã được gọi thử từ ngoài (hopchibo doctor --outside)."
    )
