/** Operations that stand behind a global. What they are rejected with is the sdk's own class, as scripts import it. */
import { OperationError } from "../../../../sdk/operation.ts";
import { startOperation } from "./operations.ts";

/** The codes are the switch's to choose. */
const Failure = OperationError as unknown as Parameters<typeof startOperation>[2];

export function ask(name: string, args: object): Promise<unknown> {
  return startOperation(name, args, Failure);
}
