import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Menu } from "lucide";
import { get, HttpFault, post } from "./protocol/http.js";
import { faultBanner, skeleton } from "./parts/banner.js";
import { icon } from "./parts/icon.js";
import { follow, go } from "./parts/route.js";
import { Screen } from "./parts/screen.js";
import { forgetAll, tabStore } from "./views/kept.js";
import { t } from "./messages/vi.js";
import type { Me } from "./home/types.js";

interface Route {
  pattern: RegExp;
  load: () => Promise<unknown>;
  draw: (found: string[], app: App) => TemplateResult;
  /** Only with an account; otherwise the sign-in page stands here. */
  account?: true;
  /** The bar with the sections is drawn. */
  bar?: true;
}

const ROUTES: Route[] = [
  { pattern: /^\/$/, load: () => import("./home/home.js"), draw: (_, app) => html`<hcb-home .me=${app.me}></hcb-home>`, account: true, bar: true },
  { pattern: /^\/join\/([^/]+)$/, load: () => import("./join/join.js"), draw: ([token]) => html`<hcb-join .token=${token}></hcb-join>` },
  { pattern: /^\/m\/([^/]+)$/, load: () => import("./room/meeting.js"), draw: ([meeting]) => html`<hcb-meeting .meeting=${meeting}></hcb-meeting>` },
  { pattern: /^\/m\/([^/]+)\/hall$/, load: () => import("./hall/hall.js"), draw: ([meeting]) => html`<hcb-hall .meeting=${meeting}></hcb-hall>` },
  { pattern: /^\/m\/([^/]+)\/display$/, load: () => import("./hall/hall.js"), draw: ([meeting]) => html`<hcb-hall display .meeting=${meeting}></hcb-hall>` },
  { pattern: /^\/m\/([^/]+)\/minutes$/, load: () => import("./minutes/reading.js"), draw: ([meeting]) => html`<hcb-reading .meeting=${meeting}></hcb-reading>`, bar: true },
  { pattern: /^\/archive$/, load: () => import("./archive/archive.js"), draw: (_, app) => html`<hcb-archive .me=${app.me}></hcb-archive>`, account: true, bar: true },
  { pattern: /^\/archive\/tasks$/, load: () => import("./archive/tasks.js"), draw: (_, app) => html`<hcb-tasks .me=${app.me}></hcb-tasks>`, account: true, bar: true },
  { pattern: /^\/archive\/history$/, load: () => import("./archive/history.js"), draw: (_, app) => html`<hcb-history .me=${app.me}></hcb-history>`, account: true, bar: true },
  { pattern: /^\/archive\/sent$/, load: () => import("./home/sent.js"), draw: (_, app) => html`<hcb-sent .me=${app.me}></hcb-sent>`, account: true, bar: true },
  { pattern: /^\/archive\/old(?:\/([^/]+))?$/, load: () => import("./archive/old.js"), draw: ([old], app) => html`<hcb-old .me=${app.me} .old=${old ?? ""}></hcb-old>`, account: true, bar: true },
  { pattern: /^\/archive\/lists$/, load: () => import("./archive/lists.js"), draw: (_, app) => html`<hcb-lists .me=${app.me}></hcb-lists>`, account: true, bar: true },
  { pattern: /^\/archive\/looks$/, load: () => import("./archive/looks.js"), draw: (_, app) => html`<hcb-looks .me=${app.me}></hcb-looks>`, account: true, bar: true },
  { pattern: /^\/me$/, load: () => import("./admin/my_data.js"), draw: () => html`<hcb-my-data></hcb-my-data>`, account: true, bar: true },
  { pattern: /^\/verify$/, load: () => import("./archive/verify.js"), draw: () => html`<hcb-verify></hcb-verify>`, bar: true },
  { pattern: /^\/supervision$/, load: () => import("./supervision/supervision.js"), draw: () => html`<hcb-supervision></hcb-supervision>`, account: true, bar: true },
  { pattern: /^\/supervision\/inbox$/, load: () => import("./supervision/inbox.js"), draw: () => html`<hcb-inbox></hcb-inbox>`, account: true, bar: true },
  { pattern: /^\/supervision\/evenings$/, load: () => import("./supervision/evenings.js"), draw: () => html`<hcb-evenings></hcb-evenings>`, account: true, bar: true },
  { pattern: /^\/supervision\/calls$/, load: () => import("./supervision/calls.js"), draw: () => html`<hcb-calls></hcb-calls>`, account: true, bar: true },
  { pattern: /^\/supervision\/codes$/, load: () => import("./supervision/codes.js"), draw: () => html`<hcb-codes></hcb-codes>`, account: true, bar: true },
  { pattern: /^\/supervision\/heads$/, load: () => import("./supervision/heads.js"), draw: () => html`<hcb-heads></hcb-heads>`, account: true, bar: true },
  { pattern: /^\/supervision\/cells\/([^/]+)$/, load: () => import("./supervision/cell_year.js"), draw: ([cell]) => html`<hcb-cell-year .cell=${cell}></hcb-cell-year>`, account: true, bar: true },
  { pattern: /^\/admin\/holds$/, load: () => import("./admin/holds.js"), draw: () => html`<hcb-holds></hcb-holds>`, account: true, bar: true },
  { pattern: /^\/admin\/units$/, load: () => import("./admin/units.js"), draw: () => html`<hcb-units></hcb-units>`, account: true, bar: true },
  { pattern: /^\/admin$/, load: () => import("./admin/accounts.js"), draw: () => html`<hcb-accounts></hcb-accounts>`, account: true, bar: true },
  { pattern: /^\/rehearsal$/, load: () => import("./admin/rehearsal.js"), draw: () => html`<hcb-rehearsal></hcb-rehearsal>`, account: true, bar: true },
  { pattern: /^\/trust$/, load: () => import("./admin/trust.js"), draw: () => html`<hcb-trust></hcb-trust>`, bar: true },
];

@customElement("hcb-app")
export class App extends Screen {
  @state() me: Me | null = null;
  @state() private loaded = false;
  @state() private fault: unknown = null;
  @state() private path = location.pathname;
  @state() private ready = new Set<Route>();
  /** On a phone the sections are shown when asked for. */
  @state() private sections = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("popstate", () => this.moved());
    this.addEventListener("click", follow);
    this.addEventListener("signed-in", (event) => this.signedIn((event as CustomEvent<Me>).detail));
    void this.whoAmI();
    this.moved();
  }

  /** Where somebody begins: a clerk of the level above has no meetings of their own. */
  private get start(): string {
    const has = (role: string): boolean => this.me?.roles.includes(role) ?? false;
    return has("upper_viewer") && !has("administrator") && !this.me?.cell ? "/supervision" : "/";
  }

  private moved(): void {
    if (location.pathname === "/" && this.start !== "/") history.replaceState(null, "", this.start);
    this.path = location.pathname;
    this.sections = false;
    const route = this.route();
    if (!route || this.ready.has(route)) return;
    route.load().then(
      () => (this.ready = new Set(this.ready).add(route)),
      (fault: unknown) => (this.fault = fault),
    );
  }

  private route(): Route | undefined {
    return ROUTES.find((route) => route.pattern.test(this.path));
  }

  private async whoAmI(): Promise<void> {
    try {
      this.me = await get<Me>("/api/me");
      if (this.path === "/") this.moved();
    } catch (fault) {
      if (!(fault instanceof HttpFault && fault.status === 401)) this.fault = fault;
    }
    this.loaded = true;
  }

  private signedIn(me: Me): void {
    this.me = me;
    if (this.path === "/login") go("/");
    else if (this.path === "/") this.moved();
  }

  private async signOut(): Promise<void> {
    await post("/api/logout").catch(() => undefined);
    forgetAll(tabStore());
    this.me = null;
    go("/");
  }

  protected override render(): TemplateResult {
    const route = this.route();
    if (!route) return html`${this.bar()}<main class="page narrow"><div class="empty"><h1>${t.notFound}</h1><a class="button" href="/">${t.toHome}</a></div></main>`;
    if (route.account && this.loaded && !this.me) return this.signIn();
    if (route.account && !this.loaded) return html`<main class="page">${this.fault ? faultBanner(this.fault, () => location.reload()) : skeleton()}</main>`;
    if (!this.ready.has(route)) return html`<main class="page">${this.fault ? faultBanner(this.fault, () => location.reload()) : skeleton()}</main>`;
    const found = (route.pattern.exec(this.path) ?? []).slice(1).map((part: string | undefined) => decodeURIComponent(part ?? ""));
    return html`${route.bar ? this.bar() : nothing}${route.draw(found, this)}`;
  }

  private signIn(): TemplateResult {
    void import("./home/login.js");
    return html`<hcb-login></hcb-login>`;
  }

  private bar(): TemplateResult {
    const has = (role: string): boolean => Boolean(this.me?.roles.includes(role));
    const link = (path: string, words: string): TemplateResult =>
      html`<a href=${path} aria-current=${this.path === path || (["/archive", "/supervision"].includes(path) && this.path.startsWith(`${path}/`)) ? "page" : nothing}>${words}</a>`;
    return html`<header class="topbar"><nav aria-label=${t.nav.label}>
      <a class="brand" href="/"><img src="/icon.svg" alt="" />${t.name}</a>
      <button class="quiet navmore" aria-expanded=${this.sections} aria-controls="sections" @click=${() => { this.sections = !this.sections; }}>${icon(Menu)}${t.nav.label}</button>
      <div id="sections" class="links ${this.sections ? "open" : ""}">
      ${this.me ? html`${this.start === "/" ? link("/", t.nav.meetings) : nothing}${link("/archive", t.nav.archive)}` : nothing}
      ${link("/verify", t.nav.verify)}
      ${has("upper_viewer") ? link("/supervision", t.nav.supervision) : nothing}
      ${has("administrator") ? html`${link("/admin", t.nav.admin)}${link("/admin/units", t.nav.units)}${link("/admin/holds", t.nav.holds)}` : nothing}
      ${this.me?.demonstration && (has("leader") || has("administrator")) ? link("/rehearsal", t.nav.rehearsal) : nothing}
      ${this.me ? html`<span class="end row"><a href="/me" title=${t.nav.mine}><span class="soft small">${this.me.name}</span></a><button class="quiet" @click=${this.signOut}>${t.nav.out}</button></span>` : nothing}</div>
    </nav></header>`;
  }
}
