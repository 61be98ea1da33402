/** The feeds of the API: one tail per script, and the events of the switch. */
import type { Deployment } from "../port/deployment.ts";
import type { Feed, Feeds, SwitchEvent, TailEntry } from "../port/feed.ts";
import type { Invocation, SandboxListener, ScriptLogLine } from "../port/sandbox.ts";
import { RingFeed } from "./feed.ts";

const TAIL_MEMORY = 500;
const EVENT_MEMORY = 500;
/** Tails of scripts that are gone go first when there are more than this. */
const MOST_TAILS = 1000;

export class SwitchFeeds implements Feeds, SandboxListener {
  readonly events = new RingFeed<SwitchEvent>(EVENT_MEMORY);
  readonly #tails = new Map<string, RingFeed<TailEntry>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  tail(script: string): Feed<TailEntry> {
    return this.#tailOf(script);
  }

  logLine(line: ScriptLogLine): void {
    this.#tailOf(line.ref.script).publish({ type: "log", at: this.#time(), ...line });
  }

  invocation(invocation: Invocation): void {
    const type = invocation.outcome === "returned" ? "invocation" : "fault";
    this.#tailOf(invocation.ref.script).publish({ type, at: this.#time(), ...invocation });
  }

  deployed(deployment: Deployment): void {
    const at = this.#time();
    this.#tailOf(deployment.script).publish({ type: "deploy", at, deployment });
    this.events.publish({ type: "script", at, deployment });
  }

  #tailOf(script: string): RingFeed<TailEntry> {
    let feed = this.#tails.get(script);
    if (feed === undefined) {
      this.#makeRoom();
      feed = new RingFeed(TAIL_MEMORY);
      this.#tails.set(script, feed);
    }
    return feed;
  }

  #makeRoom(): void {
    if (this.#tails.size < MOST_TAILS) return;
    for (const [script, feed] of this.#tails) {
      if (feed.hasListeners) continue;
      this.#tails.delete(script);
      return;
    }
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
