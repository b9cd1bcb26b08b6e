/** A socket and a clock in memory: time moves only when the test says so. */
import type { Socket, Surroundings } from "../src/protocol/connection.js";

export class TestSocket implements Socket {
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: ((closed: { code: number; reason: string }) => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  say(message: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  cut(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }
  types(): unknown[] {
    return this.sent.map((message) => message.type);
  }
}

export class TestWorld implements Surroundings {
  sockets: TestSocket[] = [];
  private at = 0;
  private timers: { at: number; act: () => void }[] = [];
  open(): Socket {
    const socket = new TestSocket();
    this.sockets.push(socket);
    return socket;
  }
  now(): number {
    return this.at;
  }
  random(): number {
    return 1;
  }
  after(ms: number, act: () => void): () => void {
    const timer = { at: this.at + ms, act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  pass(ms: number): void {
    const until = this.at + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.at = Math.max(this.at, next.at);
      next.act();
    }
    this.at = until;
  }
  get last(): TestSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}
