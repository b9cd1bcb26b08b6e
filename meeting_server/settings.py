"""Settings of the server, from the environment (``HOPCHIBO_…``) and the options of ``hopchibo serve``.

Built once in ``__main__`` and handed down. What would be unsafe for others than the machine itself refuses to start
unless ``development`` is set.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from meeting_server.media.turn import TurnServer

RUNNING_AT = "address"  # in ``run``: host and port that the last server of this data directory listened on


class Settings(BaseSettings):
    """Every field is the environment variable ``HOPCHIBO_<FIELD>``; docs/operations.md lists them."""

    model_config = SettingsConfigDict(env_prefix="HOPCHIBO_", extra="ignore")

    data: Path = Field(Path("var"), description="Data directory: database, recordings, records, keys, sockets")
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for the whole network")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 = any free one")
    public_url: str = Field("", description="The address that people type, when it is not host and port")
    tls_cert: Path | None = Field(None, description="Certificate chain (PEM)")
    tls_key: Path | None = Field(None, description="Private key of the certificate (PEM)")
    trusted_proxies: str = Field("", description="Addresses whose X-Forwarded-… are believed, comma-separated")
    development: bool = Field(False, description="Allows plain HTTP beyond this machine; never in use")
    demo: bool = Field(False, description="Load the demonstration cell and allow the rehearsal")
    database: str = Field("", description="SQLAlchemy address; empty = hopchibo.sqlite in the data directory")
    web: Path = Field(Path(__file__).parent.parent / "web_client" / "dist", description="The built web client")
    models: Path = Field(Path("models"), description="Directory of speech models")
    speech: bool = Field(True, description="Start listener and recogniser beside the server")
    link: str = Field(
        "websocket", repr=False, description="Speech link: websocket on this machine, or redis://… between many"
    )
    link_port: int = Field(0, ge=0, le=65535, description="Loopback port of the speech link; 0 = any free one")
    link_token: str = Field("", repr=False, description="Secret of the speech link; empty = made at start")
    ice: str = Field("", repr=False, description="STUN and TURN servers for browsers, as a JSON list of RTCIceServer")
    media_hosts: str = Field("", description="Addresses at which the media node is reached; empty = all of its own")
    media_ports: str = Field("", description="UDP ports of the media node, first-last; empty = any")
    turn_host: str = Field(
        "", description="TURN relay (coturn with use-auth-secret) as browsers reach it; empty = none"
    )
    turn_secret: str = Field("", repr=False, description="The relay's static-auth-secret; credentials are made of it")
    turn_port: int = Field(3478, ge=1, le=65535, description="Port of the relay for UDP and TCP")
    turn_tls_port: int = Field(443, ge=0, le=65535, description="Port of the relay for TLS; 0 = it has none")
    turn_node: str = Field(
        "",
        pattern="^(udp|tcp|tls)?$",
        description="How the media node itself goes through that relay (shape C); empty = it does not",
    )
    turn: str = Field(
        "", repr=False, description="turn(s)://user:password@host:port by which the node itself is reached"
    )
    session_hours: int = Field(12, ge=1, le=168, description="A sign-in ends after so many hours without use")
    sockets_per_ip: int = Field(120, ge=1, le=10_000, description="Live connections from one address (a hall is one)")
    short_gap_s: float = Field(30, ge=0, le=600, description="A person whose line is cut so many seconds never left")
    logins: str = Field("8/minute;60/hour", description="Attempts to sign in by one account")
    logins_per_ip: str = Field("60/minute", description="Attempts to sign in from one address")
    joins_per_ip: str = Field("120/minute", description="Uses of join links from one address")
    codes_per_ip: str = Field("10/minute;60/hour", description="Uses of printed codes from one address")
    verifications_per_ip: str = Field("30/minute", description="Records checked for one address")
    trust: Path | None = Field(
        None, description="PEM file or directory: authorities whose seals and signatures are trusted beside our own"
    )
    page_codes: bool = Field(
        False, description="A code on each page of sealed minutes; a scan signed by hand then needs no slip beside it"
    )
    tsa_url: str = Field("", description="Time-stamping service (RFC 3161) for digital signatures; empty = none")
    tsa_roots: Path | None = Field(
        None, description="PEM file or directory: authorities of that service and of the signers' certificates"
    )
    pkcs11_module: Path | None = Field(None, description="Driver of the tokens that `hopchibo sign --token` signs by")
    installation: str = Field("", description="How this installation calls itself in the records it seals")
    heads_drop: Path | None = Field(
        None, description="Directory (a share) into which each new head is put for the level above"
    )
    heads_url: str = Field("", description="Address of the upper server to which each new head is pushed")
    heads_token: str = Field("", repr=False, description="The upper server's HOPCHIBO_HEADS_ACCEPT")
    heads_ca: Path | None = Field(
        None, description="The upper server's own authority (PEM), when no public one vouches for it"
    )
    heads_accept: str = Field(
        "", repr=False, description="Token with which servers below hand their heads up to this one; empty = none may"
    )
    rephraser: str = Field("", description="Address of an OpenAI-compatible endpoint, up to /v1; empty = none")
    rephraser_model: str = Field("", description="Model that the endpoint is asked for")
    rephraser_key: str = Field("", repr=False, description="Bearer token of the endpoint")
    rephraser_s: float = Field(30, ge=1, le=300, description="Most seconds an answer of it may take")
    log: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level that is logged")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("HOPCHIBO_TLS_CERT và HOPCHIBO_TLS_KEY phải đi cùng nhau")
        if self.public_url and urlsplit(self.public_url).scheme not in ("http", "https"):
            raise ValueError("HOPCHIBO_PUBLIC_URL phải bắt đầu bằng https://")
        plain = urlsplit(self.public_url).scheme == "http" and not _is_loopback(
            urlsplit(self.public_url).hostname or ""
        )
        if plain and not self.development:
            raise ValueError("HOPCHIBO_PUBLIC_URL phải là https:// (trình duyệt không mở micrô ở trang http://)")
        if self.link_token and len(self.link_token) < 16:
            raise ValueError("HOPCHIBO_LINK_TOKEN cần ít nhất 16 ký tự")
        if bool(self.turn_host) != bool(self.turn_secret) or (self.turn_node and not self.turn_host):
            raise ValueError(
                "HOPCHIBO_TURN_HOST và HOPCHIBO_TURN_SECRET phải đi cùng nhau; HOPCHIBO_TURN_NODE cần cả hai"
            )
        if self.turn_secret and len(self.turn_secret) < 16:
            raise ValueError("HOPCHIBO_TURN_SECRET cần ít nhất 16 ký tự")
        if self.turn_node == "tls" and not self.turn_tls_port:
            raise ValueError(
                "HOPCHIBO_TURN_NODE là tls, nhưng HOPCHIBO_TURN_TLS_PORT nói máy chuyển tiếp không có cổng TLS"
            )
        if self.rephraser and urlsplit(self.rephraser).scheme not in ("http", "https"):
            raise ValueError("HOPCHIBO_REPHRASER phải bắt đầu bằng http:// hoặc https://")
        beyond = urlsplit(self.rephraser).scheme == "http" and not _is_loopback(urlsplit(self.rephraser).hostname or "")
        if beyond and not self.development:
            raise ValueError("HOPCHIBO_REPHRASER ở máy khác thì phải là https://, vì lời biên bản đi qua đó")
        if self.tsa_url and urlsplit(self.tsa_url).scheme not in ("http", "https"):
            raise ValueError("HOPCHIBO_TSA_URL phải bắt đầu bằng http:// hoặc https://")
        if self.tsa_url and self.tsa_roots is None:
            raise ValueError("HOPCHIBO_TSA_URL cần HOPCHIBO_TSA_ROOTS: tin dấu thời gian của ai")
        self._safe_heads()
        self.ice_servers()
        return self

    def _safe_heads(self) -> None:
        if self.heads_url and urlsplit(self.heads_url).scheme not in ("http", "https"):
            raise ValueError("HOPCHIBO_HEADS_URL phải bắt đầu bằng https://")
        beyond = urlsplit(self.heads_url).scheme == "http" and not _is_loopback(urlsplit(self.heads_url).hostname or "")
        if beyond and not self.development:
            raise ValueError("HOPCHIBO_HEADS_URL ở máy khác thì phải là https://, vì mã bí mật đi qua đó")
        if bool(self.heads_url) != bool(self.heads_token):
            raise ValueError("HOPCHIBO_HEADS_URL và HOPCHIBO_HEADS_TOKEN phải đi cùng nhau")
        if self.heads_accept and len(self.heads_accept) < 16:
            raise ValueError("HOPCHIBO_HEADS_ACCEPT cần ít nhất 16 ký tự")

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def reached(self) -> Path:
        """Holds the day on which somebody first came in from outside."""
        return self.data / "reached"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def papers(self) -> Path:
        return self.data / "papers"

    @property
    def records(self) -> Path:
        return self.data / "records"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.data / 'hopchibo.sqlite').absolute()}"

    @property
    def founded(self) -> bool:
        """An installation is there: its database, or, where that is kept elsewhere, its directory."""
        return self.data.is_dir() if self.database else (self.data / "hopchibo.sqlite").exists()

    def installation_name(self) -> str:
        return self.installation or f"Họp Chi Bộ – {socket.gethostname()}"

    @property
    def local_only(self) -> bool:
        return _is_loopback(self.host)

    @property
    def needs_authority(self) -> bool:
        """Listening for others without a certificate or a proxy that has one: the server's own authority vouches."""
        return not (self.local_only or self.tls_cert or self.public_url or self.development)

    def relay(self) -> TurnServer | None:
        """The TURN relay for browsers."""
        if not self.turn_host:
            return None
        return TurnServer(self.turn_host, self.turn_secret, self.turn_port, self.turn_tls_port)

    def ice_servers(self) -> list[dict[str, Any]]:
        """RTCIceServer objects for browsers that are the same for all. Raises ValueError."""
        servers = json.loads(self.ice) if self.ice else []
        if not isinstance(servers, list) or not all(
            isinstance(server, dict) and "urls" in server for server in servers
        ):
            raise ValueError('HOPCHIBO_ICE phải là danh sách JSON như [{"urls": "stun:…"}]')
        return servers

    def folders(self) -> None:
        """Make the data directories; keys and sockets for the owner alone."""
        for folder in (self.data, self.run, self.recordings, self.records, self.papers, self.keys):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.run, self.keys):
            folder.chmod(0o700)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
