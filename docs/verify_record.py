"""A second verifier, written from docs/record.md alone and sharing no code with the first.

Checks zip, manifest, parts, log, chain, tree and receipt; not the signatures inside the PDF (that needs a PAdES
implementation). Usage: python docs/verify_record.py FILE. Needs Python 3.11 and the package ``cryptography``.
"""

# ruff: noqa: T201 - a command speaks by printing
import hashlib
import json
import struct
import sys
import unicodedata
import zlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature

TAIL = ["manifest.json", "manifest.sig", "receipt.json"]


class Wrong(Exception):
    pass


def need(true, message):
    if not true:
        raise Wrong(message)


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
    digest, leaves = bytes(32), []
    need(data.endswith(b"\n"), "log: does not end")
    for number, raw in enumerate(data[:-1].split(b"\n"), 1):
        line = json.loads(raw)
        need(dumps(line).encode() == raw, f"log: line {number} is not canonical")
        need(line["seq"] == number and line["meeting"] == manifest["meeting"], f"log: entry {number} is out of place")
        if "body" in line:
            need(
                sha(bytes.fromhex(line["salt"]), line["body"].encode()).hex() == line["body_hash"],
                f"log: body {number}",
            )
        head = {key: line[key] for key in ("v", "meeting", "seq", "at", "actor", "authority", "kind", "body_hash")}
        leaf = sha(b"\0", canonical(head))
        digest = sha(b"\2", digest, leaf)
        need(leaf.hex() == line["leaf"] and digest.hex() == line["digest"], f"log: entry {number} was altered")
        leaves.append(leaf)
    need(len(leaves) == manifest["entries"] and digest.hex() == manifest["digest"], "log: length or digest")
    need(tree(leaves).hex() == manifest["root"], "log: root")


def check_receipt(data, manifest, manifest_bytes, key, key_id):
    receipt = read_json(data, "receipt.json")
    if receipt == {"v": 1}:
        return
    need(set(receipt) == {"v", "leaf", "index", "path", "head"} and receipt["v"] == 1, "receipt: fields")
    need(set(receipt["head"]) == {"at", "key_id", "root", "signature", "size"}, "receipt: fields of the head")
    leaf = {"meeting": manifest["meeting"], "version": manifest["version"], "manifest": sha(manifest_bytes).hex()}
    need(receipt["leaf"] == leaf, "receipt: of another record")
    head = dict(receipt["head"])
    signature = bytes.fromhex(head.pop("signature"))
    need(head["key_id"] == key_id and receipt["head"]["signature"] == signature.hex(), "receipt: key")
    path = [bytes.fromhex(node) for node in receipt["path"]]
    need([node.hex() for node in path] == receipt["path"] and 0 <= receipt["index"] < head["size"], "receipt: path")
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
    need(manifest["format"] == "hopchibo-record" and manifest["v"] == 1, "manifest: format")
    need([row["name"] for row in manifest["files"]] == list(parts)[:-3], "manifest: other parts than listed")
    for row in manifest["files"]:
        body = parts[row["name"]]
        need(row == {"name": row["name"], "size": len(body), "sha256": sha(body).hex()}, f"{row['name']}: was altered")
    authority, signer, seal = x509.load_pem_x509_certificates(parts["certificates.pem"])
    signer.verify_directly_issued_by(authority)
    seal.verify_directly_issued_by(authority)
    key = signer.public_key()
    key_id = sha(key.public_bytes_raw()).hex()[:16]
    need(manifest["key_id"] == key_id, "manifest: names another key")
    key.verify(parts["manifest.sig"], raw)
    check_log(parts["log.jsonl"], manifest)
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
