import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Download } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { momentOf } from "../parts/time.js";
import { get } from "../protocol/http.js";

interface Version {
  version: number;
  reason: string;
  says: string;
  sealed_at: number;
  sha256: string;
}

/** Every sealed version of a record with the reason of its correction; nothing while there is only the first. */
@customElement("hcb-versions")
export class Versions extends Screen {
  @property() meeting = "";
  /** The fingerprint sealed last: another one means that there is a version more. */
  @property() newest = "";
  @state() private versions: Version[] = [];
  @state() private failed = "";

  protected override updated(changed: PropertyValues): void {
    if (changed.has("meeting") || changed.has("newest")) void this.load();
  }

  private get path(): string {
    return `/api/meetings/${encodeURIComponent(this.meeting)}`;
  }

  private async load(): Promise<void> {
    try {
      const told = await get<{ versions: Version[]; fault: string }>(`${this.path}/versions`);
      this.versions = told.versions;
      this.failed = told.fault;
    } catch {
      this.versions = []; // the record itself is still to be had beside this list
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const failed = this.failed ? banner("error", this.failed) : nothing;
    if (this.versions.length < 2) return failed;
    return html`${failed}<section class="stack tight"><h3>${t.approve.versions}</h3><ul class="plainlist stack tight">${[...this.versions].reverse().map((one, n) => html`<li>
      <span class="strong">${t.approve.versionLine(one.version, one.says, momentOf(one.sealed_at))}</span>${n === 0 ? html` <span class="tag ok">${t.approve.versionNewest}</span>` : nothing}
      ${one.reason ? html`<span class="block">${t.approve.versionReason(one.reason)}</span>` : nothing}
      <a class="button" href=${`${this.path}/record?version=${one.version}`} download>${icon(Download)}${t.approve.versionGet}</a></li>`)}</ul></section>`;
  }
}
