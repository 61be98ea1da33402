/** Trunks of the store, on named operations. */
import type { TrunkStore } from "../port/trunk-store.ts";
import type { RunOperation } from "./operations.ts";

export function createTrunkStore(run: RunOperation): TrunkStore {
  return {
    all: () => run("trunks.all"),
    put: (trunk) => run("trunks.put", trunk),
    remove: (domain, name) => run("trunks.remove", domain, name),
  };
}
