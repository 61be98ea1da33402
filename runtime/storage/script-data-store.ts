/** What scripts keep: that part of the store port on named operations. */
import type { ScriptDataStore } from "../port/script-data-store.ts";
import type { RunOperation } from "./operations.ts";

export function createScriptDataStore(run: RunOperation): ScriptDataStore {
  return {
    kv: {
      get: (of, key, now) => run("kv.get", of, key, now),
      put: (write) => run("kv.put", write),
      increment: (increment) => run("kv.increment", increment),
      remove: (of, key, condition, now) => run("kv.remove", of, key, condition, now),
      keys: (scan) => run("kv.keys", scan),
      entries: (scan) => run("kv.entries", scan),
      clear: (of, prefix, limit) => run("kv.clear", of, prefix, limit),
      sweep: (now, limit) => run("kv.sweep", now, limit),
    },
    secrets: {
      count: () => run("secrets.count"),
      get: (of, name) => run("secrets.get", of, name),
      list: (of) => run("secrets.list", of),
      change: (secrets, removed) => run("secrets.change", secrets, removed),
    },
    environments: {
      all: () => run("environments.all"),
      put: (row) => run("environments.put", row),
    },
    remove: (of) => run("scriptData.remove", of),
  };
}
