/**
 * What a record states about itself, held against its log, its minutes, its certificates and the bytes of its PDF
 * (docs/record.md, "Rules for what is stated"): whoever holds the manifest's key alone cannot state anything else.
 */
import { joined, latin, same, utf8, type Json } from "./record_bytes.js";
import { commonNames, pem, type Certificate } from "./record_certificates.js";

export type Facts = { [key: string]: Json };

/** An entry of the log as it is carried, and the bytes [from, to) of log.jsonl it stands in. */
export interface Line {
  entry: Facts;
  from: number;
  to: number;
}

export interface Told {
  facts: Facts;
  lines: Line[];
  /** In their order. */
  parts: Map<string, Uint8Array>;
  /** The three, or none when they could not be read. */
  chain: Certificate[];
}

type Add = (code: string, part: string, entry?: number | null, from?: number, to?: number) => void;

export const RETENTION = "2026-01-01";
export const PERMANENT = [
  "Scheduled", "Noticed", "RecordingDecided", "Opened", "Joined", "Left", "RollCalled", "Excused", "GuestCame", "ChairAppointed",
  "SecretaryAppointed", "TaskGiven", "Answered", "SelfScored", "Reserved", "ItemStarted", "ItemConcluded", "MotionPut", "VoteCast",
  "MotionClosed", "Petitioned", "Sealed", "RemoteAllowed", "Amended", "OffRecord", "OnRecord", "Erased", "ReadBack", "Passed",
  "Closed", "Submitted", "Approved", "TaskWithdrawn", "PetitionWithdrawn", "ScanAttached", "BallotsCounted", "Reopened",
];
export const SHORT = [
  "TrackOpened", "HandRaised", "FloorGiven", "FloorReturned", "Spoke", "Corrected", "SpeakerAssigned", "Retranscribed", "Returned",
  "Drafted", "BlockSaved", "BlockInserted", "BlockDeleted", "BlockMoved",
];
const ROLES = new Map([["NiemPhong", "system"], ["ThuKy", "secretary"], ["ChuTri", "chair"]]);
const BEGINS = new Map([["jpg", "\xff\xd8\xff"], ["png", "\x89PNG\r\n\x1a\n"], ["pdf", "%PDF-"]]);
const YEAR_10000 = 253_402_300_800_000;
const HOURS_OF_VIETNAM = 7 * 3_600_000;

/** Whatever a forger wrote is a fault of the part it is judged in. */
export async function judge(told: Told, add: Add): Promise<void> {
  const rules: [string, () => boolean | Promise<boolean>][] = [
    ["manifest.json", () => factsFit(told)], ["manifest.json", () => bodiesFit(told, add)], ["manifest.json", () => stateFits(told.facts)],
    ["manifest.json", () => paperFits(told)], ["manifest.json", () => formFits(told)], ["certificates.pem", () => certificatesFit(told)], ["record.pdf", () => pdfFits(told)],
  ];
  for (const [part, rule] of rules) {
    try {
      if (!(await rule())) add("stated", part);
    } catch {
      add("stated", part);
    }
  }
  scans(told.parts, add);
}

const said = (line: Line | undefined): Facts | null => (typeof line?.entry.body === "string" ? (JSON.parse(line.entry.body) as Facts) : null);

const day = (at: Json | undefined): string => new Date((at as number) + HOURS_OF_VIETNAM).toISOString().slice(0, 10);

function factsFit({ facts, lines }: Told): boolean {
  const last = lines.at(-1);
  if (!last) return true; // the log could not be read: a fault already
  const of = (kind: string): Line[] => lines.filter((line) => line.entry.kind === kind);
  const plans = of("Scheduled").filter((line) => said(line));
  const [plan, approved] = [said(plans.at(-1)), said(last)];
  if (!plan || !approved || last.entry.kind !== "Approved") return false;
  const opened = of("Opened").filter((line) => said(line)?.happened_at).at(-1) ?? of("Opened")[0]; // told afterwards from the paper form, or opened here
  const numbers = of("Approved").map((line) => said(line)?.number).filter(Boolean);
  const fits: Facts = {
    title: plan.title ?? null, cell: plan.cell ?? null, cell_name: plan.cell_name ?? null, number: numbers.at(-1) ?? plan.number ?? "",
    day: day(said(opened)?.happened_at || (opened?.entry.at ?? plan.starts_at)), approved_at: last.entry.at ?? null, version: approved.version ?? 1,
    reason: approved.reason ?? "", document: approved.document ?? null,
  };
  return Object.entries(fits).every(([name, value]) => facts[name] === value);
}

/** Bodies that are kept for good are there, others are not; false when the table of retention cannot be. */
function bodiesFit({ facts, lines }: Told, add: Add): boolean {
  const last = lines.at(-1);
  if (!last) return true;
  if (facts.retention !== RETENTION) {
    const stated = String(facts.retention);
    return RETENTION < stated && stated <= day(last.entry.at) && day(Date.parse(stated)) === stated; // a table newer than this page
  }
  for (const { entry, from, to } of lines) {
    const wrong = "body" in entry ? SHORT : PERMANENT;
    if (wrong.includes(String(entry.kind))) add("log", "log.jsonl", entry.seq as number, from, to);
  }
  return true;
}

function stateFits(facts: Facts): boolean {
  const rows = facts.signatures as Facts[];
  const fields = rows.map((row) => String(row.field));
  const persons = fields.includes("ThuKy") || fields.includes("ChuTri");
  if (!fields.length || !["sealed", "signed", "hand_signed"].includes(String(facts.state))) return false;
  if (facts.state !== "hand_signed" && (facts.state === "signed") !== persons) return false;
  return rows.every((row) => typeof row.role === "string" && row.role === (String(row.field).startsWith("XacNhan") ? "upper" : ROLES.get(String(row.field))));
}

const isObject = (value: Json | undefined): value is Facts => value !== null && typeof value === "object" && !Array.isArray(value);

const fields = (row: Facts): string => Object.keys(row).sort().join();

/** What no log tells: the manifest's facts have their one form. */
function formFits({ facts, parts }: Told): boolean {
  const { v, sealed_at: at, previous, scan } = facts;
  if (v !== 1 || !Number.isSafeInteger(at) || !((at as number) >= 0 && (at as number) < YEAR_10000)) return false;
  if (previous !== undefined && !(typeof previous === "string" && /^[0-9a-f]{64}$/.test(previous))) return false;
  const scanned = Array.from(parts.keys()).filter((name) => name.startsWith("scan-")).length;
  if (scan !== undefined && !(isObject(scan) && typeof scan.by === "string" && Number.isSafeInteger(scan.pages) && scanned && (scan.pages as number) >= scanned)) return false;
  const listed = facts.files as Json[];
  const filed = listed.every((row) => isObject(row) && fields(row) === "name,sha256,size");
  return filed && new Set(listed.map((row) => (row as Facts).name)).size === listed.length && signaturesFit(facts, parts);
}

/** The seal's first, one a field, each with the name that stands on the paper. */
function signaturesFit(facts: Facts, parts: Map<string, Uint8Array>): boolean {
  const rows = facts.signatures as Json[];
  if (!rows.every((row) => isObject(row) && fields(row) === "field,name,role" && typeof row.name === "string")) return false;
  const told = rows as Facts[];
  const { paper } = JSON.parse(utf8.decode(parts.get("minutes.json"))) as { paper?: { left: Facts; right: Facts } };
  const names = new Map<Json | undefined, Json | undefined>([["NiemPhong", facts.installation]]);
  if (paper) names.set("ThuKy", paper.left.name).set("ChuTri", paper.right.name);
  const named = told.every((row) => !names.has(row.field) || names.get(row.field) === row.name);
  return named && told[0]?.field === "NiemPhong" && new Set(told.map((row) => row.field)).size === told.length;
}

function paperFits({ facts, parts }: Told): boolean {
  const { paper } = JSON.parse(utf8.decode(parts.get("minutes.json"))) as { paper?: { layout: Json; footer: string; original?: Json } };
  return !paper || (paper.layout === facts.layout && paper.footer.includes(String(facts.root)) && (paper.original ?? facts.original) === facts.original);
}

function certificatesFit({ facts, parts, chain }: Told): boolean {
  const [authority] = chain;
  if (!authority) return true;
  const names = commonNames(authority);
  return same(pem(chain), parts.get("certificates.pem") ?? new Uint8Array()) && names.length === 1 && names[0] === facts.installation;
}

function scans(parts: Map<string, Uint8Array>, add: Add): void {
  const named = Array.from(parts.keys()).filter((name) => name.startsWith("scan-"));
  named.forEach((name, place) => {
    const [, page, kind] = /^scan-(\d{3})\.(jpg|png|pdf)$/.exec(name) ?? [];
    const begin = BEGINS.get(kind ?? "");
    const head = String.fromCharCode(...(parts.get(name) ?? []).slice(0, 8));
    if (!begin || Number(page) !== place + 1 || !head.startsWith(begin)) add("scan", name);
  });
}

/** What needs no PAdES: how far the signatures reach, and the data inside. */
async function pdfFits({ facts, parts }: Told): Promise<boolean> {
  const pdf = parts.get("record.pdf") ?? new Uint8Array();
  const text = latin.decode(pdf);
  const ends = Array.from(text.matchAll(/\/ByteRange\s*\[\s*0\s+\d+\s+(\d+)\s+(\d+)\s*\]/g), (range) => Number(range[1]) + Number(range[2]));
  if (!ends.length || ends.length < (facts.signatures as Json[]).length) return false;
  const rest = text.slice(Math.max(...ends));
  if (rest && !rest.includes("/DSS") && !rest.includes("/ObjStm")) return false;
  return carries(pdf, text, parts.get("minutes.json") ?? new Uint8Array());
}

/** Whether a file inside the PDF is these bytes; not asked of a browser that cannot inflate. */
async function carries(pdf: Uint8Array, text: string, wanted: Uint8Array): Promise<boolean> {
  if (!("DecompressionStream" in globalThis)) return true;
  for (const stream of text.matchAll(/>>\s*stream\r?\n/g)) {
    const before = text.slice(Math.max(0, stream.index - 500), stream.index);
    const about = before.slice(before.lastIndexOf(" obj") + 1);
    const length = /\/Length (\d+)(?!\d|\s+\d+\s+R)/.exec(about)?.[1];
    const start = stream.index + stream[0].length;
    if (length && about.includes("/EmbeddedFile") && same(await inflated(pdf.subarray(start, start + Number(length)), wanted.length), wanted)) return true;
  }
  return false;
}

/** Little more than ``limit`` bytes at most; nothing when it is no deflated stream. */
async function inflated(data: Uint8Array, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = new Blob([joined([data])]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (let size = 0; size <= limit; size += chunks.at(-1)?.length ?? 0) {
      const { done, value } = await reader.read();
      if (done) return joined(chunks);
      chunks.push(value);
    }
    await reader.cancel();
  } catch {
    return new Uint8Array();
  }
  return joined(chunks);
}
