/** The server's HTTP interface (docs/protocol.md, "HTTP"): JSON, one header against forged requests, typed errors. */

export class HttpFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing came back: no line, or the server is away. */
export class NoLine extends Error {}

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  let reply: Response;
  try {
    reply = await fetch(path, { credentials: "same-origin", cache: "no-store", ...request });
  } catch (cause) {
    throw new NoLine("no line", { cause });
  }
  if (reply.ok) return (reply.status === 204 ? null : await reply.json()) as T;
  const fault = (await reply.json().catch(() => ({}))) as { code?: string; message?: string };
  throw new HttpFault(reply.status, fault.code ?? String(reply.status), fault.message ?? "");
}

const CHANGE = { "X-Hopchibo": "1" };

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { signal: signal ?? null });
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>("POST", path, body);
}

export function patch<T>(path: string, body: unknown): Promise<T> {
  return send<T>("PATCH", path, body);
}

function send<T>(method: string, path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method, headers: { ...CHANGE, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export function remove<T>(path: string): Promise<T> {
  return ask<T>(path, { method: "DELETE", headers: CHANGE });
}

export function upload<T>(path: string, file: Blob, name: string): Promise<T> {
  const form = new FormData();
  form.append("file", file, name);
  return ask<T>(path, { method: "POST", headers: CHANGE, body: form });
}

/** Bytes as they are. */
export function postBytes<T>(path: string, body: Blob): Promise<T> {
  return ask<T>(path, { method: "POST", headers: { ...CHANGE, "Content-Type": body.type }, body });
}

/** Several files in their order, as the field `files`. */
export function uploadAll<T>(path: string, files: File[]): Promise<T> {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return ask<T>(path, { method: "POST", headers: CHANGE, body: form });
}

/** A form with its files, as the browser sends one. */
export function sendForm<T>(path: string, form: FormData): Promise<T> {
  return ask<T>(path, { method: "POST", headers: CHANGE, body: form });
}
