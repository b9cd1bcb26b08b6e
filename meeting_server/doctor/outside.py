"""What members far away will meet: which of the shapes A, B, C of docs/operations.md this machine is in."""

from __future__ import annotations

import ipaddress
import socket

from meeting_server.doctor.checks import Finding, Place
from meeting_server.reached import since

CARRIER_NAT = ipaddress.ip_network("100.64.0.0/10")


def own_addresses() -> list[str]:
    """Addresses of this machine that others on its network may reach, without sending anything."""
    found = []
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))  # a UDP connect only asks the routing table
                found.append(str(probe.getsockname()[0]))
            except OSError:
                continue
    return found


def shape(addresses: list[str]) -> str:
    """ "A" public address; "C" behind carrier NAT; "B" a private network only; "" no network at all."""
    parsed = [ipaddress.ip_address(address) for address in addresses]
    if any(address.is_global for address in parsed):
        return "A"
    if any(address.version == 4 and address in CARRIER_NAT for address in parsed):
        return "C"
    return "B" if parsed else ""


def outside(place: Place) -> Finding:
    """What can be said from within: the addresses, and whether somebody from outside was ever served."""
    if day := since(place.data / "reached"):
        return Finding("OK", f"đã có máy từ ngoài vào được máy chủ này (lần đầu ngày {day})")
    addresses = own_addresses()
    match shape(addresses):
        case "A":
            advice = "Thử thật: dùng điện thoại tắt Wi-Fi, mở địa chỉ của máy chủ; mở được thì lần sau mục này ghi ✓."
            seen = f"địa chỉ công khai {addresses[0]} (mô hình A), nhưng chưa có máy nào từ ngoài vào thử"
            return Finding("WARN", seen, advice)
        case "C":
            advice = "Mô hình C: cần máy chuyển tiếp TURN qua cổng 443 ở xã hoặc tỉnh; xem docs/operations.md."
            return Finding("WARN", "máy ở sau mạng của nhà mạng, từ ngoài không gọi vào được", advice)
        case "B":
            advice = "Mô hình B: chỉ hội trường và máy cùng mạng. Muốn có người ở xa: đặt máy chủ ở xã (mô hình A)."
            return Finding("WARN", f"địa chỉ nội bộ {addresses[0]}", advice)
        case _:
            return Finding("WARN", "máy không nối mạng", "Họp tại hội trường vẫn được; người ở xa không vào được.")
