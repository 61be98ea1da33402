import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallBody } from "../../runtime/contract/call-api.ts";
import { call } from "../unit/console/call.ts";
import { hasBrowser, picture, TestConsole } from "./console.ts";

const CALLS = 5_000;
const PAGE = 1_000;
/** A hundred calls end in a second, and a hundred begin. */
const CHANGES = 500;
const EVERY_MS = 10;
const LARGEST_LOAD_BYTES = 150_000;

const counts = { codec: "PCMA", packetsSent: 900, packetsReceived: 900, packetsLost: 0, lossPercent: 0, jitterMs: 1 };
const sides = ["caller", "callee"].map((side) => ({ side, ...counts, roundTripMs: 20, mos: 4.41 }));
/** The phones of every other call talk directly. */
const sidesOf = (call: string) => (/[02468]$/.test(call) ? [] : sides);

const numbered = (index: number): CallBody =>
  call({
    id: `call-${index}`,
    to: `sip:+49301${String(index).padStart(6, "0")}@example.test`,
    domain: "example.test",
    startedAt: new Date(1_800_000_000_000 + index).toISOString(),
  });

/** More calls than a test could place: the list and the stream of the API, as a switch with so many would give them. */
describe.skipIf(!hasBrowser())("The Live page of a switch with 5,000 calls", () => {
  let console: TestConsole;
  let feed: Server;
  const streams = new Set<ServerResponse>();
  /** Calls whose quality was asked for at once. */
  let mostAsked = 0;

  beforeAll(async () => {
    console = await TestConsole.start();
    feed = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
      response.write(": alive\n\n");
      streams.add(response);
    });
    await new Promise<void>((resolve) => feed.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    feed?.closeAllConnections();
    feed?.close();
    await console?.stop();
  });

  async function openWithCalls(): Promise<Page> {
    const page = await console.open("/nowhere");
    const { port } = feed.address() as AddressInfo;
    await page.route("**/v1/events?*", (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
    await page.route("**/v1/calls?*", (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
      const items = Array.from({ length: PAGE }, (_, index) => numbered(from + index));
      const next = from + PAGE < CALLS ? String(from + PAGE) : null;
      return route.fulfill({ json: { items, next } });
    });
    await page.route("**/v1/calls/quality?*", (route) => {
      const asked = new URL(route.request().url()).searchParams.get("calls")?.split(",") ?? [];
      mostAsked = Math.max(mostAsked, asked.length);
      return route.fulfill({ json: { items: asked.map((call) => ({ call, sides: sidesOf(call) })) } });
    });
    await page.goto(`${console.strowger.url}/live`);
    await page.getByRole("heading", { name: "5,000 calls" }).waitFor();
    return page;
  }

  const publish = (id: number, what: string, body: CallBody) => {
    const text = `id: ${id}\nevent: call\ndata: ${JSON.stringify({ type: "call", at: "", what, call: body })}\n\n`;
    for (const stream of streams) stream.write(text);
  };
  const rows = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("cell") });

  it("renders the rows in sight, and reaches each of them", async () => {
    const page = await openWithCalls();
    expect(await rows(page).count()).toBeLessThan(80);
    expect(
      await rows(page)
        .first()
        .evaluate((row) => row.getBoundingClientRect().height),
    ).toBe(30);
    await rows(page).nth(0).getByText("4.4", { exact: true }).waitFor();
    await rows(page).nth(1).getByText("direct", { exact: true }).waitFor();
    expect(mostAsked).toBeGreaterThan(10);
    expect(mostAsked).toBeLessThan(80);
    await picture(page, "many-calls");
    await rows(page).first().focus();
    await page.keyboard.press("End");
    await page.getByRole("row").filter({ hasText: "+49301000000" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("+49301000000");
    await page.getByRole("searchbox").fill("+49301004321");
    await page.getByText("1 shown").waitFor();
  });

  it("keeps up with a hundred new calls a second", async () => {
    const page = await openWithCalls();
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
      }).observe({ type: "longtask" });
    });
    const startedAt = performance.now();
    for (let index = 0; index < CHANGES; index++) {
      publish(3 * index, "started", { ...numbered(CALLS + index), state: "deciding" });
      publish(3 * index + 1, "answered", numbered(CALLS + index));
      publish(3 * index + 2, "ended", { ...numbered(index), state: "ended" });
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await page
      .getByRole("row")
      .filter({ hasText: `+49301${String(CALLS + CHANGES - 1).padStart(6, "0")}` })
      .waitFor();
    await page.getByRole("heading", { name: "5,000 calls" }).waitFor();
    const tasks = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
    const rate = Math.round((3 * CHANGES) / seconds);
    const longest = Math.max(0, ...tasks);
    globalThis.console.log(`${rate} events a second: ${tasks.length} long tasks, the longest ${longest} ms`);
  });

  it("loads little before the editor is opened", async () => {
    const startedAt = performance.now();
    const page = await console.open("/live");
    await page.getByText("No call is up").waitFor();
    const ms = Math.round(performance.now() - startedAt);
    const sizes = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => name.includes("/assets/"))
        .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize),
    );
    const loaded = sizes.reduce((total, size) => total + size, 0);
    globalThis.console.log(
      `The console is ${(loaded / 1000).toFixed(1)} kB before the editor; a new browser had signed in and shown it in ${ms} ms`,
    );
    expect(sizes.length).toBeGreaterThan(2);
    expect(loaded).toBeLessThan(LARGEST_LOAD_BYTES);
  });
});
