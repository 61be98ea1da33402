/** A model's side of the Model Context Protocol, in lines of JSON-RPC on the pipes of a real `strowger mcp`. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { within } from "../../helpers/until.ts";
import { command } from "../http/cli/run-strowger.ts";

// biome-ignore lint/suspicious/noExplicitAny: what the server answers is what the test is about.
type Answer = any;

export interface Called {
  readonly text: string;
  readonly isError: boolean;
}

export class Model {
  /** Lines that are no answer. */
  readonly others: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  readonly exited: Promise<number | null>;

  private constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [command, "mcp"], { stdio: "pipe", env: { PATH: process.env.PATH, ...env } });
    this.exited = new Promise((resolve) => this.#child.on("exit", resolve));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      const wanted = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (wanted === undefined) this.others.push(line);
      else wanted(message);
    });
  }

  /** Begins a session, which ends with the test. */
  static async open(url: string, token: string): Promise<{ model: Model; welcome: Answer }> {
    const model = new Model({ STROWGER_URL: url, STROWGER_TOKEN: token });
    onTestFinished(() => void model.#child.kill());
    const welcome = await model.ask("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    model.#send({ method: "notifications/initialized" });
    return { model, welcome };
  }

  async ask(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#send({ id, method, params });
    const { result, error } = await within(`an answer to ${method}`, promise, 15_000);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async call(name: string, input: object = {}): Promise<Called> {
    const { content, isError = false } = await this.ask("tools/call", { name, arguments: input });
    return { text: content.map(({ text }: { text: string }) => text).join("\n"), isError };
  }

  /** The data that a tool gives. */
  async data(name: string, input: object = {}): Promise<Answer> {
    const { text, isError } = await this.call(name, input);
    if (isError) throw new Error(`${name}: ${text}`);
    return JSON.parse(text);
  }

  /** The model is gone. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}
