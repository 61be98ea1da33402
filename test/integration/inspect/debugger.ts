/** A client of the Chrome DevTools Protocol, as an editor has one: requests and answers, and the script standing still. */
import { within } from "../../helpers/until.ts";

const STANDS_STILL_WITHIN_MS = 20_000;

export interface DebuggerWire {
  send(text: string): void;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: what the engine answers is what the test is about.
type Answer = any;

export interface PausedAt {
  readonly frame: { readonly callFrameId: string; readonly functionName: string; readonly url: string };
  /** From 0, as the protocol counts. */
  readonly line: number;
}

export class Debugger {
  readonly notifications: string[] = [];
  readonly #wire: DebuggerWire;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #pauses: PausedAt[] = [];
  #pauseWanted: ((at: PausedAt) => void) | null = null;
  #lastId = 0;
  readonly #end = Promise.withResolvers<void>();

  constructor(wire: DebuggerWire) {
    this.#wire = wire;
  }

  async ask(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#wire.send(JSON.stringify({ id, method, params }));
    const { result, error } = await within(`an answer to ${method}`, promise);
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  async breakAt(url: string, line: number): Promise<void> {
    await this.ask("Debugger.enable");
    const { locations } = await this.ask("Debugger.setBreakpointByUrl", { url, lineNumber: line });
    if (locations.length === 0) throw new Error(`There is no line ${line} in ${url}.`);
  }

  /** The script stands still, or comes to do so. */
  async paused(): Promise<PausedAt> {
    const at = this.#pauses.shift();
    if (at !== undefined) return at;
    const { promise, resolve } = Promise.withResolvers<PausedAt>();
    this.#pauseWanted = resolve;
    return await within("the script to stand still", promise, STANDS_STILL_WITHIN_MS);
  }

  async evaluate({ frame }: PausedAt, expression: string): Promise<unknown> {
    const { callFrameId } = frame;
    const evaluated = await this.ask("Debugger.evaluateOnCallFrame", { callFrameId, expression, returnByValue: true });
    return evaluated.result.value;
  }

  async resume(): Promise<void> {
    await this.ask("Debugger.resume");
  }

  /** Whatever it may be. */
  say(text: string): void {
    this.#wire.send(text);
  }

  close(): void {
    this.#wire.close();
  }

  /** The other side has ended it. */
  get ended(): Promise<void> {
    return within("the end of the target", this.#end.promise);
  }

  heard(text: string): void {
    const { id, method, params, ...answer } = JSON.parse(text);
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
      return;
    }
    this.notifications.push(method);
    if (method !== "Debugger.paused") return;
    const frame = params.callFrames[0];
    const at = { frame, line: frame.location.lineNumber };
    if (this.#pauseWanted === null) this.#pauses.push(at);
    else this.#pauseWanted(at);
    this.#pauseWanted = null;
  }

  hasEnded(): void {
    this.#end.resolve();
  }
}
