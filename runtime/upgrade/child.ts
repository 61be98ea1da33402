/**
 * The switch's own end of an upgrade (`messages.ts`): as the version that serves it shares its sockets and hands over, as
 * the one that comes it waits for its turn.
 */
import { HandedSockets, type SharedSocket, type SocketHandle, type SocketName } from "../base/handed-sockets.ts";
import {
  type FromSwitch,
  type HandedOver,
  type HeldMessage,
  PROTOCOL,
  type ToSwitch,
  typeOf,
  type UpgradeReport,
} from "./messages.ts";

/** Requests in one message between processes. */
const CHUNK = 200;
/** A parent that knows of upgrades says at once that one is under way. */
const ANSWER_MS = 5_000;

/** Node's channel to the parent; its types know sockets that Node has made of a handle, and none as it is. */
export interface Channel {
  readonly send?: (message: FromSwitch, handle: SocketHandle | undefined, options: object, left: () => void) => unknown;
  on(event: "message", heard: (message: unknown, handle: unknown) => void): unknown;
}

/** What the process leaves that hands over. */
export interface LeftBehind extends HandedOver {
  readonly held: readonly HeldMessage[];
}

/** What the process that serves does when the parent asks for it. */
export interface Predecessor {
  readonly sockets: readonly SharedSocket[];
  /** Finishes what is under way and leaves the folder. */
  handOver(): Promise<LeftBehind>;
  /** All is told: the process ends. */
  end(): void;
}

/** What a process has been left that takes another one's place. */
export interface Inheritance {
  /** `null`: the other one has died and said nothing. */
  readonly left: HandedOver | null;
  readonly held: readonly HeldMessage[];
}

export class UpgradeLink {
  readonly #channel: Channel;
  readonly #version: string;
  /** Handed over to this process; all of them once `shared` has resolved. */
  readonly sockets = new HandedSockets();
  readonly #shared = Promise.withResolvers<void>();
  readonly #turn = Promise.withResolvers<HandedOver | null>();
  readonly #held: HeldMessage[] = [];
  #left: HandedOver | null = null;
  #predecessor: Predecessor | null = null;
  #report: UpgradeReport | null = null;
  #onReport: (() => void) | null = null;

  /** `version`: that of this process. */
  constructor(channel: Channel, version: string) {
    this.#channel = channel;
    this.#version = version;
    // What comes with a message is a handle as it is, of which Node's types know nothing.
    channel.on("message", (message: unknown, handle: unknown) => this.#heard(message, handle as SocketHandle));
  }

  /** How the last upgrade went; `null`: there was none, as far as the parent has said. */
  get report(): UpgradeReport | null {
    return this.#report;
  }

  /** All sockets of the process that serves are here. */
  shared(): Promise<void> {
    return this.#shared.promise;
  }

  /** This process could go on at once: resolves when it may. */
  async turn(): Promise<Inheritance> {
    void this.#say({ type: "prepared", version: this.#version, protocol: PROTOCOL });
    this.#left = await this.#turn.promise;
    return { left: this.#left, held: this.#held };
  }

  /** This process cannot start. Resolves once the parent has been told. */
  refuse(reason: string): Promise<void> {
    return this.#say({ type: "refused", reason });
  }

  /** `servesSince`: milliseconds since 1970. */
  takenOver(calls: number, servesSince: number): void {
    const pauseMs = this.#left === null ? null : servesSince - this.#left.pausedAt;
    void this.#say({ type: "taken-over", calls, pauseMs });
  }

  /** This process serves from now on, until it hands over. */
  serve(predecessor: Predecessor): void {
    this.#predecessor = predecessor;
    void this.#say({ type: "serving", version: this.#version });
  }

  /** Asks the parent for an upgrade; `false`: nobody there knows what that is. */
  async ask(): Promise<boolean> {
    if (this.#channel.send === undefined) return false;
    const answered = new Promise<true>((resolve) => {
      this.#onReport = () => resolve(true);
    });
    void this.#say({ type: "upgrade" });
    const { promise: late, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  }

  #heard(message: unknown, handle: SocketHandle | undefined): void {
    // The parent alone writes here, and what it says beyond these is of no use.
    const said = message as ToSwitch;
    switch (typeOf(message)) {
      case "share-sockets":
        this.#share();
        break;
      case "socket":
        this.#take((said as { readonly name: SocketName }).name, handle);
        break;
      case "sockets-shared":
        this.#shared.resolve();
        break;
      case "held":
        this.#held.push(...(said as { readonly messages: readonly HeldMessage[] }).messages);
        break;
      case "hand-over":
        void this.#handOver();
        break;
      case "take-over":
        this.#turn.resolve((said as { readonly left: HandedOver | null }).left);
        break;
      case "upgrade-report":
        this.#report = (said as { readonly report: UpgradeReport }).report;
        this.#onReport?.();
        this.#onReport = null;
    }
  }

  #take(name: SocketName, handle: SocketHandle | undefined): void {
    if (handle !== undefined) this.sockets.add({ name, handle });
  }

  #share(): void {
    for (const { name, handle } of this.#predecessor?.sockets ?? []) void this.#say({ type: "socket", name }, handle);
    void this.#say({ type: "sockets-shared" });
  }

  async #handOver(): Promise<void> {
    const predecessor = this.#predecessor;
    if (predecessor === null) return;
    this.#predecessor = null;
    const { held, calls, pausedAt } = await predecessor.handOver();
    for (let at = 0; at < held.length; at += CHUNK)
      void this.#say({ type: "held", messages: held.slice(at, at + CHUNK) });
    await this.#say({ type: "handed-over", calls, pausedAt });
    predecessor.end();
  }

  /** Resolves once it has left, or cannot. */
  #say(message: FromSwitch, handle?: SocketHandle): Promise<void> {
    const channel = this.#channel;
    if (channel.send === undefined) return Promise.resolve();
    return new Promise((resolve) => channel.send?.(message, handle, {}, resolve));
  }
}
