/**
 * What came out of an entry in place of an answer: the engine's own error, or a rejection that the script left
 * unhandled.
 */
import type { HostFault } from "../protocol.ts";

/** A script that got less of its time than this was kept waiting by the machine. */
const STARVED_SHARE = 0.5;
const TIMED_OUT = /^Script execution timed out/;

export interface EndOfEntry {
  readonly isDisposed: boolean;
  readonly memoryMB: number;
  /** What the entry was given. */
  readonly timeoutMs: number;
  /** What it used. */
  readonly cpuMs: number;
}

/** Whether the engine has stopped the script, whose isolate is not to be entered any more. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && TIMED_OUT.test(error.message);
}

export function explainError(error: unknown, { isDisposed, memoryMB, timeoutMs, cpuMs }: EndOfEntry): HostFault {
  if (isDisposed) return { reason: "memory", message: `The script took more than ${memoryMB} MB of memory` };
  if (isTimeout(error)) {
    const message = `The script ran for more than ${timeoutMs} ms without a pause`;
    return { reason: "timeout", message, isStarved: cpuMs < timeoutMs * STARVED_SHARE };
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const name = error instanceof Error ? `${error.name}: ` : "Thrown: ";
  return { reason: "threw", message: name + message, ...(stack === undefined ? {} : { stack }) };
}
