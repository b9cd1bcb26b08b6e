"""Debian's Firefox, driven by its own Marionette protocol: length-prefixed JSON over a local socket, nothing else."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = Path("/usr/bin/firefox-esr")
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
}


class Firefox:
    """One window. Errors of the page's script are raised as AssertionError."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket, self._number = connection, 0
        self._read()
        self.call("WebDriver:NewSession")

    def call(self, command: str, **parameters: Any) -> Any:
        self._number += 1
        data = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(str(len(data)).encode() + b":" + data)
        _, _, error, value = self._read()
        if error:
            raise AssertionError(f"{command}: {error.get('message')}")
        return value

    def _read(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self._take(1)
        size, body = int(head[:-1]), b""
        while len(body) < size:
            body += self._take(size - len(body))
        return json.loads(body)

    def _take(self, most: int) -> bytes:
        data = self._socket.recv(most)
        if not data:
            raise AssertionError("Firefox went away")
        return data

    def go(self, url: str) -> None:
        self.call("WebDriver:Navigate", url=url)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.call("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]

    def until(self, script: str, seconds: float, what: str) -> Any:
        """Wait until the script returns something true."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            if found := self.run(script):
                return found
            time.sleep(0.2)
        raise AssertionError(f"after {seconds:.0f} s still not: {what}")

    def click(self, words: str, kind: str = "button, label, a") -> None:
        """Click what shows these words, once it is there and not disabled."""
        script = (
            f"const e = [...document.querySelectorAll({kind!r})].find((e) => e.textContent.includes({words!r}) "
            "&& !e.disabled); if (e) e.click(); return Boolean(e);"
        )
        self.until(script, 15, f"“{words}” can be clicked")

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("WebDriver:TakeScreenshot", full=False)["value"]))


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A fresh, headless Firefox on a port of the system's choice."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile.mkdir(parents=True)
    lines = [
        f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in {**PREFERENCES, "marionette.port": port}.items()
    ]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [str(FIREFOX), "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    env = {**os.environ, "HOME": str(profile), "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with _connected(port) as connection:
            yield Firefox(connection)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def _connected(port: int) -> socket.socket:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            time.sleep(0.2)
        else:
            return connection
    raise AssertionError("Firefox did not open its port in a minute")
