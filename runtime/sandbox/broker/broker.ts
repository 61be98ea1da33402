/**
 * What scripts can ask of the switch: modules of operations, a file each here, in `runtime/contract` and in `sdk`. An
 * operation is named `module.operation`. Whatever goes wrong becomes a problem with a code; what is our own fault is
 * logged, and the script hears no detail of it.
 */

import type { OperationErrorCode } from "../../../sdk/operation.ts";
import { AppError, type ErrorCode } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { fail, ok } from "../../base/result.ts";
import { suggest } from "../../contract/issue.ts";
import type { OperationContext, OperationProblem, OperationResult, Operations } from "../../port/sandbox.ts";
import type { Operation, OperationModule } from "./operation.ts";
import { OperationFailure } from "./operation-failure.ts";

/** What a neighbour's errors are to a script. */
const CODES: Partial<Record<ErrorCode, OperationErrorCode>> = {
  conflict: "conflict",
  forbidden: "forbidden",
  full: "full",
  "invalid-request": "invalid-arguments",
  "managed-by-config": "managed-by-config",
  "not-found": "not-found",
  "secrets-unavailable": "unavailable",
  "store-unavailable": "unavailable",
  "too-many-calls": "too-many-calls",
  "too-many-requests": "overloaded",
  "value-too-large": "too-large",
};

/** `modules`: by the names under which scripts import them. */
export function createBroker(modules: Readonly<Record<string, OperationModule>>, log: Log): Operations {
  const operations = new Map<string, Operation>();
  for (const [module, ofModule] of Object.entries(modules)) {
    for (const [name, work] of Object.entries(ofModule)) operations.set(`${module}.${name}`, work);
  }
  const perform = async (context: OperationContext, name: string, args: unknown): Promise<OperationResult> => {
    const work = operations.get(name);
    if (work === undefined) {
      const advice = suggest(name, [...operations.keys()]);
      return fail({ code: "unknown-operation", message: `There is no operation "${name}"${advice}` });
    }
    try {
      return ok(await work(context, args));
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== undefined) return fail({ code: problem.code, message: `${name}: ${problem.message}` });
      log.error("An operation of a script has failed", { ...fieldsOf(context), operation: name, error });
      return fail({ code: "failed", message: `${name} has failed in the switch; its log says why` });
    }
  };
  return {
    run(context, name, args, done) {
      void perform(context, name, args).then(done);
    },
  };
}

function problemOf(error: unknown): OperationProblem | undefined {
  if (error instanceof OperationFailure) return error;
  if (!(error instanceof AppError)) return undefined;
  const code = CODES[error.code];
  if (code === undefined) return undefined;
  // What the store says is for the operator.
  return {
    code,
    message: error.code === "store-unavailable" ? "the storage of the switch is away; try again later" : error.message,
  };
}

function fieldsOf({ ref, callId }: OperationContext): { script: string; version: number; call?: string } {
  return { ...ref, ...(callId === null ? {} : { call: callId }) };
}
