import { html, nothing, type TemplateResult } from "lit";
import { CircleAlert, CircleCheck, FileCheck } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { momentOf } from "../parts/time.js";
import type { RecordCheck, RecordFault } from "./record_file.js";

/** As docs/protocol.md has it, "POST /api/verify". */
export interface Verdict {
  kind: "record" | "pdf" | "none";
  whole: boolean;
  trusted: boolean | null;
  known: boolean | null;
  newest: "yes" | "no" | "unknown";
  sentence: string;
  title: string;
  number: string;
  cell_name: string;
  version: number | null;
  reason: string;
  state: string;
  sealed_by: string;
  sealed_at: number | null;
  approved_at: number | null;
  key_id: string;
  authority: string;
  entries: number | null;
  root: string;
  notes: string[];
  faults: { part: string; sentence: string; place: string }[];
  parts: { name: string; file: string; ok: boolean; says: { sentence: string; place: string }[] }[];
  signatures: { role: string; signer: string; at: number | null; stamped: boolean; sound: boolean; trusted: boolean; ended: boolean }[];
}

/** All that a verdict tells, below its one sentence. */
export function details(verdict: Verdict): TemplateResult | typeof nothing {
  if (verdict.kind === "none") return nothing;
  const moment = (at: number | null): string => (typeof at === "number" ? momentOf(at) : t.verify.unknownTime);
  return html`<section class="card stack tight">
    ${verdict.title ? html`<h3>${verdict.title}${verdict.number ? ` · ${t.approve.number(verdict.number)}` : ""}</h3><p>${verdict.cell_name}</p>` : nothing}
    ${verdict.kind === "record" ? html`<dl class="facts">
      ${row(t.verify.state, verdict.state)}
      ${row(t.verify.version, `${verdict.version ?? ""}${verdict.reason ? ` – ${t.verify.reason(verdict.reason)}` : ""}`)}
      ${row(t.verify.newest, t.verify.newestIs[verdict.newest], verdict.newest === "yes" ? "ok" : verdict.newest === "no" ? "bad" : "")}
      ${row(t.verify.approvedAt, moment(verdict.approved_at))}
      ${row(t.verify.sealedAt, `${moment(verdict.sealed_at)} – ${verdict.sealed_by}`)}
      ${verdict.known === null ? nothing : row(t.verify.authority, verdict.known ? t.verify.authorityKnown : t.verify.authorityUnknown, verdict.known ? "ok" : "bad")}
      ${row(t.verify.codes, html`<code>${verdict.key_id}</code> · <code>${verdict.authority}</code>`)}
      ${row(t.verify.log, t.verify.entries(verdict.entries ?? 0))}</dl>` : nothing}
    ${verdict.signatures.length ? html`<h3>${t.verify.signatures}</h3><ul class="plainlist stack tight">${verdict.signatures.map((one) => html`<li>
      ${icon(one.sound && one.trusted ? CircleCheck : CircleAlert, 20)} <span class="strong">${one.signer || t.verify.nobody}</span> – ${one.role}, ${moment(one.at)}${one.stamped ? ` (${t.verify.stamped})` : ""}.
      ${one.sound ? nothing : html`<span class="strong">${t.verify.unsound}</span>`}${one.trusted ? nothing : one.ended ? t.verify.ended : t.verify.untrusted}</li>`)}</ul>` : nothing}
    ${verdict.notes.map((note) => html`<p class="soft">${note}</p>`)}
    ${verdict.kind === "pdf" && verdict.faults.length ? html`<ul>${verdict.faults.map((one) => html`<li>${one.sentence}${place(one.place)}</li>`)}</ul>` : nothing}
    ${verdict.parts.length ? parts(verdict) : nothing}</section>`;
}

function row(name: string, value: unknown, kind = ""): TemplateResult {
  const sign = kind === "ok" ? html`${icon(CircleCheck, 20)} ` : kind === "bad" ? html`${icon(CircleAlert, 20)} ` : nothing;
  return html`<div class=${kind}><dt>${name}</dt><dd>${sign}${value}</dd></div>`;
}

function place(words: string): TemplateResult | typeof nothing {
  return words ? html` <span class="soft small">(${words})</span>` : nothing;
}

function parts(verdict: Verdict): TemplateResult {
  return html`<div tabindex="0" class="tablewrap"><table><thead><tr><th>${t.verify.part}</th><th>${t.verify.says}</th></tr></thead><tbody>
    ${verdict.parts.map((part) => html`<tr class=${part.ok ? "" : "bad"}><td>${part.name}<br /><code class="small">${part.file}</code></td>
      <td>${part.ok ? html`✓ ${t.verify.partWhole}` : html`<ul class="plainlist">${part.says.map((one) => html`<li>✗ ${one.sentence}${place(one.place)}</li>`)}</ul>`}</td></tr>`)}
  </tbody></table></div>`;
}

/** What this browser found by itself. */
export function ownFaults(own: RecordCheck, verdict: Verdict | null): TemplateResult {
  if (!own.faults.length) {
    return html`<p>${icon(FileCheck, 20)} ${t.verify.ownWhole}${verdict ? nothing : html` <span class="strong">${t.verify.ownOnly}</span>`}</p>`;
  }
  const words = (one: RecordFault): string => [one.part || t.verify.frame, one.entry === null ? "" : t.verify.entry(one.entry), one.bytes ? `byte ${one.bytes[0]}–${one.bytes[1]}` : ""].filter(Boolean).join(", ");
  return html`<div class="stack tight"><p class="strong">${t.verify.ownBroken}</p><ul>${own.faults.slice(0, 50).map((one) => html`<li>${words(one)}</li>`)}</ul></div>`;
}
