import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { History as Clock } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { icon } from "../parts/icon.js";
import { dayOf } from "../parts/time.js";
import { marked, minutesLink } from "./marked.js";
import { ArchivePage } from "./section.js";

interface Moment {
  meeting: string;
  title: string;
  starts_at: number;
  where: string;
  state: string;
  text: string;
  marks: [number, number][];
}

/** Every line about one matter, the oldest first: how it came to where it is. */
@customElement("hcb-history")
export class TopicHistory extends ArchivePage {
  private topic = new URLSearchParams(location.search).get("topic") ?? "";
  private readonly asked = new Asked<{ moments: Moment[] }>(this, () => (this.topic ? `${this.cell}/history?topic=${encodeURIComponent(this.topic)}` : ""));

  private readonly submit = (e: SubmitEvent): void => {
    e.preventDefault();
    this.topic = String(new FormData(e.target as HTMLFormElement).get("topic") ?? "").trim();
    history.replaceState(null, "", `/archive/history?topic=${encodeURIComponent(this.topic)}`);
    void this.asked.anew();
  };

  protected override render(): TemplateResult {
    const moments = this.asked.answer?.moments;
    return this.page(t.history.title, html`<p class="soft">${t.history.what}</p>
      <form class="searchrow" role="search" @submit=${this.submit}><label class="sr" for="topic">${t.history.topic}</label>
        <input id="topic" name="topic" type="search" maxlength="200" placeholder=${t.history.topic} .value=${this.topic} /><button class="main">${icon(Clock)}${t.history.go}</button></form>
      ${this.asked.state()}
      ${moments ? html`<p role="status" class="strong">${moments.length ? t.history.found(moments.length) : t.history.none}</p>` : nothing}
      <ol class="plainlist timeline">${moments?.map((one) => html`<li><p class="soft small num">${dayOf(one.starts_at)} · ${one.where}</p><p class="minutestext">${marked(one.text, one.marks)}</p>
        <p class="small">${minutesLink(one)}</p></li>`)}</ol>`);
  }
}
