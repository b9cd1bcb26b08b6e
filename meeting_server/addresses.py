"""The names and addresses of this host, and what people type to reach the server."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from meeting_server.http.guard import Origins
from meeting_server.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def own_names() -> list[str]:
    """The host's name and its addresses on its networks, without asking the network."""
    name = socket.gethostname().lower()
    names = {name, f"{name}.local"} if "." not in name else {name}
    for family in (socket.AF_INET, socket.AF_INET6):
        names |= _outgoing(family)
    return sorted(names)


def _outgoing(family: socket.AddressFamily) -> set[str]:
    """The address a packet to the Internet would leave by; nothing is sent."""
    target = ("192.0.2.1", 9) if family == socket.AF_INET else ("2001:db8::1", 9)
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(target)
            address = str(probe.getsockname()[0])
    except OSError:
        return set()
    return set() if ipaddress.ip_address(address).is_unspecified else {address}


def hosts(settings: Settings) -> list[str]:
    """Every name under which a browser may call this server directly (the public address stands apart)."""
    if settings.local_only:
        return list(LOOPBACK)
    named = [settings.host] if settings.host not in ("0.0.0.0", "::", "") else []  # noqa: S104 - compared, not bound
    return sorted({*LOOPBACK, *named, *own_names(), *_certified(settings.tls_cert)})


def _certified(file: Path | None) -> list[str]:
    """The names in a certificate (wildcards stay out: the public address names such a server)."""
    if file is None:
        return []
    certificate = x509.load_pem_x509_certificates(file.read_bytes())[0]
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    found = names.get_values_for_type(x509.DNSName) + [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
    return [name.lower() for name in found if "*" not in name]


def address(settings: Settings, port: int) -> str:
    """What people type, without a slash at the end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    secure = settings.tls_cert is not None or settings.needs_authority
    local = "localhost" if settings.host == "127.0.0.1" else settings.host
    name = local if settings.local_only else _best(settings)
    shown = f"[{name}]" if ":" in name else name
    standard = port == (443 if secure else 80)
    return f"{'https' if secure else 'http'}://{shown}{'' if standard else f':{port}'}"


def _best(settings: Settings) -> str:
    """A certified name, else the address on the local network, else the host's name."""
    certified = _certified(settings.tls_cert)
    if certified:
        return certified[0]
    if settings.host not in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return settings.host
    return next(iter(_outgoing(socket.AF_INET)), own_names()[0])


def origins(settings: Settings) -> Origins:
    public = urlsplit(settings.public_url)
    origin = f"{public.scheme}://{public.netloc}" if settings.public_url else ""
    return Origins(frozenset(hosts(settings)), origin)
