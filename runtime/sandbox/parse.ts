/** What a host says, checked: a host that a script has taken over can say anything. */
import type { FaultReason, ScriptFault, ScriptOutcome } from "../port/script.ts";
import type { SandboxLimits } from "./limits.ts";
import { ANSWER, ESCAPE_BYTES, LOG_LEVELS, MOST_NAME_CHARACTERS, TO_SWITCH } from "./protocol.ts";

const US_PER_MS = 1000;

const REASONS: ReadonlySet<string> = new Set<FaultReason>([
  "threw",
  "timeout",
  "memory",
  "crashed",
  "invalid-decision",
  "too-many-operations",
  "missing",
]);

/** What a host says beside an outcome. */
export interface HostAnswer {
  /** What was returned, as text; empty for a fault. */
  readonly text: string;
  readonly cpuMs: number;
  /** A timeout that is not the script's doing, since the machine gave it no CPU. */
  readonly isStarved: boolean;
}

/** A frame of the kind `returned` or `fault`, long enough for its CPU time. */
export function parseAnswer(
  buffer: Buffer,
  start: number,
  end: number,
  limits: SandboxLimits,
): { readonly outcome: ScriptOutcome; readonly answer: HostAnswer } {
  const cpuMs = buffer.readUInt32LE(start + ANSWER.cpuUs) / US_PER_MS;
  const text = buffer.toString("latin1", start + ANSWER.text, end);
  if (buffer[start] === TO_SWITCH.returned) {
    return { outcome: parseReturned(text, limits), answer: { text, cpuMs, isStarved: false } };
  }
  const { fault, isStarved } = parseFault(text);
  return { outcome: { type: "fault", fault }, answer: { text: "", cpuMs, isStarved } };
}

/** The decision as JSON, a line feed, and the state where it changed. */
export function parseReturned(text: string, limits: SandboxLimits): ScriptOutcome {
  const length = text.indexOf("\n");
  if (length < 0 || length > limits.decisionBytes) {
    return invalid(`The decision has ${length} bytes of JSON; the limit is ${limits.decisionBytes}`);
  }
  if (text.length - length - 1 > limits.stateBytes * ESCAPE_BYTES) {
    return invalid(`call.state is larger than ${limits.stateBytes} bytes of JSON`);
  }
  const state = length + 1 === text.length ? undefined : text.slice(length + 1);
  if (length === 0) return { type: "returned", value: undefined, state };
  try {
    return { type: "returned", value: JSON.parse(text.slice(0, length)), state };
  } catch {
    return invalid("The decision is not JSON");
  }
}

export function parseFault(text: string): { fault: ScriptFault; isStarved: boolean } {
  const { reason, message, file, line, column, stack, isStarved } = parseObject(text);
  const fault = {
    reason: isReason(reason) ? reason : "crashed",
    message: typeof message === "string" ? message : "The host gave no reason",
    ...(typeof file === "string" ? { file } : {}),
    ...(typeof line === "number" ? { line } : {}),
    ...(typeof column === "number" ? { column } : {}),
    ...(typeof stack === "string" ? { stack } : {}),
  };
  return { fault, isStarved: isStarved === true };
}

export function parseLogLine(text: string): { level: number; text: string } | null {
  const said = parseObject(text);
  const level: unknown = said[0];
  const line: unknown = said[1];
  if (typeof level !== "number" || LOG_LEVELS[level] === undefined || typeof line !== "string") return null;
  return { level, text: line };
}

export interface AskedOperation {
  /** Within its event. */
  readonly number: number;
  readonly name: string;
  readonly args: unknown;
  /** `args` as JSON text. */
  readonly json: string;
  /** Length of the text it came as. */
  readonly characters: number;
}

/** The name, a line feed, the arguments as JSON; `null` for what no realm of ours says. */
export function parseOperation(number: number, text: string, limits: SandboxLimits): AskedOperation | null {
  const length = text.indexOf("\n");
  if (length <= 0 || length > MOST_NAME_CHARACTERS) return null;
  if (text.length - length - 1 > limits.operationBytes * ESCAPE_BYTES) return null;
  try {
    const json = text.slice(length + 1);
    const args: unknown = JSON.parse(json);
    return { number, name: text.slice(0, length), args, json, characters: text.length };
  } catch {
    return null;
  }
}

function isReason(value: unknown): value is FaultReason {
  return typeof value === "string" && REASONS.has(value);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    // An object has string keys, an array too.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function invalid(message: string): ScriptOutcome {
  return { type: "fault", fault: { reason: "invalid-decision", message } };
}
