/** Policies of scripts: that part of the store port on named operations. */
import type { PolicyStore } from "../port/policy.ts";
import type { RunOperation } from "./operations.ts";

export function createPolicyStore(run: RunOperation): PolicyStore {
  return {
    all: () => run("policies.all"),
    put: (row) => run("policies.put", row),
    remove: (domain, script) => run("policies.remove", domain, script),
    usage: () => run("policies.usage"),
    putUsage: (rows) => run("policies.putUsage", rows),
  };
}
