/** What the guard keeps: that part of the store port on named operations. */
import type { GuardStore } from "../port/guard.ts";
import type { RunOperation } from "./operations.ts";

export function createGuardStore(run: RunOperation): GuardStore {
  return {
    all: () => run("guard.all"),
    put: (rows) => run("guard.put", rows),
    remove: (kind, sources) => run("guard.remove", kind, sources),
  };
}
