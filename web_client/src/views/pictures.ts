/** Pictures as one browser has part in them: what it shows, what it looks at. Never recorded, always after the sound. */
import { capture, PictureFault, restrain, type CaptureFault } from "../protocol/capture.js";
import { Refusal, type PicturePlace, type RTCIceServerLike } from "../protocol/messages.js";
import { PictureLine } from "../protocol/picture_line.js";
import type { Me, Pictures, ShowKind } from "./types.js";

export interface PicturePorts {
  signal(place: PicturePlace | "", sdp: string): Promise<string>;
  command(name: string, args: Record<string, unknown>): Promise<unknown>;
  fault(why: CaptureFault): void;
  changed(): void;
}

export const PLACE_OF: Readonly<Record<ShowKind, PicturePlace>> = { hall: "hall", camera: "shared", screen: "shared" };
const PLACES: readonly PicturePlace[] = ["shared", "hall"]; // in the order of the lines
const UNCONFIRMED_MS = 10_000;
const NONE: Pictures = { hall: null, shared: null };

/** Something this browser shows. */
interface Shown {
  readonly kind: ShowKind;
  readonly track: MediaStreamTrack;
  readonly stream: MediaStream;
  readonly line: PictureLine;
  readonly since: number;
  /** The room has said that it is ours. */
  confirmed: boolean;
}

export class RoomPictures {
  watching: boolean;
  readonly streams = new Map<PicturePlace, MediaStream>();
  readonly shown = new Map<PicturePlace, Shown>();
  private readonly look: PictureLine;
  private view: Pictures = NONE;
  private me: Pick<Me, "held" | "spared" | "shows"> = {};
  private session = "";
  private ice: RTCIceServerLike[] = [];
  private light = false;
  private live = false;
  /** Bytes of what is shown no more. */
  private gone = 0;
  private taking = new Set<ShowKind>();

  /** `hall`: this browser stands in the hall, and needs no picture of it. */
  constructor(private readonly hall: boolean, phone: boolean, private readonly ports: PicturePorts) {
    this.watching = !phone;
    this.look = new PictureLine({
      signal: (sdp) => ports.signal("", sdp),
      lay: (connection) => this.lay(connection),
      changed: () => ports.changed(),
    });
  }

  /** The places of others that could be looked at. */
  get offered(): PicturePlace[] {
    return PLACES.filter((place) => !(this.hall && place === "hall") && this.view[place] !== null && this.view[place]?.session !== this.session);
  }

  /** What may be shown from here and is not yet. */
  get possible(): ShowKind[] {
    return (this.me.shows ?? []).filter((kind) => this.shown.get(PLACE_OF[kind])?.kind !== kind);
  }

  get held(): boolean {
    return Boolean(this.me.held) || this.light;
  }

  /** Of the places of others: left out for now, so that the other stays clear. */
  get spared(): PicturePlace[] {
    return this.held ? [] : this.offered.filter((place) => this.me.spared?.includes(place));
  }

  welcomed(ice: RTCIceServerLike[], session: string): void {
    this.ice = ice;
    this.session = session;
    this.live = true;
    this.settle();
  }

  /** What the room says now; `light`: the own line is weak or saves data. */
  follow(view: Pictures | undefined, me: Me | undefined, light: boolean): void {
    this.view = view ?? NONE;
    this.me = me ?? {};
    if (light !== this.light) {
      this.light = light;
      for (const one of this.shown.values()) if (one.line.connection) restrain(one.line.connection, one.kind, light);
    }
    this.keepOwn();
    this.settle();
  }

  watch(on: boolean): void {
    this.watching = on;
    this.settle();
    this.ports.changed();
  }

  /** Begins to show; called by a tap, because browsers ask for one. */
  async show(kind: ShowKind): Promise<void> {
    if (this.taking.has(kind)) return;
    this.taking.add(kind);
    try {
      const track = await capture(kind);
      try {
        await this.ports.command("show_picture", { kind });
      } catch (fault) {
        track.stop();
        if (!(fault instanceof Refusal)) throw fault;
        return;
      }
      this.begin(kind, track);
    } catch (fault) {
      if (fault instanceof PictureFault) this.ports.fault(fault.why);
    } finally {
      this.taking.delete(kind);
      this.ports.changed();
    }
  }

  /** Ends what stands in a place: our own, or by the chair's right anybody's. */
  stop(place: PicturePlace): void {
    this.end(place);
    this.ports.command("stop_picture", { place }).catch(() => undefined);
    this.ports.changed();
  }

  close(): void {
    this.live = false;
    for (const place of PLACES) this.end(place);
    this.look.stop();
    this.streams.clear();
  }

  /** Bytes over all connections of pictures. */
  async bytes(): Promise<number> {
    const lines = [this.look, ...[...this.shown.values()].map((one) => one.line)];
    return (await Promise.all(lines.map((line) => line.bytes()))).reduce((sum, one) => sum + one, this.gone);
  }

  private begin(kind: ShowKind, track: MediaStreamTrack): void {
    const place = PLACE_OF[kind];
    this.end(place);
    const line = new PictureLine({
      signal: (sdp) => this.ports.signal(place, sdp),
      lay: (connection) => void connection.addTransceiver(track, { direction: "sendonly" }),
      answered: (connection) => restrain(connection, kind, this.light),
      changed: () => this.ports.changed(),
    });
    this.shown.set(place, { kind, track, stream: new MediaStream([track]), line, since: performance.now(), confirmed: false });
    track.addEventListener("ended", () => {
      if (this.shown.get(place)?.track === track) this.stop(place);
    });
    line.start(this.ice);
  }

  private end(place: PicturePlace): void {
    const one = this.shown.get(place);
    if (!one) return;
    this.shown.delete(place);
    one.line.stop();
    one.track.stop();
    void one.line.bytes().then((bytes) => { this.gone += bytes; });
  }

  /** What the room took from us ends here; what the room thinks we show and we do not is taken up again, or given up. */
  private keepOwn(): void {
    for (const place of PLACES) {
      const told = this.view[place];
      const own = this.shown.get(place);
      const ours = told !== null && told.session === this.session && this.session !== "";
      if (own && ours && told.kind === own.kind) own.confirmed = true;
      else if (own && (own.confirmed || performance.now() - own.since > UNCONFIRMED_MS)) this.end(place);
      else if (!own && ours && this.live && !this.taking.has(told.kind)) void this.resume(told.kind);
    }
  }

  /** After a reload: the hall's camera goes on by itself, anything else needs a person's tap. */
  private async resume(kind: ShowKind): Promise<void> {
    this.taking.add(kind);
    try {
      if (kind !== "hall") throw new PictureFault("denied");
      this.begin(kind, await capture(kind));
    } catch {
      await this.ports.command("stop_picture", { place: PLACE_OF[kind] }).catch(() => undefined);
    } finally {
      this.taking.delete(kind);
    }
  }

  private settle(): void {
    const wanted = this.live && this.watching && !this.light && this.offered.length > 0;
    if (wanted) this.look.start(this.ice);
    else if (this.look.wanted) {
      this.look.stop();
      this.streams.clear();
    }
  }

  private lay(connection: RTCPeerConnection): void {
    const places = this.hall ? PLACES.slice(0, 1) : PLACES;
    for (const place of places) {
      const line = connection.addTransceiver("video", { direction: "recvonly" });
      const stream = new MediaStream([line.receiver.track]);
      this.streams.set(place, stream);
    }
  }
}
