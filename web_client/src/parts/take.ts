/** Saves what an address gives as a file, so that a refusal can be said on the page instead of being saved. */
import { HttpFault, NoLine } from "../protocol/http.js";

export async function take(path: string, name: string): Promise<void> {
  let reply: Response;
  try {
    reply = await fetch(path, { credentials: "same-origin", cache: "no-store" });
  } catch (cause) {
    throw new NoLine("no line", { cause });
  }
  if (!reply.ok) {
    const fault = (await reply.json().catch(() => ({}))) as { code?: string; message?: string };
    throw new HttpFault(reply.status, fault.code ?? String(reply.status), fault.message ?? "");
  }
  save(await reply.blob(), name);
}

export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
