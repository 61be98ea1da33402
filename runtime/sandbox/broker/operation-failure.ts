/** Thrown by an operation that cannot do what the script asked for: the script hears it as it is. */
import type { OperationErrorCode } from "../../../sdk/operation.ts";

export class OperationFailure extends Error {
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string) {
    super(message);
    this.name = "OperationFailure";
    this.code = code;
  }
}
