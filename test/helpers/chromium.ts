/**
 * Debian's Chromium without a window, driven by the DevTools protocol. Its microphone plays a file; nothing that it asks for
 * leaves the machine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { Child } from "./child.ts";
import { until, within } from "./until.ts";

const START_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 15_000;
const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--no-first-run",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--metrics-recording-only",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  "--allow-loopback-in-peer-connection",
  "--remote-debugging-port=0",
];

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: what the browser answers is looked at by who has asked.
  readonly result?: any;
  readonly error?: { readonly message: string };
}

export class Chromium {
  readonly #child: Child;
  readonly #socket: WebSocket;
  readonly #folder: string;
  #lastId = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  /** What pages have written to their consoles, for whoever looks for a fault. */
  readonly console: string[] = [];

  private constructor(child: Child, socket: WebSocket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.on("message", (data) => this.#receive(JSON.parse(String(data))));
  }

  /** `microphone`: a WAV file that is played again and again. */
  static async start(microphone: string): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), "chromium-"));
    const own = [`--user-data-dir=${folder}`, `--use-file-for-fake-audio-capture=${microphone}`, "about:blank"];
    const child = new Child("chromium", [...FLAGS, ...own], { env: { ...process.env, HOME: folder } });
    const listening = /DevTools listening on (ws:\S+)/;
    await child.wrote(listening, START_WITHIN_MS);
    const socket = new WebSocket(listening.exec(child.output)?.[1] ?? "");
    await within("the DevTools of Chromium", new Promise((resolve) => socket.once("open", resolve)));
    return new Chromium(child, socket, folder);
  }

  async open(url: string): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    await this.send("Runtime.enable", {}, sessionId);
    await this.send("Page.enable", {}, sessionId);
    await page.go(url);
    return page;
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the browser answers is looked at by who has asked.
  async send(method: string, params: Readonly<Record<string, unknown>>, sessionId?: string): Promise<any> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    const { result, error } = await within(`${method} of Chromium`, answered, ANSWER_WITHIN_MS);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await this.#child.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    } else if (answer.method === "Runtime.consoleAPICalled" || answer.method === "Runtime.exceptionThrown") {
      this.console.push(JSON.stringify(answer.params));
    }
  }
}

export class Page {
  readonly #chromium: Chromium;
  readonly #session: string;
  readonly #target: string;

  constructor(chromium: Chromium, session: string, target: string) {
    this.#chromium = chromium;
    this.#session = session;
    this.#target = target;
  }

  async go(url: string): Promise<void> {
    await this.#chromium.send("Page.navigate", { url }, this.#session);
    await until("the page", async () => (await this.run("document.readyState")) === "complete", ANSWER_WITHIN_MS);
  }

  /** The value of an expression; of a promise what it comes to. */
  // biome-ignore lint/suspicious/noExplicitAny: what a page answers is looked at by who has asked.
  async run(expression: string): Promise<any> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#chromium.send("Runtime.evaluate", params, this.#session);
    if (exceptionDetails === undefined) return result.value;
    const { exception, text } = exceptionDetails;
    throw new Error(`${expression}: ${exception?.description ?? JSON.stringify(exception?.value) ?? text}`);
  }

  async close(): Promise<void> {
    await this.#chromium.send("Target.closeTarget", { targetId: this.#target });
  }
}
