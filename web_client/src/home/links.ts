import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Copy, Printer, Trash2 } from "lucide";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { qr } from "../parts/qr.js";
import { Screen } from "../parts/screen.js";
import { get, post, remove } from "../protocol/http.js";
import type { Cell, Link, Links, Summary } from "./types.js";

/** Personal links with their QR, to send or to print, and the one for the wall. Addresses are shown once, when made. */
@customElement("hcb-links")
export class LinksSheet extends Screen {
  @property({ attribute: false }) meeting: Summary | null = null;
  @property({ attribute: false }) cell: Cell | null = null;
  @state() private links: Links | null = null;
  @state() private fault: unknown = null;
  @state() private copied = "";
  @state() private shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private get path(): string {
    return `/api/meetings/${encodeURIComponent(this.meeting?.id ?? "")}/links`;
  }

  private async load(): Promise<void> {
    await this.attempt(async () => { this.links = await get<Links>(this.path); });
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    this.fault = null;
    await act().catch((fault: unknown) => { this.fault = fault; });
  }

  private readonly make = (): Promise<void> => this.attempt(async () => { this.links = await post<Links>(this.path); });

  private revoke(link: Link): Promise<void> {
    return this.attempt(async () => {
      await remove(`${this.path}/${encodeURIComponent(link.id)}`);
      if (this.links) this.links = { ...this.links, links: this.links.links.filter((one) => one.id !== link.id) };
    });
  }

  protected override render(): TemplateResult {
    if (!this.links && !this.fault) return skeleton();
    const links = this.links?.links ?? [];
    const fresh = links.some((link) => link.url);
    return html`<p>${t.links.what}</p>${faultBanner(this.fault)}${near(location.hostname)}
      <div class="row noprint"><button class=${fresh ? "" : "main"} @click=${this.make}>${links.length ? t.links.again : t.links.make}</button>
        ${fresh ? html`<button class="main" @click=${() => print()}>${icon(Printer)}${t.links.print}</button>` : nothing}</div>
      ${links.length && !fresh ? banner("info", t.links.hidden) : nothing}
      ${this.helper()}
      ${this.links?.wall?.url ? this.wall(this.links.wall.url) : nothing}
      <ul class="plainlist linkslist">${links.map((link) => this.link(link))}</ul>
      ${fresh ? this.sheet(links) : nothing}`;
  }

  private helper(): TemplateResult {
    const members = this.cell?.members ?? [];
    const make = (e: SubmitEvent): void => {
      e.preventDefault();
      const member = String(new FormData(e.target as HTMLFormElement).get("helper") ?? "");
      if (member) void this.attempt(async () => {
        const made = await post<Links>(this.path, { kind: "helper", members: [member] });
        this.links = { links: [...made.links, ...(this.links?.links ?? [])], wall: this.links?.wall ?? null };
      });
    };
    if (!members.length) return html``;
    return html`<details class="noprint"><summary>${t.links.helper}</summary><form class="stack tight" @submit=${make}><p class="soft">${t.links.helperWhat}</p>
      <div class="row"><select name="helper" aria-label=${t.links.helper} required><option value="">${t.links.helperPick}</option>
        ${members.map((one) => html`<option value=${one.member}>${one.name}</option>`)}</select><button>${t.links.helperMake}</button></div></form></details>`;
  }

  private wall(url: string): TemplateResult {
    return html`<section class="wall row noprint">${qr(url, t.links.wall)}<div class="grow"><h3>${t.links.wall}</h3><p class="soft">${t.links.wallWhat}</p>${this.copier("wall", url)}</div></section>`;
  }

  private copier(id: string, url: string): TemplateResult {
    const copy = async (): Promise<void> => {
      await navigator.clipboard.writeText(url).then(() => { this.copied = id; }, () => undefined);
    };
    return html`<button class="small" @click=${copy}>${icon(Copy, 20)}${this.copied === id ? t.copied : t.copy}</button>`;
  }

  private link(link: Link): TemplateResult {
    return html`<li class="noprint"><div class="row"><span class="grow strong">${link.name}${link.kind === "helper" ? html` <span class="tag">${t.links.helperTag}</span>` : nothing}</span>
      ${link.url ? html`${this.copier(link.id, link.url)}<button class="small" aria-expanded=${this.shown === link.id} @click=${() => { this.shown = this.shown === link.id ? "" : link.id; }}>QR</button>` : nothing}
      <button class="small quiet" @click=${() => this.revoke(link)}>${icon(Trash2, 20)}${t.links.revoke}</button></div>
      ${link.url && this.shown === link.id ? html`<div class="row">${qr(link.url, link.name, 240)}<code class="grow small">${link.url}</code></div>` : nothing}</li>`;
  }

  /** Only on paper: one card a member, and the wall's sheet. */
  private sheet(links: Link[]): TemplateResult {
    const wall = this.links?.wall?.url;
    return html`<div class="printsheet">${wall ? html`<div class="printwall"><h1>${this.meeting?.title}</h1>${qr(wall, t.links.wall, 480)}<p>${t.links.wallPaper}</p></div>` : nothing}
      <div class="printcards">${links.map((link) => (link.url ? html`<div class="printcard">${qr(link.url, link.name, 150)}<div><p>${this.meeting?.title}</p><p class="strong">${t.comrade(link.name)}</p><p class="small">${t.links.cardPaper}</p></div></div>` : nothing))}</div></div>`;
  }
}

/** Where these addresses open: said before they are sent to somebody far away. */
function near(host: string): TemplateResult | typeof nothing {
  if (/^(localhost|127\.|\[::1\])/.test(host)) return banner("warning", t.links.onlyHere);
  if (/^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(host) || host.endsWith(".local")) return banner("info", t.links.onlyNear);
  return nothing;
}
