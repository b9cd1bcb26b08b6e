/** Browsers inside other applications cannot use the microphone; they are recognised before it is asked for. */

const APPS: [RegExp, string][] = [
  [/Zalo/i, "Zalo"],
  [/FBAN|FBAV|FB_IAB|FB4A|FBIOS/i, "Facebook"],
  [/MessengerForiOS|Orca-Android/i, "Messenger"],
  [/Instagram/i, "Instagram"],
  [/musical_ly|BytedanceWebview|TikTok/i, "TikTok"],
  [/\bLine\//i, "Line"],
  [/Viber/i, "Viber"],
];

export function insideApp(agent: string): string | null {
  return APPS.find(([sign]) => sign.test(agent))?.[1] ?? null;
}

export function onAndroid(agent: string): boolean {
  return /Android/i.test(agent);
}

/** Android's way to hand an address over to Chrome. */
export function chromeAddress(address: string): string {
  const url = new URL(address);
  return `intent://${url.host}${url.pathname}${url.search}#Intent;scheme=${url.protocol.replace(":", "")};package=com.android.chrome;end`;
}
