/**
 * Operations: what a handler asks of the switch and awaits. The modules (`voicemail`) are built on `operate`, which finds
 * the switch by a symbol; where there is none, as in a test of the script alone, each operation is refused.
 */

/**
 * Why an operation came to nothing:
 * - `not-found`: there is no such mailbox, message, recording or secret,
 * - `full`: there is no room, in the mailbox, on the disk, or for keys of the script,
 * - `invalid-arguments`: an argument is not what it must be; the message says which and what is expected,
 * - `conflict`: it does not go with how things are: no phone is registered, the call is answered already,
 * - `forbidden`: it may not be done in the name of this caller,
 * - `too-many-calls`: the script has begun as many calls as it may,
 * - `managed-by-config`: the configuration of the switch declares it, so it is not set here,
 * - `too-large`: arguments or result are more than 144 KB of JSON, or a value is more than it may be,
 * - `too-many-operations`: more than 50 in one event; the event fails,
 * - `not-in-handler`: begun while the script is loaded, or after its event has ended,
 * - `not-allowed`: the configuration of the switch does not let this script reach that host, or nobody's script that address,
 * - `network`: the other side cannot be reached, or does not keep to its protocol; the message says which and why,
 * - `timeout`: the other side took too long,
 * - `overloaded`, `unavailable`: the switch cannot do it now, for want of capacity or of its storage,
 * - `unknown-operation`: this switch does not offer it,
 * - `failed`: a fault of the switch; its log says more.
 */
export type OperationErrorCode =
  | "not-found"
  | "full"
  | "invalid-arguments"
  | "conflict"
  | "forbidden"
  | "too-many-calls"
  | "managed-by-config"
  | "too-large"
  | "too-many-operations"
  | "not-in-handler"
  | "not-allowed"
  | "network"
  | "timeout"
  | "overloaded"
  | "unavailable"
  | "unknown-operation"
  | "failed";

/**
 * What the promise of an operation is rejected with. Left alone, it ends the event as any error does.
 *
 * @example
 * try {
 *   await voicemail.move("alice", id, "saved");
 * } catch (error) {
 *   if (!(error instanceof OperationError && error.code === "not-found")) throw error;
 * }
 */
export class OperationError extends Error {
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string) {
    super(message);
    this.name = "OperationError";
    this.code = code;
  }
}

type Start = (name: string, args: unknown, Failure: typeof OperationError) => Promise<unknown>;

const START = Symbol.for("strowger.operation");

/** Asks the switch for something. `Value` is what the operation of this name gives. */
export function operate<Value>(name: string, args: object): Promise<Value> {
  const start: Start | undefined = Reflect.get(globalThis, START);
  if (start === undefined) {
    const message = `"${name}" works only inside a handler that a switch runs`;
    return Promise.reject(new OperationError("not-in-handler", message));
  }
  return start(name, args, OperationError) as Promise<Value>; // The switch gives what the sdk says it does.
}
