"""Golden pages: what is printed looks as it looked when somebody last looked (coarse greys, so that fonts' hinting
and the rasteriser's version do not matter). HOPCHIBO_GOLDEN=write draws them anew; then look at them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from minutes.export.paper import Paper, paper_of
from minutes.export.pdf import pdf_bytes
from minutes.export.resolution import resolution_of
from tests.minutes.export import papers

GOLDEN = Path(__file__).parent / "golden"
PAGES = {
    "minutes": lambda: paper_of(papers.whole(12)),
    "draft": lambda: paper_of(papers.chained(papers.course(3)[:-2])),
    "resolution": lambda: resolution_of(papers.whole(), number="07-NQ/CB", draft=False),
}
PER_PIXEL = 2  # mean difference of grey, of 255


def greys(path: Path) -> tuple[bytes, bytes]:
    """Header and pixels of a PGM file (P5, one header line each)."""
    kind, size, depth, pixels = path.read_bytes().split(b"\n", 3)
    assert (kind, depth) == (b"P5", b"255")
    return size, pixels


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_look_as_they_did(name: str, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    paper: Paper = PAGES[name]()
    (tmp_path / "p.pdf").write_bytes(pdf_bytes(paper))
    command = ["pdftoppm", "-gray", "-r", "18", tmp_path / "p.pdf", tmp_path / name]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    drawn = sorted(tmp_path.glob(f"{name}-*.pgm"))
    if os.environ.get("HOPCHIBO_GOLDEN") == "write":
        for page in drawn:
            shutil.copy(page, GOLDEN / page.name)
    assert [page.name for page in drawn] == sorted(page.name for page in GOLDEN.glob(f"{name}-*.pgm"))
    for page in drawn:
        (size, pixels), (wanted, golden) = greys(page), greys(GOLDEN / page.name)
        assert size == wanted
        assert sum(abs(a - b) for a, b in zip(pixels, golden, strict=True)) / len(golden) < PER_PIXEL, page.name
