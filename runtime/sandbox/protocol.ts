/**
 * What switch and host say to each other. The host answers each `run` and `warm` at once and in order: `returned`,
 * `fault` or `pending`. A pending one is answered by a later `returned` or `fault`; each time the host enters a pending
 * handler again it says so (`resumed`, then `paused`), so that the switch always knows what runs. An `operation` may
 * come at any time during an entry; the switch answers each with one `result`, in the order in which they are done. An
 * entry that finds no isolate begins with `loading`, and with `loaded` once its script is there. `grown` blames the entry
 * before it for the size of the process.
 */

import type { ScriptModule } from "../port/sandbox.ts";
import type { FaultReason, ScriptRef } from "../port/script.ts";
import type { FrameBatch } from "./frame.ts";
import type { SandboxLimits } from "./limits.ts";

/** Kinds of frames to the host. */
export const TO_HOST = { setup: 1, load: 2, unload: 3, warm: 4, run: 5, abort: 6, result: 7 } as const;

/** Kinds of frames to the switch. */
export const TO_SWITCH = {
  ready: 1,
  returned: 2,
  fault: 3,
  pending: 4,
  resumed: 5,
  paused: 6,
  loading: 7,
  log: 8,
  operation: 9,
  loaded: 10,
  grown: 11,
} as const;

/** Longest frame to the host: a script of 1 MiB whose every character is an escape. */
export const TO_HOST_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * What a character takes once it is escaped: state, arguments and results are counted in characters by their limits, and
 * travel escaped.
 */
export const ESCAPE_BYTES = 6;

/** A longer name of an operation is none. */
export const MOST_NAME_CHARACTERS = 64;

/** Wall time for the top level of a script's modules. */
export const LOAD_MS = 200;

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** Body of `setup`, as JSON. */
export interface HostSetup {
  readonly limits: SandboxLimits;
  /** What a script imports as "strowger". */
  readonly sdk: readonly ScriptModule[];
  /** What runs in each isolate before the script. */
  readonly realm: readonly ScriptModule[];
  /** Debuggers may be attached to scripts. @default false */
  readonly inspect?: boolean;
}

/** Body of `load`, as JSON, after the slot: the number by which frames name the version. */
export interface HostBundle {
  readonly ref: ScriptRef;
  readonly entry: string;
  readonly modules: readonly ScriptModule[];
  readonly handlers: readonly string[];
  /** The variables of the script. */
  readonly env: Readonly<Record<string, string>>;
}

/** Body of `fault`, as JSON, after the id. */
export interface HostFault {
  readonly reason: FaultReason;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly stack?: string;
  /** A timeout in which the script got too little CPU for it to be its own doing. */
  readonly isStarved?: boolean;
}

/** Places in `run`, from its kind: id, slot, handler, now, seed, length of the state; then the state and the event. */
export const RUN = { id: 1, slot: 5, handler: 9, now: 10, seed: 18, stateLength: 34, state: 38 } as const;
export const SEED_BYTES = 16;

/** Places in all frames that name an entry: its id, then the body. */
export const ENTRY = { id: 1, body: 5 } as const;

/** Places in `returned` and `fault`: the id, the CPU time of the event's entries in microseconds, then text. */
export const ANSWER = { id: 1, cpuUs: 5, text: 9 } as const;

/**
 * Places in `operation` and `result`: the id of the entry, the number of the operation within its event, then text. Of an
 * `operation`: its name, a line feed, its arguments as JSON. Of a `result`: `r` and the value as JSON, or nothing for
 * `undefined`; or `f` and the problem as JSON.
 */
export const OPERATION = { id: 1, number: 5, text: 9 } as const;

export interface RunFrame {
  readonly id: number;
  readonly slot: number;
  readonly handler: number;
  readonly now: number;
  readonly seed: Buffer;
  readonly seedOffset: number;
  readonly state: string;
  readonly json: string;
}

export function writeRun(batch: FrameBatch, run: RunFrame): void {
  const start = batch.open(RUN.state + run.state.length + run.json.length);
  const buffer = batch.buffer;
  buffer[start] = TO_HOST.run;
  buffer.writeUInt32LE(run.id, start + RUN.id);
  buffer.writeUInt32LE(run.slot, start + RUN.slot);
  buffer[start + RUN.handler] = run.handler;
  buffer.writeDoubleLE(run.now, start + RUN.now);
  run.seed.copy(buffer, start + RUN.seed, run.seedOffset, run.seedOffset + SEED_BYTES);
  buffer.writeUInt32LE(run.state.length, start + RUN.stateLength);
  buffer.write(run.state, start + RUN.state, "latin1");
  buffer.write(run.json, start + RUN.state + run.state.length, "latin1");
}

/** A frame of a kind, a number (a slot or an id) and ASCII text. */
export function writeNumbered(batch: FrameBatch, kind: number, number: number, text = ""): void {
  const start = batch.open(ENTRY.body + text.length);
  const buffer = batch.buffer;
  buffer[start] = kind;
  buffer.writeUInt32LE(number, start + ENTRY.id);
  if (text !== "") buffer.write(text, start + ENTRY.body, "latin1");
}

/** An `operation` or a `result`, or an answer, which has its CPU time where those have their number. */
export function writeOperation(batch: FrameBatch, kind: number, id: number, number: number, text: string): void {
  const start = batch.open(OPERATION.text + text.length);
  const buffer = batch.buffer;
  buffer[start] = kind;
  buffer.writeUInt32LE(id, start + OPERATION.id);
  buffer.writeUInt32LE(number, start + OPERATION.number);
  buffer.write(text, start + OPERATION.text, "latin1");
}
