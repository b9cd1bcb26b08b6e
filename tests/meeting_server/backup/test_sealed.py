"""The encrypted stream: whole or refused, at every byte."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest

from meeting_server.backup import sealed
from meeting_server.backup.sealed import CHUNK, PLAIN, BackupFault, CutShort, NotOurs, Reader, Secret, Writer

KEY = Secret(key=bytes(range(32)))
WORDS = sealed.passphrase("mật khẩu đủ dài")


def locked(data: bytes, secret: Secret = KEY) -> bytes:
    onto = io.BytesIO()
    with Writer(onto, secret, {"made_at": 1}) as writer:
        for at in range(0, len(data), 70_000):
            writer.write(data[at : at + 70_000])
    return onto.getvalue()


def opened(body: bytes, secret: Secret = KEY) -> bytes:
    with Reader(io.BytesIO(body), secret) as reader:
        return reader.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("secret", [KEY, PLAIN])
def test_what_was_written_is_read(size: int, secret: Secret) -> None:
    data = random.Random(size).randbytes(size)
    assert opened(locked(data, secret), secret) == data


def test_nothing_of_the_contents_stands_in_the_file_and_no_two_are_alike() -> None:
    data = "chuối xanh ".encode() * 1_000
    one, other = locked(data), locked(data)
    assert "chuối".encode() not in one
    assert one[200:] != other[200:]


def test_a_passphrase_opens_and_another_does_not() -> None:
    body = locked(b"a", WORDS)
    assert opened(body, WORDS) == b"a"
    for wrong in (sealed.passphrase("một mật khẩu khác"), KEY, PLAIN):
        with pytest.raises(sealed.WrongSecret):
            opened(body, wrong)


@pytest.mark.parametrize("secret", [KEY, PLAIN])
def test_a_flipped_byte_anywhere_is_seen(secret: Secret) -> None:
    body = locked(bytes(2 * CHUNK + 5), secret)
    chance = random.Random(1)
    for at in [*range(160), *(chance.randrange(len(body)) for _ in range(40)), len(body) - 1]:
        broken = bytearray(body)
        broken[at] ^= 1
        with pytest.raises(BackupFault):
            opened(bytes(broken), secret)


def test_a_file_cut_anywhere_even_between_chunks_is_seen() -> None:
    body = locked(bytes(2 * CHUNK + 5))
    head = len(body) - (2 * (CHUNK + 16) + 21)
    for size in (head + CHUNK + 16, head + 2 * (CHUNK + 16), len(body) - 1, head + 5):
        with pytest.raises(BackupFault):
            opened(body[:size])
    second, third = body[head + CHUNK + 16 : head + 2 * (CHUNK + 16)], body[head : head + CHUNK + 16]
    with pytest.raises(BackupFault):
        opened(body[:head] + second + third + body[head + 2 * (CHUNK + 16) :])


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04", b"HCBBAK1\n", b"HCBBAK1\n\x00\x00\x00\x02{}", b"HCBBAK1\n\xff\xff\xff\xff"]
)
def test_what_is_not_ours_is_refused(body: bytes) -> None:
    with pytest.raises(NotOurs):
        opened(body)


def test_a_header_cannot_ask_for_boundless_work() -> None:
    body = locked(b"a", WORDS).replace(b'"n": 65536', b'"n": 99999999')
    size = int.from_bytes(body[8:12], "big") + 3
    with pytest.raises(NotOurs):
        opened(body[:8] + size.to_bytes(4, "big") + body[12:], WORDS)


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "k"
    sealed.new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert opened(locked(b"a", sealed.key_of(path)), sealed.key_of(path)) == b"a"
    with pytest.raises(FileExistsError):
        sealed.new_key(path)
    for wrong in (b"", b"hopchibo-backup-key-1 AAAA", os.urandom(60)):
        path.write_bytes(wrong)
        with pytest.raises(BackupFault):
            sealed.key_of(path)
    with pytest.raises(BackupFault):
        sealed.passphrase("ngắn")


def test_secrets_are_not_shown() -> None:
    assert "mật" not in repr(WORDS) + str(WORDS)
    assert CutShort.__mro__[1] is BackupFault
