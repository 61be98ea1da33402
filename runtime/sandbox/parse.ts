/** What a host says, checked: a host that a script has taken over can say anything. */
import type { FaultReason, ScriptFault, ScriptOutcome } from "../port/script.ts";
import type { SandboxLimits } from "./limits.ts";
import { ESCAPE_BYTES, LOG_LEVELS, MOST_NAME_CHARACTERS } from "./protocol.ts";

const REASONS: ReadonlySet<string> = new Set<FaultReason>([
  "threw",
  "timeout",
  "memory",
  "crashed",
  "invalid-decision",
  "too-many-operations",
  "missing",
]);

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
  /** Length of the text it came as. */
  readonly characters: number;
}

/** The name, a line feed, the arguments as JSON; `null` for what no realm of ours says. */
export function parseOperation(number: number, text: string, limits: SandboxLimits): AskedOperation | null {
  const length = text.indexOf("\n");
  if (length <= 0 || length > MOST_NAME_CHARACTERS) return null;
  if (text.length - length - 1 > limits.operationBytes * ESCAPE_BYTES) return null;
  try {
    const args: unknown = JSON.parse(text.slice(length + 1));
    return { number, name: text.slice(0, length), args, characters: text.length };
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
