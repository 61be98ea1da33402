/** Phones in pages of one browser: JsSIP, as the pages of a company would run it, at a switch under test. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Chromium, type Page } from "./chromium.ts";
import { repoRoot } from "./repo-root.ts";
import { bundle } from "./script-bundle.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

const HEARS_WITHIN_MS = 10_000;
/** Half of what the page's analyser tells apart, and what a codec adds. */
const SLACK_HERTZ = 15;
const AUDIBLE_DB = -60;

export interface Heard {
  readonly hertz: number;
  readonly level: number;
}

export interface BrowserStats {
  readonly codec: string;
  /** Where its audio goes to. */
  readonly remotePort: number;
  readonly sent: number;
  readonly received: number;
}

export class BrowserPhones {
  readonly #strowger: RunningSwitch;
  readonly #chromium: Chromium;
  readonly #pages: Server;

  private constructor(strowger: RunningSwitch, chromium: Chromium, pages: Server) {
    this.#strowger = strowger;
    this.#chromium = chromium;
    this.#pages = pages;
  }

  /** `microphone`: a WAV file, what everybody says. */
  static async start(strowger: RunningSwitch, microphone: string): Promise<BrowserPhones> {
    const files = new Map([
      ["/", ["text/html", "<!doctype html><script src=/jssip.js></script><script src=/page.js></script>"]],
      ["/jssip.js", ["text/javascript", bundle(["jssip"])]],
      ["/page.js", ["text/javascript", readFileSync(join(repoRoot, "test/interop/browser/page.js"), "utf8")]],
    ]);
    const pages = createServer((request, response) => {
      const [type, text] = files.get(request.url?.replace(/\?.*/, "") ?? "") ?? [];
      response.writeHead(text === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(text);
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    return new BrowserPhones(strowger, await Chromium.start(microphone), pages);
  }

  /** A phone of this user, registered. */
  async phone(user: string): Promise<BrowserPhone> {
    const { port } = this.#pages.address() as AddressInfo;
    const { url, domain } = this.#strowger;
    const ws = `${url.replace("http", "ws")}/sip`;
    const query = new URLSearchParams({ ws, domain, user, password: `pw-${user}` });
    const page = await this.#chromium.open(`http://127.0.0.1:${port}/?${query}`);
    await page.run("phone.register()");
    return new BrowserPhone(page);
  }

  /** What pages have complained of. */
  get console(): readonly string[] {
    return this.#chromium.console;
  }

  async stop(): Promise<void> {
    await this.#chromium.stop();
    this.#pages.closeAllConnections();
    this.#pages.close();
  }
}

export class BrowserPhone {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Resolves when the call is up. */
  async call(target: string): Promise<void> {
    await this.#page.run(`phone.call(${JSON.stringify(target)})`);
  }

  /** Resolves when the call that rings is up. */
  async answer(): Promise<void> {
    await until("the browser to ring", () => this.#page.run("phone.isRinging()"));
    await this.#page.run("phone.answer()");
  }

  /** By RTP (RFC 4733). */
  async press(keys: string): Promise<void> {
    await this.#page.run(`phone.press(${JSON.stringify(keys)})`);
  }

  /** Waits until this tone is the loudest thing that it hears. */
  async hears(hertz: number): Promise<void> {
    let last: Heard | null = null;
    await until(
      `the browser to hear ${hertz} Hz`,
      async () => {
        last = (await this.#page.run("phone.hear()")) as Heard | null;
        return last !== null && last.level > AUDIBLE_DB && Math.abs(last.hertz - hertz) < SLACK_HERTZ;
      },
      HEARS_WITHIN_MS,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message} It hears ${JSON.stringify(last)} with ${JSON.stringify(await this.stats())}.`);
    });
  }

  async hearsNothing(): Promise<void> {
    await until(
      "the browser to hear nothing",
      async () => {
        const heard = (await this.#page.run("phone.hear()")) as Heard | null;
        return heard === null || heard.level < AUDIBLE_DB;
      },
      HEARS_WITHIN_MS,
    );
  }

  async hold(isHeld: boolean): Promise<void> {
    await this.#page.run(`phone.hold(${isHeld})`);
  }

  /** Begins ICE anew, as after a change of the network. */
  async restartIce(): Promise<void> {
    await this.#page.run("phone.restartIce()");
  }

  async stats(): Promise<BrowserStats> {
    return this.#page.run("phone.stats()");
  }

  /** What it has said, or been told, of its audio. */
  async description(side: "local" | "remote"): Promise<string> {
    return this.#page.run(`phone.description("${side}")`);
  }

  async hangUp(): Promise<void> {
    await this.#page.run("phone.hangUp()");
  }

  /** Resolves when the other side has hung up. */
  async ended(): Promise<void> {
    await until("the browser's call to end", () => this.#page.run(`phone.log.some(({ name }) => name === "ended")`));
  }

  /** The page is left, as by a reload: nobody says goodbye. */
  async vanish(): Promise<void> {
    await this.#page.go("about:blank");
  }
}
