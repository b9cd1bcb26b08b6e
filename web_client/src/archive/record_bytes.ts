/** Bytes, hashes and JSON in its one form, as docs/record.md has them. Imports nothing, so that it runs anywhere. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const latin = new TextDecoder("latin1");
export const utf8 = new TextDecoder("utf-8", { fatal: true });
export const encoder = new TextEncoder();

export function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function sha(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(text: unknown): Uint8Array {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hex");
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

/** JSON in its one form but for Unicode's: keys sorted, no white space, whole numbers only. */
export function dumps(value: Json): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("not a whole number");
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(dumps).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${dumps(value[key] as Json)}`).join(",")}}`;
}

export const canonical = (value: Json): Uint8Array => encoder.encode(dumps(value).normalize("NFC"));

export function readObject(bytes: Uint8Array): { [key: string]: Json } {
  const value = JSON.parse(utf8.decode(bytes)) as Json;
  if (value === null || typeof value !== "object" || Array.isArray(value) || !same(canonical(value), bytes)) throw new Error("not canonical");
  return value;
}
