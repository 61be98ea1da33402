/** What a script may use: the defaults, and the check of what the operator asks for instead. */
import { ConfigError } from "../base/errors.ts";

export interface SandboxLimits {
  /** Wall time of one entry into a script. @default 50 */
  readonly eventMs: number;
  /** CPU time of one event, all its entries together. @default 200 */
  readonly cpuMs: number;
  /** Wall time of one event with everything an async handler waits for. @default 10000 */
  readonly handlerMs: number;
  /** Heap of one version of a script. @default 32 */
  readonly memoryMB: number;
  /** Resident memory of a host process, all scripts together. @default 1024 */
  readonly hostMemoryMB: number;
  /** Event as JSON. @default 32768 */
  readonly eventBytes: number;
  /** Decision as JSON. @default 65536 */
  readonly decisionBytes: number;
  /** `call.state` as JSON. @default 8192 */
  readonly stateBytes: number;
  /** Host operations of one event: timers, and what it asks of the switch. @default 50 */
  readonly operations: number;
  /** Arguments of one operation, and its result, as JSON: a value of `kv` with its key, and a little more. @default 147456 */
  readonly operationBytes: number;
  /** `console` lines of one event. @default 100 */
  readonly logLines: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  eventMs: 50,
  cpuMs: 200,
  handlerMs: 10_000,
  memoryMB: 32,
  hostMemoryMB: 1024,
  eventBytes: 32_768,
  decisionBytes: 65_536,
  stateBytes: 8192,
  operations: 50,
  operationBytes: 147_456,
  logLines: 100,
};

/** The engine takes no smaller heap. */
const LEAST_MEMORY_MB = 8;

/** Defaults with what differs. An engine timeout of 0 would mean "no limit", so anything but a positive integer is refused. */
export function completeLimits(asked: Partial<SandboxLimits>): SandboxLimits {
  const limits = { ...DEFAULT_LIMITS, ...asked };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === "memoryMB" ? LEAST_MEMORY_MB : 1;
    if (!Number.isInteger(value) || value < least || value > 0x7fffffff) {
      throw new ConfigError(
        "config-invalid",
        `limits.script.${name} must be a whole number from ${least}, not ${value}`,
      );
    }
  }
  return limits;
}
