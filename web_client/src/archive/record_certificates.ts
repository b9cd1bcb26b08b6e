/** What the check of a record needs of X.509: who issued whom, and their names. */
import { encoder, hex, joined, latin, same, utf8 } from "./record_bytes.js";

/** The inner values of a DER value, each with its tag, contents and whole bytes. */
function der(bytes: Uint8Array): { tag: number; body: Uint8Array; all: Uint8Array }[] {
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    let length = bytes[at + 1] ?? 0;
    let head = 2;
    if (length > 0x80) {
      const count = length - 0x80;
      length = bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
      head += count;
    }
    if (at + head + length > bytes.length) throw new Error("cut DER");
    found.push({ tag: bytes[at] as number, body: bytes.subarray(at + head, at + head + length), all: bytes.subarray(at, at + head + length) });
    at += head + length;
  }
  return found;
}

const inner = (list: ReturnType<typeof der>, n: number): ReturnType<typeof der>[number] => {
  const one = list[n];
  if (!one) throw new Error("short DER");
  return one;
};

export interface Certificate {
  der: Uint8Array;
  signed: Uint8Array;
  signature: Uint8Array;
  issuer: Uint8Array;
  subject: Uint8Array;
  key: Uint8Array;
}

function certificate(bytes: Uint8Array): Certificate {
  const [signed, , signature] = [0, 1, 2].map((n) => inner(der(inner(der(bytes), 0).body), n)) as [ReturnType<typeof inner>, unknown, ReturnType<typeof inner>];
  const fields = der(signed.body);
  return {
    der: bytes, signed: signed.all, signature: signature.body.subarray(1), issuer: inner(fields, 3).all,
    subject: inner(fields, 5).all, key: inner(fields, 6).all,
  };
}

export function certificates(pem: Uint8Array): Certificate[] {
  const blocks = latin.decode(pem).matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return Array.from(blocks, (block) => certificate(Uint8Array.from(atob((block[1] ?? "").replace(/\s/g, "")), (letter) => letter.charCodeAt(0))));
}

/** r and s of an ECDSA signature, as WebCrypto wants them. */
function flat(signature: Uint8Array): Uint8Array {
  const numbers = der(inner(der(signature), 0).body).map((one) => {
    const digits = Array.from(one.body).slice(-32);
    return new Uint8Array([...Array<number>(32 - digits.length).fill(0), ...digits]);
  });
  return joined(numbers);
}

export async function issued(authority: Certificate, one: Certificate): Promise<boolean> {
  if (!same(authority.subject, one.issuer)) return false;
  const key = await crypto.subtle.importKey("spki", joined([authority.key]), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, joined([flat(one.signature)]), joined([one.signed]));
}

/** The part's one form: each certificate in lines of 64, nothing around it. */
export function pem(chain: Certificate[]): Uint8Array {
  const blocks = chain.map((one) => {
    const lines = btoa(String.fromCharCode(...one.der)).match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  });
  return encoder.encode(blocks.join(""));
}

const COMMON_NAME = "550403"; // 2.5.4.3

export function commonNames(one: Certificate): string[] {
  const attributes = der(inner(der(one.subject), 0).body).flatMap((set) => der(set.body)).map((pair) => der(pair.body));
  return attributes.filter((pair) => hex(inner(pair, 0).body) === COMMON_NAME).map((pair) => utf8.decode(inner(pair, 1).body));
}
