/** Debuggers at the scripts of one host. While one is attached no time counts: a script may stand still. */
import { FROM_INSPECTED, type TO_INSPECTED } from "./inspector-frames.ts";
import type { OverdueWatch } from "./overdue-watch.ts";
import type { PendingHandlers } from "./pending-handlers.ts";

export interface DebuggedHost {
  /** Says something to the debugger's side of a version. */
  inspect(what: keyof typeof TO_INSPECTED, slot: number, text?: string): void;
}

/** Hears of debuggers, where scripts are debugged. */
export interface HostInspector {
  isolateReady(host: DebuggedHost, slot: number): void;
  isolateGone(host: DebuggedHost, slot: number): void;
  /** What the engine says to whoever is attached. */
  said(host: DebuggedHost, slot: number, text: string): void;
  hostGone(host: DebuggedHost): void;
}

export class AttachedDebuggers {
  readonly #inspector: HostInspector;
  readonly #host: DebuggedHost;
  readonly #watch: OverdueWatch;
  readonly #pending: PendingHandlers;
  /** Versions with a debugger attached. */
  readonly #slots = new Set<number>();

  constructor(inspector: HostInspector, host: DebuggedHost, watch: OverdueWatch, pending: PendingHandlers) {
    this.#inspector = inspector;
    this.#host = host;
    this.#watch = watch;
    this.#pending = pending;
  }

  attached(slot: number): void {
    this.#slots.add(slot);
    this.#watch.hold();
    this.#pending.hold();
  }

  detached(slot: number): void {
    if (!this.#slots.delete(slot) || this.#slots.size > 0) return;
    this.#watch.release();
    this.#pending.release();
  }

  /** A frame of the host, of one of the kinds of `FROM_INSPECTED`. */
  heard(kind: number, slot: number, text: string): void {
    if (kind === FROM_INSPECTED.isolate) this.#inspector.isolateReady(this.#host, slot);
    else if (kind === FROM_INSPECTED.message) this.#inspector.said(this.#host, slot, text);
    else if (kind === FROM_INSPECTED.isolateGone) {
      this.detached(slot);
      this.#inspector.isolateGone(this.#host, slot);
    }
  }

  hostGone(): void {
    this.#inspector.hostGone(this.#host);
  }
}
