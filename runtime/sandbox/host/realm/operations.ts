/**
 * Operations: what a handler asks of the switch. Name and arguments leave as text, the result comes back as text, and
 * nothing but the promise of it is ever in the hands of the script. The sdk finds `startOperation` by a symbol.
 */
import { type RunningEvent, running } from "./event.ts";
import { host, limits } from "./host.ts";
import {
  apply,
  construct,
  defineProperty,
  indexOf,
  NativePromise,
  PlainError,
  parse,
  slice,
  stringify,
  Table,
  WrongType,
} from "./primordials.ts";

/** As the switch has it. */
const MOST_NAME_CHARACTERS = 64;

/** The class of the errors that promises are rejected with: the sdk's, so that a script can tell them by `instanceof`. */
type Failure = new (code: string, message: string) => object;

interface WaitingOperation {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly Failure: Failure;
  /** Its stack leads to the line that asked: by the time of the result that line is long gone. */
  readonly origin: Error;
}

/** Operations that wait for their results, by their numbers within one event. */
export type Waiting = Table<WaitingOperation>;

export const startOperation = (name: unknown, args: unknown, Failure: Failure): Promise<unknown> => {
  const event = running;
  if (event.phase === "loading") {
    const message = `${printName(name)} works only inside a handler, not while the script is loaded`;
    throw construct(Failure, ["not-in-handler", message]);
  }
  return new NativePromise((resolve, reject) => {
    send(event, name, args, { resolve, reject, Failure, origin: new PlainError("") });
  });
};

/** What is thrown here rejects the promise. */
function send(event: RunningEvent, name: unknown, args: unknown, waiting: WaitingOperation): void {
  if (typeof name !== "string" || name.length > MOST_NAME_CHARACTERS) {
    throw new WrongType("The name of an operation is a short text");
  }
  const refuse = (code: string, message: string): object => construct(waiting.Failure, [code, message]);
  if (event.phase === "over") throw refuse("not-in-handler", `"${name}" was begun after its event had ended: await it`);
  if (++event.operations > limits.operations) {
    event.tooManyOperations = true;
    throw refuse("too-many-operations", `More than ${limits.operations} host operations in one event`);
  }
  const number = event.operations;
  const json = stringify(args) ?? "null";
  if (json.length > limits.operationBytes) {
    const size = `${json.length} bytes of JSON; the limit is ${limits.operationBytes}`;
    throw refuse("too-large", `The arguments of "${name}" have ${size}`);
  }
  event.waiting ??= new Table();
  event.waiting.set(number, waiting);
  host.startOperation(event.id, number, name, json);
}

/** A result has come: `r` and the value, or `f` and the problem, as JSON. */
export function settleOperation(event: RunningEvent, number: number, text: string): void {
  const waiting = event.waiting?.get(number);
  if (waiting === undefined) return;
  event.waiting?.delete(number);
  const json = apply(slice, text, [1]);
  if (text[0] === "r") {
    waiting.resolve(json === "" ? undefined : parse(json));
    return;
  }
  try {
    waiting.reject(toError(waiting, parse(json) as { code: string; message: string }));
  } catch (error) {
    waiting.reject(error);
  }
}

function toError({ Failure, origin }: WaitingOperation, problem: { code: string; message: string }): object {
  const error = construct(Failure, [problem.code, problem.message]);
  const stack = origin.stack ?? "";
  const frames = apply(indexOf, stack, ["\n"]);
  const value = `OperationError: ${problem.message}${frames < 0 ? "" : apply(slice, stack, [frames])}`;
  defineProperty(error, "stack", { value, writable: true, enumerable: false, configurable: true });
  return error;
}

function printName(name: unknown): string {
  return typeof name === "string" ? `"${apply(slice, name, [0, MOST_NAME_CHARACTERS])}"` : "An operation";
}
