"""A second verifier, written from docs/record.md alone and sharing no code with the first.

Checks zip, manifest, parts, log, chain, tree, receipt, and what the manifest states; of the PDF what its bytes show
(not its signatures: that needs a PAdES implementation). Usage: python docs/verify_record.py FILE. Needs Python 3.11 and
the package ``cryptography``.
"""

# ruff: noqa: T201 - a command speaks by printing
import hashlib
import json
import re
import struct
import sys
import unicodedata
import zlib
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

HASHED = ["record.pdf", "minutes.json", "attendance.json", "votes.json", "log.jsonl", "certificates.pem"]
TAIL = ["manifest.json", "manifest.sig", "receipt.json"]
HEAD = ["v", "meeting", "seq", "at", "actor", "authority", "kind", "body_hash"]
RETENTION = "2026-01-01"
PERMANENT = {
    "Scheduled", "Noticed", "RecordingDecided", "Opened", "Joined", "Left", "RollCalled", "Excused", "GuestCame",
    "ChairAppointed", "Closed", "Sealed", "SecretaryAppointed", "TaskGiven", "Answered", "SelfScored", "Reserved",
    "ItemStarted", "ItemConcluded", "MotionPut", "VoteCast", "MotionClosed", "Petitioned", "RemoteAllowed", "Amended",
    "TaskWithdrawn", "PetitionWithdrawn",
    "OffRecord", "OnRecord", "Erased", "ReadBack", "Passed", "Submitted", "Approved", "ScanAttached",
    "BallotsCounted", "Reopened",
}  # fmt: skip
SHORT = {
    "TrackOpened", "HandRaised", "FloorGiven", "FloorReturned", "Spoke", "Corrected", "SpeakerAssigned",
    "Retranscribed", "Returned", "Drafted", "BlockSaved", "BlockInserted", "BlockDeleted", "BlockMoved",
}  # fmt: skip
ROLES = {"NiemPhong": "system", "ThuKy": "secretary", "ChuTri": "chair"}
PARTS = 1000
YEAR_10000 = 253_402_300_800_000
BEGINS = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


class Wrong(Exception):
    pass


def need(true, message):
    if not true:
        raise Wrong(message)


def unhex(text):
    found = bytes.fromhex(text)
    need(found.hex() == text, "hex that is not lower-case")
    return found


def whole(value):
    """A whole number: in Python ``True`` is 1, in JSON it is not."""
    return type(value) is int


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def dumps(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value):
    return unicodedata.normalize("NFC", dumps(value)).encode()


def read_json(data, what):
    value = json.loads(data, parse_float=lambda _: need(False, f"{what}: a float"))
    need(canonical(value) == data, f"{what}: not canonical")
    return value


def read_zip(data):
    parts, at, directory = {}, 0, b""
    while data[at : at + 4] == b"PK\3\4":
        need(len(parts) < PARTS, "zip: too many parts")
        size, length = struct.unpack_from("<I", data, at + 22)[0], struct.unpack_from("<H", data, at + 26)[0]
        name, body = data[at + 30 : at + 30 + length], data[at + 30 + length : at + 30 + length + size]
        need(len(body) == size and name.decode("ascii") not in parts, "zip: a part is cut or doubled")
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 0x21, zlib.crc32(body), size, size, length, 0)
        need(data[at : at + 30] == b"PK\3\4" + common, f"zip: header of {name.decode('ascii')}")
        directory += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
        parts[name.decode("ascii")] = body
        at += 30 + length + size
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), at, 0)
    need(data[at:] == directory + end, "zip: directory")
    return parts


def tree(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1", tree(hashes[:half]), tree(hashes[half:]))


def climb(leaf, index, size, path):
    """The root above a leaf, by recursion from the top as RFC 6962 §2.1.1 draws it."""
    if size == 1:
        need(not path, "receipt: path too long")
        return leaf
    need(path, "receipt: path too short")
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha(b"\1", climb(leaf, index, half, path[:-1]), path[-1])
    return sha(b"\1", path[-1], climb(leaf, index - half, size - half, path[:-1]))


def check_log(data, manifest):
    """Returns the entries, each with its body read as ``said`` (None where it is left out)."""
    digest, leaves, lines = bytes(32), [], []
    need(data.endswith(b"\n"), "log: does not end")
    for number, raw in enumerate(data[:-1].split(b"\n"), 1):
        line = json.loads(raw)
        need(dumps(line).encode() == raw, f"log: line {number} is not canonical")
        fields = {*HEAD, "leaf", "digest"} | ({"body", "salt"} & set(line) and {"body", "salt"})
        need(set(line) == fields, f"log: fields of entry {number}")
        need(line["seq"] == number and line["meeting"] == manifest["meeting"], f"log: entry {number} is out of place")
        if "body" in line:
            salt = unhex(line["salt"])
            fits = len(salt) == 16 and sha(salt, line["body"].encode()).hex() == line["body_hash"]
            need(fits, f"log: body {number}")
        head = {key: line[key] for key in HEAD}
        leaf = sha(b"\0", canonical(head))
        digest = sha(b"\2", digest, leaf)
        need(leaf.hex() == line["leaf"] and digest.hex() == line["digest"], f"log: entry {number} was altered")
        leaves.append(leaf)
        lines.append(line | {"said": json.loads(line["body"]) if "body" in line else None})
    need(len(leaves) == manifest["entries"] and digest.hex() == manifest["digest"], "log: length or digest")
    need(tree(leaves).hex() == manifest["root"], "log: root")
    return lines


def day_of(at):
    return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=7)).date().isoformat()


def check_bodies(lines, retention):
    if RETENTION < retention <= day_of(lines[-1]["at"]):  # a table newer than this verifier
        need(date.fromisoformat(retention).isoformat() == retention, "manifest: retention is no date")
        return
    need(retention == RETENTION, "manifest: no such table of retention")
    for line in lines:
        need(line["kind"] not in PERMANENT or line["said"] is not None, f"log: body {line['seq']} is left out")
        need(line["kind"] not in SHORT or line["said"] is None, f"log: body {line['seq']} is not kept in records")


def check_facts(lines, manifest):
    plan = [line["said"] for line in lines if line["kind"] == "Scheduled" and line["said"]][-1]
    approvals = [line["said"] for line in lines if line["kind"] == "Approved" and line["said"]]
    opened = [line for line in lines if line["kind"] == "Opened"]  # a later one puts the time told right
    told_at = [line["said"]["happened_at"] for line in opened if line["said"] and line["said"].get("happened_at")]
    began = told_at[-1] if told_at else opened[0]["at"] if opened else plan["starts_at"]
    need(lines[-1]["kind"] == "Approved" and lines[-1]["said"], "log: does not end with the approval")
    numbers = [said["number"] for said in approvals if said.get("number")] or [plan.get("number", "")]
    told = {
        "title": plan["title"],
        "cell": plan["cell"],
        "cell_name": plan["cell_name"],
        "number": numbers[-1],
        "day": day_of(began),
        "approved_at": lines[-1]["at"],
        "version": approvals[-1].get("version", 1),
        "reason": approvals[-1].get("reason", ""),
        "document": approvals[-1]["document"],
    }
    for name, value in told.items():
        need(dumps(manifest[name]) == dumps(value), f"manifest: {name} is not what the log says")


def check_form(manifest, authority, key_id, minutes, scans):
    """What no log tells."""
    need(whole(manifest["v"]) and manifest["v"] == 1 and manifest["format"] == "hopchibo-record", "manifest: format")
    need(manifest["key_id"] == key_id, "manifest: names another key")
    need(manifest["authority"] == authority, "manifest: names another authority")
    need(whole(manifest["sealed_at"]) and 0 <= manifest["sealed_at"] < YEAR_10000, "manifest: sealed_at is no time")
    need(re.fullmatch("[0-9a-f]{64}", manifest.get("previous", "0" * 64)), "manifest: previous is no hash")
    if "scan" in manifest:
        pages = manifest["scan"]["pages"]
        need(isinstance(manifest["scan"]["by"], str) and whole(pages), "manifest: scan")
        need(scans and pages >= len(scans), "manifest: scan")
    rows = manifest["signatures"]
    fields = [row["field"] for row in rows]
    need(len(set(fields)) == len(fields) and fields[:1] == ["NiemPhong"], "manifest: fields of the signatures")
    paper = minutes.get("paper") or {}
    names = {"NiemPhong": manifest["installation"]}
    if paper:
        names |= {"ThuKy": paper["left"]["name"], "ChuTri": paper["right"]["name"]}
    for row in rows:
        need(set(row) == {"field", "role", "name"}, "manifest: a row of the signatures")
        need(isinstance(row["name"], str) and names.get(row["field"], row["name"]) == row["name"], "manifest: a name")


def check_state(manifest, scans):
    state, fields = manifest["state"], [row["field"] for row in manifest["signatures"]]
    persons = "ThuKy" in fields or "ChuTri" in fields
    need(state in ("sealed", "signed", "hand_signed"), "manifest: state")
    need(
        fields and (state == "hand_signed" or (state == "signed") == persons), "manifest: state without its signatures"
    )
    need((state == "hand_signed") == bool(scans), "manifest: state and scans")
    for row in manifest["signatures"]:
        role = "upper" if row["field"].startswith("XacNhan") else ROLES.get(row["field"])
        need(role and row["role"] == role, f"manifest: role of {row['field']}")


def check_scans(parts, scans):
    for place, name in enumerate(scans, 1):
        match = re.fullmatch(r"scan-(\d{3})\.(jpg|png|pdf)", name)
        need(match and int(match[1]) == place, f"{name}: wrong name, or a page is missing")
        need(parts[name].startswith(BEGINS[match[2]]), f"{name}: is not what its name says")


def inflated(data, limit):
    try:
        return zlib.decompressobj().decompress(data, limit)
    except zlib.error:
        return b""


def check_pdf(pdf, minutes, manifest):
    """What needs no PAdES: how far the signatures reach, and the data inside."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*0\s+\d+\s+(\d+)\s+(\d+)\s*\]", pdf)
    need(len(ranges) >= len(manifest["signatures"]), "record.pdf: signatures are missing")
    rest = pdf[max(int(start) + int(length) for start, length in ranges) :]
    need(not rest or b"/DSS" in rest or b"/ObjStm" in rest, "record.pdf: more stands after the last signature")
    streams = (match[1] for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.S))
    need(any(inflated(one, len(minutes) + 1) == minutes for one in streams), "record.pdf: carries other minutes")


def check_receipt(data, manifest, manifest_bytes, key, key_id):
    receipt = read_json(data, "receipt.json")
    need(set(receipt) == {"v", "leaf", "index", "path", "head"}, "receipt: fields")
    need(whole(receipt["v"]) and receipt["v"] == 1, "receipt: version")
    need(set(receipt["head"]) == {"at", "key_id", "root", "signature", "size"}, "receipt: fields of the head")
    leaf = {"meeting": manifest["meeting"], "version": manifest["version"], "manifest": sha(manifest_bytes).hex()}
    need(dumps(receipt["leaf"]) == dumps(leaf), "receipt: of another record")
    head = dict(receipt["head"])
    need(all(whole(one) for one in (receipt["index"], head["size"], head["at"])), "receipt: numbers")
    need(head["at"] >= manifest["sealed_at"], "receipt: of before the sealing")
    signature = unhex(head.pop("signature"))
    need(head["key_id"] == key_id, "receipt: key")
    path = [unhex(node) for node in receipt["path"]]
    need(0 <= receipt["index"] < head["size"], "receipt: path")
    need(
        climb(sha(b"\0", canonical(leaf)), receipt["index"], head["size"], path).hex() == head["root"], "receipt: root"
    )
    key.verify(signature, canonical({**head, "v": 1, "log": "hopchibo-heads"}))


def check(data):
    """Raises for anything wrong; returns the manifest."""
    parts = read_zip(data)
    need(list(parts)[-3:] == TAIL, "parts: the last three")
    raw = parts["manifest.json"]
    manifest = read_json(raw, "manifest.json")
    need([row["name"] for row in manifest["files"]] == list(parts)[:-3], "manifest: other parts than listed")
    for row in manifest["files"]:
        body = parts[row["name"]]
        true = {"name": row["name"], "size": len(body), "sha256": sha(body).hex()}
        need(dumps(row) == dumps(true), f"{row['name']}: was altered")
    scans = [name for name in parts if name.startswith("scan-")]
    need(list(parts) == [*HASHED, *scans, *TAIL], "parts: others than a record has")
    authority, signer, seal = chain = x509.load_pem_x509_certificates(parts["certificates.pem"])
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in chain)
    need(pem == parts["certificates.pem"], "certificates: more than the three")
    names = [one.value for one in authority.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    need(names == [manifest["installation"]], "certificates: of another installation")
    signer.verify_directly_issued_by(authority)
    seal.verify_directly_issued_by(authority)
    key = signer.public_key()
    key_id = sha(key.public_bytes_raw()).hex()[:16]
    minutes = read_json(parts["minutes.json"], "minutes.json")
    check_form(manifest, sha(authority.public_bytes(Encoding.DER)).hex(), key_id, minutes, scans)
    key.verify(parts["manifest.sig"], raw)
    lines = check_log(parts["log.jsonl"], manifest)
    check_bodies(lines, manifest["retention"])
    check_facts(lines, manifest)
    check_state(manifest, scans)
    check_scans(parts, scans)
    paper = minutes.get("paper")
    need(paper is None or paper["layout"] == manifest["layout"], "manifest: layout is not the printed one")
    original = manifest["original"] if paper is None else paper.get("original", manifest["original"])
    need(original == manifest["original"], "manifest: another copy is the original than the minutes say")
    need(paper is None or manifest["root"] in paper["footer"], "manifest: root is not the printed one")
    check_pdf(parts["record.pdf"], parts["minutes.json"], manifest)
    check_receipt(parts["receipt.json"], manifest, raw, key, key_id)
    return manifest


def main(path):
    with open(path, "rb") as file:
        data = file.read()
    try:
        manifest = check(data)
    except Wrong as error:
        print(f"ALTERED: {error}")
        return 1
    except InvalidSignature:
        print("ALTERED: a signature does not fit")
        return 1
    except Exception as error:  # whatever a forger wrote
        print(f"ALTERED: {type(error).__name__}: {error}")
        return 1
    print(
        f"WHOLE (PDF signatures not checked): {manifest['title']}, {manifest['number']}, version {manifest['version']}"
    )
    print(f"sealed by {manifest['installation']}, key {manifest['key_id']}, authority {manifest['authority']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
