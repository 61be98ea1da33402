/** The feeds of the API: one tail per script, and the events of the switch. */
import { isoTime } from "../base/iso-time.ts";
import type { Deployment } from "../port/deployment.ts";
import type { Feed, Feeds, ReportedFault, SwitchEvent, TailEntry } from "../port/feed.ts";
import type { Invocation, ScriptLogLine } from "../port/sandbox.ts";
import { RingFeed } from "./feed.ts";

const TAIL_MEMORY = 500;
const EVENT_MEMORY = 500;
/** Tails of scripts that are gone go first when there are more than this. */
const MOST_TAILS = 1000;

export class SwitchFeeds implements Feeds {
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
    this.#tailOf(invocation.ref.script).publish({ type: "invocation", at: this.#time(), ...invocation });
  }

  fault(fault: ReportedFault): void {
    this.#tailOf(fault.ref.script).publish({ type: "fault", at: this.#time(), ...fault });
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
    return isoTime(this.#now());
  }
}
