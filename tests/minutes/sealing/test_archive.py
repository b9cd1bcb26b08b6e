from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.sealing import archive

names = st.text("abcxyz.-", min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(names, st.binary(max_size=200), max_size=5))
def test_what_was_packed_is_unpacked_and_any_zip_reader_opens_it(parts: dict[str, bytes]) -> None:
    data = archive.pack(parts)
    assert archive.unpack(data) == parts
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == parts


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_that_are_no_package_are_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(archive.NotAPackage):
        archive.unpack(data)


@pytest.mark.parametrize("bit", range(8))
def test_every_bit_of_the_frame_counts(bit: int) -> None:
    data = archive.pack({"one.json": b"{}", "two.bin": bytes(20)})
    for offset in range(len(data)):
        changed = bytearray(data)
        changed[offset] ^= 1 << bit
        with pytest.raises(archive.NotAPackage):
            archive.unpack(bytes(changed))


def test_bytes_before_between_or_after_are_refused() -> None:
    data = archive.pack({"one": b"1", "two": b"2"})
    for forged in (b"x" + data, data + b"x", data[:-1], archive.pack({"one": b"1"}) + data):
        with pytest.raises(archive.NotAPackage):
            archive.unpack(forged)
