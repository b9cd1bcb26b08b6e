/**
 * A record checked here, in the browser, without any server: the zip's one byte form, the manifest and its signature,
 * every part, the log with its chain and tree, the receipt, and what the manifest states (docs/record.md). The signatures
 * inside the PDF are not: that needs a PAdES implementation, which the server has. It and what it imports need no page, so
 * that they run anywhere.
 */
import { verifyAsync } from "@noble/ed25519";
import { canonical, dumps, encoder, hex, joined, latin, readObject, same, sha, unhex, utf8, type Json } from "./record_bytes.js";
import { certificates, issued } from "./record_certificates.js";
import { judge, type Facts, type Line } from "./record_stated.js";

export interface RecordFault {
  code: string;
  part: string;
  /** First and last byte in the file, when known. */
  bytes: [number, number] | null;
  entry: number | null;
}

export interface RecordCheck {
  /** false: something else than a record */
  record: boolean;
  faults: RecordFault[];
  facts: Record<string, unknown>;
  authority: string;
}

interface Part {
  name: string;
  start: number;
  body: Uint8Array;
}

const TAIL = ["manifest.json", "manifest.sig", "receipt.json"];
const HASHED = ["record.pdf", "minutes.json", "attendance.json", "votes.json", "log.jsonl", "certificates.pem"];
const HEAD = ["v", "meeting", "seq", "at", "actor", "authority", "kind", "body_hash"];
const HASHES = ["leaf", "digest"];
const PARTS = 1000;

// -- zip ---------------------------------------------------------------------------------------------------------------

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function little(...fields: [number, number][]): Uint8Array {
  return new Uint8Array(fields.flatMap(([size, value]) => Array.from({ length: size }, (_, n) => Math.floor(value / 2 ** (8 * n)) % 256)));
}

/** Parts in their order; throws the offset at which the file stops being what a package is, or its frame's first fault. */
function readZip(data: Uint8Array): { parts: Part[]; broken: number | null; part: string } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const parts: Part[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  let broken: number | null = null;
  let blamed = "";
  while (at + 30 <= data.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 22, true);
    const length = view.getUint16(at + 26, true);
    const start = at + 30 + length;
    const name = latin.decode(data.subarray(at + 30, start));
    if (start + size > data.length || !name || parts.length === PARTS || parts.some((one) => one.name === name)) return { parts, broken: at, part: name };
    const body = data.subarray(start, start + size);
    const common = little([2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(body)], [4, size], [4, size], [2, length], [2, 0]);
    const raw = data.subarray(at + 30, start);
    if (broken === null && !same(data.subarray(at + 4, at + 30), common)) [broken, blamed] = [at, name];
    directory.push(joined([little([4, 0x02014b50], [2, 20]), common, little([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), raw]));
    parts.push({ name, start, body });
    at = start + size;
  }
  const list = joined(directory);
  const end = joined([list, little([4, 0x06054b50], [2, 0], [2, 0], [2, parts.length], [2, parts.length], [4, list.length], [4, at], [2, 0])]);
  if (broken === null && !same(data.subarray(at), end)) broken = at;
  return { parts, broken, part: blamed };
}

// -- tree --------------------------------------------------------------------------------------------------------------

const half = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);

async function tree(hashes: Uint8Array[]): Promise<Uint8Array> {
  if (hashes.length < 2) return hashes[0] ?? sha();
  const k = half(hashes.length);
  return sha(Uint8Array.of(1), await tree(hashes.slice(0, k)), await tree(hashes.slice(k)));
}

/** The root above a leaf (RFC 6962 §2.1.1). */
async function climb(leaf: Uint8Array, index: number, size: number, path: Uint8Array[]): Promise<Uint8Array> {
  const last = path.at(-1);
  if (size === 1 ? last : !last) throw new Error("path");
  if (!last) return leaf;
  const k = half(size);
  return index < k
    ? sha(Uint8Array.of(1), await climb(leaf, index, k, path.slice(0, -1)), last)
    : sha(Uint8Array.of(1), last, await climb(leaf, index - k, size - k, path.slice(0, -1)));
}

// -- the record --------------------------------------------------------------------------------------------------------

class Check {
  readonly faults: RecordFault[] = [];
  /** The entries of the log; none when it cannot be read. */
  lines: Line[] = [];
  private readonly parts: Map<string, Part>;

  constructor(private readonly all: Part[]) {
    this.parts = new Map(all.map((part) => [part.name, part]));
  }

  body(name: string): Uint8Array {
    return this.parts.get(name)?.body ?? new Uint8Array();
  }

  add(code: string, part: string, entry: number | null = null, from = 0, to = -1): void {
    const where = this.parts.get(part);
    const end = where ? where.start + (to < 0 ? where.body.length : to) : 0;
    this.faults.push({ code, part, entry, bytes: where ? [where.start + from, Math.max(where.start + from, end - 1)] : null });
  }

  /** Runs a check; whatever a forger wrote there is a fault of that part. */
  async guard<T>(code: string, part: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch {
      this.add(code, part);
      return null;
    }
  }

  async files(facts: Facts): Promise<void> {
    const all = Array.isArray(facts.files) ? facts.files : [];
    const rows = all.filter((row): row is Facts => row !== null && typeof row === "object" && !Array.isArray(row));
    const listed = rows.map((row) => String(row.name));
    for (const row of rows) {
      const part = this.parts.get(String(row.name));
      if (!part) this.add("missing", String(row.name));
      else if (row.size !== part.body.length || row.sha256 !== hex(await sha(part.body))) this.add("hash", part.name);
    }
    for (const name of HASHED) if (!listed.includes(name)) this.add("unlisted", name);
    const order = [...listed, ...TAIL];
    const names = this.all.map((part) => part.name);
    const scans = names.filter((name) => name.startsWith("scan-"));
    const known = [...HASHED, ...scans, ...TAIL];
    for (const name of names) if (!order.includes(name) || !known.includes(name)) this.add("unlisted", name);
    if (names.join() !== order.join() || names.join() !== known.join()) this.add("order", "");
    if ((facts.state === "hand_signed") !== scans.length > 0) this.add("scan", "manifest.json");
  }

  async log(facts: Facts): Promise<void> {
    const raw = this.body("log.jsonl");
    const leaves: Uint8Array[] = [];
    let digest: Uint8Array = new Uint8Array(32);
    let at = 0;
    for (let number = 1; at < raw.length; number++) {
      const end = raw.indexOf(10, at) + 1 || raw.length + 1;
      try {
        [digest, leaves[number - 1]] = await this.entry(raw.subarray(at, end - 1), number, digest, facts, at, end);
      } catch {
        this.add("log", "log.jsonl", number, at, Math.min(end, raw.length));
        this.lines = [];
        return;
      }
      at = end;
    }
    if (at !== raw.length || leaves.length !== facts.entries || hex(digest) !== facts.digest || hex(await tree(leaves)) !== facts.root) this.add("log", "log.jsonl");
  }

  private async entry(raw: Uint8Array, number: number, before: Uint8Array, facts: Facts, from: number, to: number): Promise<[Uint8Array, Uint8Array]> {
    const line = JSON.parse(utf8.decode(raw)) as Facts;
    if (!same(encoder.encode(dumps(line)), raw)) throw new Error("not canonical");
    const fields = [...HEAD, ...HASHES, ...("body" in line ? ["body", "salt"] : [])];
    if (Object.keys(line).sort().join() !== fields.sort().join()) throw new Error("fields");
    this.lines.push({ entry: line, from, to });
    const wrong = (): void => this.add("log", "log.jsonl", number, from, to);
    if (line.seq !== number || line.meeting !== facts.meeting) wrong();
    if ("body" in line) {
      const salt = unhex(line.salt);
      if (salt.length !== 16 || hex(await sha(salt, encoder.encode(String(line.body)))) !== line.body_hash) wrong();
    }
    const head: Facts = {};
    for (const key of HEAD) head[key] = line[key] as Json;
    const leaf = await sha(Uint8Array.of(0), canonical(head));
    const digest = await sha(Uint8Array.of(2), before, leaf);
    if (hex(leaf) !== line.leaf || hex(digest) !== line.digest) wrong();
    return [digest, leaf];
  }

  async receipt(facts: Facts, key: Uint8Array, id: string): Promise<void> {
    const receipt = readObject(this.body("receipt.json"));
    const leaf = { meeting: facts.meeting as Json, version: facts.version as Json, manifest: hex(await sha(this.body("manifest.json"))) };
    const { signature, ...head } = receipt.head as Facts;
    const path = (receipt.path as Json[]).map(unhex);
    const [index, size] = [receipt.index as number, head.size as number];
    if (![index, size, head.at].every(Number.isSafeInteger)) throw new Error("numbers");
    if ((head.at as number) < (facts.sealed_at as number)) throw new Error("of before the sealing");
    if (Object.keys(receipt).length !== 5 || Object.keys(head).length !== 4 || receipt.v !== 1) throw new Error("fields");
    if (dumps(receipt.leaf as Json) !== dumps(leaf) || head.key_id !== id || !(index >= 0 && index < size)) throw new Error("another record");
    if (hex(await climb(await sha(Uint8Array.of(0), canonical(leaf)), index, size, path)) !== head.root) throw new Error("root");
    if (!(await verifyAsync(unhex(signature), canonical({ ...head, v: 1, log: "hopchibo-heads" }), key, { zip215: false }))) throw new Error("signature");
  }
}

/** Whether the bytes are or were a record, however much of one is damaged or cut off. */
export function looksLikeRecord(data: Uint8Array): boolean {
  if (latin.decode(data.subarray(30, 40)) === "record.pdf") return true;
  const text = latin.decode(data);
  return ["record.pdf", "minutes.json", "log.jsonl", "manifest.sig", "receipt.json"].filter((name) => text.includes(name)).length > 1;
}

/** Never throws because of what the bytes are; wants WebCrypto (https, or this machine). */
export async function checkRecord(data: Uint8Array): Promise<RecordCheck> {
  if (!looksLikeRecord(data)) return { record: false, faults: [], facts: {}, authority: "" };
  const zip = readZip(data);
  const check = new Check(zip.parts);
  if (zip.broken !== null) check.faults.push({ code: "frame", part: zip.part, entry: null, bytes: [zip.broken, zip.broken] });
  for (const name of [...HASHED, ...TAIL]) if (!zip.parts.some((part) => part.name === name)) check.add("missing", name);
  const raw = check.body("manifest.json");
  const facts = (await check.guard("manifest", "manifest.json", async () => {
    const read = readObject(raw);
    if (read.format !== "hopchibo-record") throw new Error("format");
    return read;
  })) ?? {};
  await check.files(facts);
  await check.log(facts);
  const chain = (await check.guard("certificates", "certificates.pem", async () => certificates(check.body("certificates.pem")))) ?? [];
  const [authority, signer, seal] = chain;
  let name = "";
  if (authority && signer && seal && chain.length === 3) {
    name = hex(await sha(authority.der));
    await check.guard("certificates", "certificates.pem", async () => {
      if (!(await issued(authority, signer)) || !(await issued(authority, seal))) throw new Error("not issued");
    });
    const key = signer.key.slice(-32);
    await check.guard("signature", "manifest.sig", async () => {
      if (!(await verifyAsync(check.body("manifest.sig"), raw, key, { zip215: false }))) throw new Error("signature");
    });
    const id = hex(await sha(key)).slice(0, 16);
    if (facts.key_id !== id || facts.authority !== name) check.add("manifest", "manifest.json");
    await check.guard("receipt", "receipt.json", () => check.receipt(facts, key, id));
  } else check.add("certificates", "certificates.pem");
  if (Object.keys(facts).length) {
    const parts = new Map(zip.parts.map((part) => [part.name, part.body]));
    await judge({ facts, lines: check.lines, parts, chain: chain.length === 3 ? chain : [] }, (...fault) => check.add(...fault));
  }
  return { record: true, faults: check.faults, facts, authority: name };
}
