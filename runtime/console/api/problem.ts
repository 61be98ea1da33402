/** What went wrong with a request, in words for a person: what, where, and what to do. */
import type { Problem } from "../../contract/problem.ts";

/** `unreachable` and `unexpected` are ours: there was no answer, or none that the API gives. */
export type LocalCode = "unreachable" | "unexpected";

export class ApiError extends Error {
  /** 0 where no answer came. */
  readonly status: number;
  /** As the API names it (`not-found`), or a `LocalCode`. */
  readonly code: string;
  /** Of single fields of a form by their path (`targets.0`), and of files by place. */
  readonly errors: NonNullable<Problem["errors"]>;
  /** The name of the request in the log of the switch. */
  readonly instance: string | null;

  constructor(problem: Pick<Problem, "status" | "code" | "detail"> & Partial<Problem>) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.instance = problem.instance ?? null;
  }
}

export function unreachable(): ApiError {
  const detail =
    "The switch does not answer. Look whether it runs and whether you reach it; the console tries again by itself.";
  return new ApiError({ status: 0, code: "unreachable" satisfies LocalCode, detail });
}

/** The problem that an answer carries; whatever stands between us and the switch may have written it. */
export function problemOf(status: number, contentType: string | null, text: string): ApiError {
  const problem = /\bjson\b/.test(contentType ?? "") ? parse(text) : undefined;
  if (isProblem(problem)) return new ApiError({ ...problem, status });
  const detail = `The answer was ${status} and says nothing more. If there is a proxy in front of the switch, look at its log.`;
  return new ApiError({ status, code: "unexpected" satisfies LocalCode, detail });
}

/** One sentence or several, for a toast or an alert. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message;
}

/** By path, for the fields of a form. */
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError)) return new Map();
  return new Map(error.errors.flatMap((one) => ("path" in one ? [[one.path, one.message] as const] : [])));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { code, detail } = value as Record<string, unknown>;
  return typeof code === "string" && typeof detail === "string";
}
