"""How safe, fast and small the record is: ``python -m benchmarks.record`` (make bench-record).

Forgeries are all those of the ``*forgeries`` modules here (those by who holds the manifest key must be named in their
part) and 1,000 single changed bytes; search and supervision are
measured by ``benchmarks.archive``. The last line is one JSON object.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

import pikepdf
from docx import Document

from benchmarks import archive_forgeries, forgeries, form_forgeries, insider_forgeries, signed_forgeries
from minutes.export.docx import docx_bytes
from minutes.export.paper import paper_of
from minutes.export.pdf import pdf_bytes
from minutes.record.events import Entry, Spoke
from minutes.sealing import archive, package, sign, tree
from minutes.sealing.keys import Keys, load_or_create
from minutes.sealing.sign import Signing, pkcs12_signer
from minutes.sealing.verify import Against, verify_bytes
from tests.minutes.export import papers
from tests.minutes.sealing.authority import PASSWORD, Authority, authority

FLIPS = int(os.environ.get("HOPCHIBO_BENCH_FLIPS", "1000"))
RECORDS = os.environ.get("HOPCHIBO_BENCH_RECORDS", "500000")
UTTERANCES, OPINIONS = 1500, 70  # two hours
YEAR_OF_A_PROVINCE = 52_224  # 4,352 cells, monthly
YEARS_LATER = 3
AT = papers.START + 200 * papers.MINUTE
Value = TypeVar("Value")
ELSEWHERE = ("search_500k_postgres_p95_ms", "search_5k_sqlite_p95_ms", "supervision_4352x12_ms")
rows: dict[str, object] = dict.fromkeys(ELSEWHERE)


def say(name: str, value: object, note: str = "") -> None:
    rows[name] = value
    print(f"{name:34} {value!s:>12}  {note}")


def timed(work: Callable[[], Value], times: int = 3) -> tuple[Value, float]:
    """The result and the median of the wall time in seconds."""
    spent, result = [], None
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        spent.append(time.perf_counter() - began)
    assert result is not None
    return result, round(median(spent), 4)


def two_hours() -> list[Entry]:
    """A long evening: 1,500 utterances that are not in the minutes, seventy opinions that are."""
    course = papers.course(OPINIONS)
    place = next(n for n, step in enumerate(course) if isinstance(step[2], Spoke))
    said = [
        (5 + n // 25, "system", Spoke("t2", n * 96_000, n * 96_000 + 90_000, papers.START + n * 4000, "m4",
                                      f"{papers.UNSAID} {n}", f"{papers.UNSAID} {n}", item="i1"))
        for n in range(UTTERANCES)
    ]  # fmt: skip
    return papers.chained([*course[:place], *said, *course[place + 1 :]])


def prints(log: list[Entry], folder: Path) -> None:
    paper, _ = timed(lambda: paper_of(log))
    pdf, seconds = timed(lambda: pdf_bytes(paper), 1)
    say("pdf_s", seconds, f"{len(pdf) // 1000} kB")
    docx, seconds = timed(lambda: docx_bytes(paper))
    say("docx_s", seconds, f"{len(docx) // 1000} kB")
    if shutil.which("pdftotext"):
        (folder / "p.pdf").write_bytes(pdf)
        box = ["-x", "0", "-y", "55", "-W", "600", "-H", "735"]
        done = subprocess.run(["pdftotext", "-raw", *box, folder / "p.pdf", "-"], capture_output=True, check=True)
        same = sorted(re.findall(r"\w+", done.stdout.decode())) == sorted(re.findall(r"\w+", _docx_text(docx)))
        say("docx_and_pdf_same_text", same)
        _laid_out(folder / "p.pdf", (*paper.left.labels, *paper.right.labels), (paper.left.name, paper.right.name))


WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">')


def _laid_out(pdf: Path, labels: tuple[str, ...], names: tuple[str, ...]) -> None:
    """No word outside its page; labels and names of those who sign on one page."""
    done = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True)
    outside = 0
    for page in done.stdout.decode().split("<page ")[1:]:
        wide, high = (float(number) for number in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for left, top, right, bottom in ((float(number) for number in found) for found in WORD.findall(page)):
            outside += left < 0 or top < 0 or right > wide or bottom > high
    say("words_outside_the_page", outside)
    raw = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True).stdout.decode().split("\f")
    last = {max((at for at, page in enumerate(raw) if words in page), default=-1) for words in (*labels, *names)}
    say("labels_with_their_names", len(last) == 1 and -1 not in last)


def _docx_text(data: bytes) -> str:
    parts = []
    for element in Document(io.BytesIO(data)).iter_inner_content():
        cells = [cell for row in element.rows for cell in row.cells] if hasattr(element, "rows") else []
        parts += [paragraph.text for cell in cells for paragraph in cell.paragraphs] or [getattr(element, "text", "")]
    return "\n".join(parts)


def seals(log: list[Entry], keys: Keys, people: Authority) -> package.Package:
    record, seconds = timed(lambda: package.seal(log, keys, at=AT, leaves=()))
    say("seal_system_s", seconds, f"{len(log)} entries, {len(record.data) // 1000} kB")
    secretary = pkcs12_signer(people.person("Lương Văn Chiến"), PASSWORD)
    chair = pkcs12_signer(people.person("Vi Văn Thuận"), PASSWORD)

    def both() -> package.Package:
        made = package.draft(log)
        first = sign.signed(sign.sealed(made.pdf, keys), secretary, Signing("ThuKy", "Ghi biên bản", certify=False))
        second = sign.signed(first, chair, Signing("ChuTri", "Duyệt", certify=False))
        return package.seal_signed(made, second, package.people(made), keys, at=AT, leaves=())

    _, seconds = timed(both)
    say("seal_s", seconds, "PDF/A, seal, two signatures, package, log, receipt")
    found = sum(record.data.count("kowabunga".encode(code)) for code in ("utf-8", "utf-16-be"))
    found += sum(data.count(b"kowabunga") for data in _streams(archive.unpack(record.data)["record.pdf"]))
    say("unsaid_words_found", found)
    same = package.draft(log) == package.draft(log)
    say("packed_twice_identical", same)
    return record


def _streams(pdf: bytes) -> list[bytes]:
    """Every stream of a PDF, unpacked."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [bytes(item.read_bytes()) for item in file.objects if isinstance(item, pikepdf.Stream)]


def verifies(record: package.Package, keys: Keys, folder: Path) -> None:
    _, seconds = timed(lambda: verify_bytes(record.data))
    say("verify_in_process_s", seconds)
    (folder / "r.hcb.zip").write_bytes(record.data)
    (folder / "trust.pem").write_bytes(keys.chain_pem)
    command = [
        sys.executable,
        "-m",
        "minutes",
        "verify",
        str(folder / "r.hcb.zip"),
        "--trust",
        str(folder / "trust.pem"),
    ]
    before = os.times()
    done, seconds = timed(lambda: subprocess.run(command, capture_output=True, timeout=60))
    after = os.times()
    say("verify_s", seconds, f"command from cold, exit {done.returncode}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    say("verify_cpu_s", round(spent / 3, 4), "processor time of one, whatever else the machine does")


def flipped(base: forgeries.Ground) -> tuple[int, int]:
    rng = random.Random(20261123)
    seen = named = 0
    for _, part, forgery in forgeries.flips(base, FLIPS, rng.randrange):
        verdict = verify_bytes(forgery.data)
        seen += not verdict.whole
        named += part in {fault.part for fault in verdict.faults}
    say("flips_seen", f"{seen}/{FLIPS}")
    say("flips_named", f"{named}/{FLIPS}")
    return seen, FLIPS


def by_persons(base: forgeries.Ground, people: Authority, folder: Path) -> tuple[int, int]:
    """Records with two signatures and with a scan: a tenth of the flips each, and their own forgeries."""
    signed, first = signed_forgeries.signed_ground(base, people, folder / "signed", AT)
    scanned = signed_forgeries.scanned_ground(base, folder / "scanned", AT)
    rng, each, seen = random.Random(20261124), max(1, FLIPS // 10), 0
    for name, true in (("two_signatures", signed), ("hand_signed", scanned)):
        flips = forgeries.flips(true, each, rng.randrange)
        own = sum(not verify_bytes(forgery.data).whole for _, _, forgery in flips)
        say(f"flips_seen_{name}", f"{own}/{each}")
        seen += own
    known = list(signed_forgeries.forgeries(signed, first, scanned, people))
    caught = told([(forgery.name, forgery.seen) for forgery in known])
    scan = told([("scan of another version", not signed_forgeries.takes_a_scan_of_another_version(base))])
    return seen + caught + scan, 2 * each + len(known) + 1


def told(known: list[tuple[str, bool]]) -> int:
    for name, caught in known:
        print(f"  {'seen' if caught else 'MISSED':8} {name}")
    return sum(caught for _, caught in known)


def forged(base: forgeries.Ground, people: Authority, folder: Path) -> None:
    counted = [flipped(base), by_persons(base, people, folder)]
    alone = Against(trust=[base.keys.authority])
    both = Against(trust=[base.keys.authority, base.other_keys.authority])
    for known in (
        [(forgery.name, forgery.seen) for forgery in forgeries.forgeries(base)],
        [(f"manifest key: {one.name}", one.named(alone)) for one in insider_forgeries.insiders(base)],
        [(f"form: {one.name}", one.named(alone)) for one in form_forgeries.forms(base)],
        [(f"seal: {one.name}", one.named(both)) for one in form_forgeries.seals(base)],
        list(archive_forgeries.forgeries(base, folder / "archive")),
    ):
        counted.append((told(known), len(known)))
    seen, tried = (sum(column) for column in zip(*counted, strict=True))
    say("forgeries_seen", f"{seen}/{tried}")
    say("forgeries_seen_share", round(seen / tried, 6))


def drill() -> None:
    """Backed up under load, restored elsewhere, all roots equal, erased things absent: the test of it, as a figure."""
    began = time.perf_counter()
    wanted = "under_load or erased"
    command = [sys.executable, "-m", "pytest", "-q", "tests/meeting_server/backup/test_restore.py", "-k", wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    say("restore_drill", done.returncode == 0, f"{time.perf_counter() - began:.0f} s; {done.stdout.splitlines()[-1]}")


def outlives(log: list[Entry], keys: Keys, people: Authority, folder: Path) -> None:
    """Signed and stamped today, judged by the command under another clock when the signers' certificates are over."""
    if shutil.which("faketime") is None:
        say("expired_still_valid", None, "faketime is not installed")
        return
    stamps = authority("CA dấu thời gian")
    stamping = stamps.stamping(roots=(people.root,))
    stamping = replace(stamping, lists=(*stamping.lists, people.revocations()))
    made = package.draft(log)
    secretary, chair = (pkcs12_signer(people.person(one.name, 730), PASSWORD) for one in package.people(made))
    pdf = sign.signed(sign.sealed(made.pdf, keys), secretary, Signing("ThuKy", "", certify=False), stamping)
    pdf = sign.signed(pdf, chair, Signing("ChuTri", "", certify=False), stamping)
    pdf = sign.restamped(pdf, stamping)
    record = package.seal_signed(made, pdf, package.people(made), keys, at=AT)
    (folder / "late.hcb.zip").write_bytes(record.data)
    pem = b"".join(one.public_bytes(sign.serialization.Encoding.PEM) for one in (people.root, stamps.root))
    (folder / "late.pem").write_bytes(keys.chain_pem + pem)
    verify = [
        sys.executable,
        "-m",
        "minutes",
        "verify",
        str(folder / "late.hcb.zip"),
        "--trust",
        str(folder / "late.pem"),
    ]
    done = subprocess.run(["faketime", "-f", f"+{YEARS_LATER}y", *verify], capture_output=True, timeout=120)
    say("expired_still_valid", done.returncode == 0, f"+{YEARS_LATER} years, signers' certificates ran 2")


def year(keys: Keys) -> None:
    leaves = [tree.Leaf(f"m{n}", 1, f"{n:064x}") for n in range(YEAR_OF_A_PROVINCE)]

    def receipt() -> tree.Receipt:
        return tree.receipt(leaves, 31_337, tree.signed_head(leaves, keys.manifest_key, AT))

    given, seconds = timed(receipt, 1)
    say("year_head_and_receipt_s", seconds, f"{YEAR_OF_A_PROVINCE} leaves, {len(given.path)} hashes")


def archive_rows() -> None:
    """Search and supervision at the size of a province, in a process of their own; HOPCHIBO_BENCH_RECORDS=0: not."""
    if RECORDS == "0":
        return
    command = [sys.executable, "-u", "-m", "benchmarks.archive", "--records", RECORDS]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            if last:
                print(last, flush=True)
            last = line.rstrip("\n")
    if running.returncode:
        print(f"benchmarks.archive ended with {running.returncode}: not measured")
        return
    rows.update(json.loads(last))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        now = datetime.now(UTC)
        keys = load_or_create(folder / "keys", "Họp Chi Bộ đo thử", now)
        other = load_or_create(folder / "other", "Họp Chi Bộ đo thử", now)
        people = authority("CA thử của các đồng chí")
        log = two_hours()
        prints(log, folder)
        record = seals(log, keys, people)
        assert "log.jsonl" in archive.unpack(record.data)
        verifies(record, keys, folder)
        outlives(log, keys, people, folder)
        year(keys)
        forged(forgeries.ground(papers.whole(), keys, other, folder / "heads", AT), people, folder)
    drill()
    archive_rows()
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
