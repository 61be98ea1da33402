/**
 * Carries an upgrade out (`hand-over.ts`): starts the new process, passes on what the two have for each other, and keeps
 * account of how it goes. It owns no socket of those that pass through: each is closed here once it has gone on.
 */
import type { ChildProcess, Serializable } from "node:child_process";
import type { SocketHandle } from "../base/handed-sockets.ts";
import { type HandOver, type HandOverEffect, type HandOverInput, IDLE, type Reported, step } from "./hand-over.ts";
import { type FromSwitch, type ToSwitch, typeOf, type UpgradeReport } from "./messages.ts";

export interface UpgradingHost {
  /** Starts a process of the version that is on the disk now, which waits for its turn. */
  startNew(): ChildProcess;
  /** This process is the switch from now on. */
  succeed(child: ChildProcess): void;
  /** The process that was to be the switch is gone. */
  startAgain(reason: string): void;
  say(line: string): void;
}

/** What the old process has for the new one; nothing passes the other way. */
const PASSED_ON: ReadonlySet<string> = new Set(["socket", "sockets-shared", "held"]);
const UNKNOWN = "an unknown version";

export class Upgrading {
  readonly #host: UpgradingHost;
  #state: HandOver = IDLE;
  #old: ChildProcess | null = null;
  #new: ChildProcess | null = null;
  /** Sockets that are on their way: one that stayed here would listen on when nobody serves it any more. */
  readonly #passing = new Set<SocketHandle>();
  /** Why the new process cannot start, as it has said itself. */
  #refusal: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #report: UpgradeReport | null = null;

  constructor(host: UpgradingHost) {
    this.#host = host;
  }

  /** `version`: that of the process that serves. */
  begin(old: ChildProcess, version = UNKNOWN): void {
    if (this.#state.name !== "idle") {
      this.#host.say("An upgrade is under way already.");
      this.tell(old);
      return;
    }
    this.#old = old;
    this.#refusal = null;
    const now = { state: "preparing", startedAt: Date.now(), endedAt: null } as const;
    this.#report = { ...now, from: version, to: null, calls: null, pauseMs: null, reason: null };
    this.#take({ type: "begin" });
  }

  /** The parent is told to end. */
  stop(): void {
    this.#take({ type: "stop" });
  }

  /** Whether this process was part of an upgrade, so that what follows from its end is done. */
  ended(child: ChildProcess, reason: string): boolean {
    if (this.#state.name === "idle") return false;
    if (child === this.#new) this.#take({ type: "new-ended", reason: this.#refusal ?? reason });
    else if (child === this.#old) this.#take({ type: "old-ended" });
    else return false;
    return true;
  }

  /** Tells a process how the last upgrade went. */
  tell(child: ChildProcess): void {
    if (this.#report !== null) send(child, { type: "upgrade-report", report: this.#report });
  }

  /** What a process has said. */
  heard(child: ChildProcess, message: unknown, handle: SocketHandle | undefined): void {
    const type = typeOf(message);
    if (child === this.#old && PASSED_ON.has(type)) this.#passOn(message as Serializable, handle);
    else handle?.close();
    if (type === "") return;
    // Our own processes say so; what is of no use now is passed over.
    const said = message as FromSwitch;
    if (child === this.#new && said.type === "refused") this.#refusal = said.reason;
    else if (child === this.#new && (said.type === "prepared" || said.type === "taken-over")) this.#take(said);
    else if (child === this.#old && said.type === "handed-over") this.#take(said);
  }

  #passOn(message: Serializable, handle: SocketHandle | undefined): void {
    // One that has died has no use for it.
    if (this.#new?.connected !== true) {
      handle?.close();
      return;
    }
    if (handle !== undefined) this.#passing.add(handle);
    this.#new.send(message, handle as Parameters<ChildProcess["send"]>[1], () => {
      if (handle !== undefined && this.#passing.delete(handle)) handle.close();
    });
  }

  /** Node forgets what waits for a process that dies. */
  #closePassing(): void {
    for (const handle of this.#passing) handle.close();
    this.#passing.clear();
  }

  #take(input: HandOverInput): void {
    const { state, effects } = step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    if (state.name === "idle") {
      this.#old = null;
      this.#new = null;
      this.#closePassing();
    }
  }

  #do(effect: HandOverEffect): void {
    switch (effect.type) {
      case "start-new":
        this.#startNew();
        return;
      case "share-sockets":
      case "hand-over":
        send(this.#old, { type: effect.type });
        return;
      case "succeed":
        if (this.#new !== null) this.#host.succeed(this.#new);
        return;
      case "take-over":
        send(this.#new, effect);
        return;
      case "kill":
        (effect.which === "old" ? this.#old : this.#new)?.kill("SIGKILL");
        return;
      case "start-again":
        this.#host.startAgain(effect.reason);
        return;
      case "wait":
        this.#wait(effect.ms);
        return;
      case "report":
        this.#note(effect.what);
    }
  }

  #startNew(): void {
    try {
      this.#new = this.#host.startNew();
    } catch (error) {
      this.#refusal = `another process could not be started: ${String(error)}`;
      setImmediate(() => this.#take({ type: "new-ended", reason: this.#refusal ?? "" }));
    }
  }

  #wait(ms: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = ms === null ? null : setTimeout(() => this.#take({ type: "too-late" }), ms);
  }

  #note(what: Reported): void {
    if (this.#report === null) return;
    const isOver = what.state === "done" || what.state === "failed";
    const { state, ...more } = what;
    this.#report = { ...this.#report, state, endedAt: isOver ? Date.now() : null, ...more };
    for (const child of [this.#old, this.#new]) if (child !== null) this.tell(child);
    this.#host.say(lineOf(this.#report));
  }
}

function lineOf({ state, from, to, calls, pauseMs, reason }: UpgradeReport): string {
  switch (state) {
    case "preparing":
      return `Upgrade: another process is started beside this one (${from}).`;
    case "handing-over":
      return `Upgrade: ${from} hands over to ${to}.`;
    case "done":
      return `Upgrade: ${to ?? from} serves, and has taken over ${calls} calls; requests waited ${pauseMs ?? "?"} ms.`;
    case "failed":
      return `Upgrade failed: ${reason?.replace(/\.$/, "")}.`;
  }
}

function send(child: ChildProcess | null, message: ToSwitch): void {
  // What a process that has died meanwhile does not hear is no fault: its end is told.
  if (child?.connected === true) child.send(message, () => {});
}
