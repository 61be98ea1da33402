/** Why a command failed: what to print, and the exit code that a shell script can act on. */
import type { Problem } from "../contract/problem.ts";

export const exitCodes = { ok: 0, failed: 1, usage: 2, doesNotCompile: 3, conflict: 4, notAllowed: 5 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command. Holds the problem of the API where the API said no. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly problem: Problem | undefined;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, problem?: Problem) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
    this.problem = problem;
  }
}

const byCode: Readonly<Record<string, ExitCode>> = {
  "script-does-not-compile": exitCodes.doesNotCompile,
  "script-too-large": exitCodes.doesNotCompile,
  "validation-crash": exitCodes.doesNotCompile,
  "validation-timeout": exitCodes.doesNotCompile,
  "config-invalid": exitCodes.usage,
};

const byStatus: Readonly<Record<number, ExitCode>> = {
  401: exitCodes.notAllowed,
  403: exitCodes.notAllowed,
  409: exitCodes.conflict,
  412: exitCodes.conflict,
  428: exitCodes.conflict,
};

/** The failure that a problem of the API is. */
export function toFailure(problem: Problem): CommandFailure {
  const exitCode = byCode[problem.code] ?? byStatus[problem.status] ?? exitCodes.failed;
  return new CommandFailure(`${problem.title}: ${problem.detail}`, exitCode, problem);
}
