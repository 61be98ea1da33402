/** What the doctor finds: how bad it is, where it is, what it is, and what to do. */
export type Level = "ok" | "warning" | "problem";

export interface Found {
  readonly level: Level;
  /** A key of the configuration, a file, an address. */
  readonly where: string;
  readonly what: string;
  /** `null`: nothing is to be done. */
  readonly advice: string | null;
}

export interface Finding extends Found {
  readonly check: string;
}

export function ok(where: string, what: string): Found {
  return { level: "ok", where, what, advice: null };
}

/** It works, and may not for long or not for everybody. */
export function warning(where: string, what: string, advice: string): Found {
  return { level: "warning", where, what, advice };
}

/** Something does not work. */
export function problem(where: string, what: string, advice: string): Found {
  return { level: "problem", where, what, advice };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
