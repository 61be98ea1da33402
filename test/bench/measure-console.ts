/**
 * How soon the console is there: a browser that has never seen it, signed in, from the begin of the navigation until the
 * Live page has said what is up.
 */
import type { Browser } from "playwright-core";
import { launchBrowser, signIn } from "../console/browser.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { percentile } from "./report.ts";

const WARM_UP = 3;
const LOADS = 25;
const MOST_MS = 1_000;

export async function measureConsole(peer: Peer): Promise<Measurement> {
  const browser = await launchBrowser();
  try {
    const times: number[] = [];
    for (let index = 0; index < WARM_UP + LOADS; index++) times.push(await firstLoad(browser, peer));
    const timed = times.slice(WARM_UP);
    const [median, late] = [percentile(timed, 0.5), percentile(timed, 0.95)];
    return {
      value: median,
      unit: "ms until Live is shown (median)",
      valid: late < MOST_MS,
      detail: `p95=${late.toFixed(0)} max=${percentile(timed, 1).toFixed(0)} ms over ${LOADS} loads, each with an empty cache`,
    };
  } finally {
    await browser.close();
  }
}

/** Milliseconds, by the clock of the page. */
async function firstLoad(browser: Browser, { url, token }: Peer): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    await signIn(context, url, { token });
    const page = await context.newPage();
    await page.addInitScript(NOTE_WHEN_SHOWN);
    await page.goto(`${url}/live`, { waitUntil: "commit" });
    const shownAt = await page.waitForFunction(() => Reflect.get(globalThis, "shownAt"));
    return Number(await shownAt.jsonValue());
  } finally {
    await context.close();
  }
}

/** Runs in the page, before anything of it. */
const NOTE_WHEN_SHOWN = `
new MutationObserver((_changes, observer) => {
  if (!document.body?.textContent.includes("No call is up")) return;
  globalThis.shownAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
`;
