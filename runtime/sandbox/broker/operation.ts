/** One operation and how it is made; a module is a record of them. */
import type { ParseArgs } from "../../contract/operation-args.ts";
import type { OperationContext } from "../../port/sandbox.ts";
import { OperationFailure } from "./operation-failure.ts";

/**
 * Checks its arguments, does its work and gives JSON data, or a promise of it. Throws `OperationFailure`, or the
 * `AppError` of whoever does the work.
 */
export type Operation = (context: OperationContext, args: unknown) => unknown;

/** Operations by their names. */
export type OperationModule = Readonly<Record<string, Operation>>;

/** An operation whose arguments are checked first. */
export function operation<Args>(
  parse: ParseArgs<Args>,
  work: (context: OperationContext, args: Args) => unknown,
): Operation {
  return (context, args) => {
    const parsed = parse(args);
    if (!parsed.ok) throw new OperationFailure("invalid-arguments", parsed.problem);
    return work(context, parsed.value);
  };
}
