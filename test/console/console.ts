/** The console of a running switch in Chromium, as an operator has it before them. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { findProgram, skip } from "../helpers/require-program.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import type { TestConfig } from "../helpers/switch-config.ts";
import { type Credentials, launchBrowser, signIn } from "./browser.ts";

const ACTS_WITHIN_MS = 10_000;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

export interface OpenOptions {
  /** @default the token of the installation */
  readonly as?: Credentials | "nobody";
  /** @default "light" */
  readonly scheme?: "light" | "dark";
  /** @default "desktop" */
  readonly size?: keyof typeof SIZES;
  /** Switches that the browser grants: "microphone", "clipboard-read". @default none */
  readonly permissions?: readonly string[];
}

/** Whether a browser is there; says so where it is not. For `describe.skipIf(!hasBrowser())`. */
export function hasBrowser(): boolean {
  return findProgram("chromium") !== undefined || skip("chromium not installed (see test/README.md)");
}

export class TestConsole {
  readonly strowger: RunningSwitch;
  readonly #browser: Browser;
  readonly #faults: string[] = [];

  private constructor(strowger: RunningSwitch, browser: Browser) {
    this.strowger = strowger;
    this.#browser = browser;
  }

  /** `flags`: more of Chromium, such as those of a fake microphone. */
  static async start(config: TestConfig = {}, flags: readonly string[] = []): Promise<TestConsole> {
    const strowger = await startSwitch(config);
    return new TestConsole(strowger, await launchBrowser(flags));
  }

  /** A page of the console in a browser of its own, signed in; closed when the test has ended. For use within a test. */
  async open(path: string, options: OpenOptions = {}): Promise<Page> {
    const { as = { token: this.strowger.token }, scheme = "light", size = "desktop", permissions = [] } = options;
    const context = await this.#browser.newContext({
      viewport: SIZES[size],
      colorScheme: scheme,
      permissions: [...permissions],
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(ACTS_WITHIN_MS);
    onTestFinished(() => context.close());
    if (as !== "nobody") await signIn(context, this.strowger.url, as);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#faults.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) this.#faults.push(message.text());
    });
    await page.goto(this.strowger.url + path);
    return page;
  }

  /** Errors that pages have not caught, and what the policy of the page has kept from being done. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Fails where a page had a fault: nothing of ours may throw unnoticed. */
  async stop(): Promise<void> {
    await this.#browser.close();
    await this.strowger.stop();
    if (this.#faults.length > 0) throw new Error(`Faults of the page:\n${this.#faults.join("\n")}`);
  }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What keeps somebody from using the page as it is now: serious and critical findings of axe, of WCAG 2.2 A and AA. */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<unknown> } };
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    return axe.run({ runOnly: { type: "tag", values } }) as Promise<AxeResult>;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`));
}

/** Where `CONSOLE_SHOTS` names a folder, a picture of the page for whoever looks. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.CONSOLE_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
