import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { History as Clock } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { dayOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
import { marked } from "./marked.js";
import { ArchivePage } from "./section.js";

interface Moment {
  meeting: string;
  title: string;
  starts_at: number;
  where: string;
  text: string;
  marks: [number, number][];
}

/** Every line about one matter, the oldest first: how it came to where it is. */
@customElement("hcb-history")
export class TopicHistory extends ArchivePage {
  @state() private moments: Moment[] | null = null;
  @state() private fault: unknown = null;
  @state() private busy = false;
  private topic = new URLSearchParams(location.search).get("topic") ?? "";

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.topic) void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    this.busy = true;
    try {
      this.moments = (await get<{ moments: Moment[] }>(`${this.cell}/history?topic=${encodeURIComponent(this.topic)}`)).moments;
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  private readonly submit = (e: SubmitEvent): void => {
    e.preventDefault();
    this.topic = String(new FormData(e.target as HTMLFormElement).get("topic") ?? "").trim();
    history.replaceState(null, "", `/archive/history?topic=${encodeURIComponent(this.topic)}`);
    if (this.topic) void this.load();
  };

  protected override render(): TemplateResult {
    const moments = this.moments;
    return this.page(t.history.title, html`<p class="soft">${t.history.what}</p>
      <form class="searchrow" role="search" @submit=${this.submit}><label class="sr" for="topic">${t.history.topic}</label>
        <input id="topic" name="topic" type="search" maxlength="200" placeholder=${t.history.topic} .value=${this.topic} /><button class="main">${icon(Clock)}${t.history.go}</button></form>
      ${faultBanner(this.fault, () => this.load())}${this.busy && !moments ? skeleton() : nothing}
      ${moments ? html`<p role="status" class="strong">${moments.length ? t.history.found(moments.length) : t.history.none}</p>` : nothing}
      <ol class="plainlist timeline">${moments?.map((one) => html`<li><p class="soft small num">${dayOf(one.starts_at)} · ${one.where}</p><p class="minutestext">${marked(one.text, one.marks)}</p>
        <p class="small"><a href=${`/m/${encodeURIComponent(one.meeting)}/minutes`}>${one.title}</a></p></li>`)}</ol>`);
  }
}
