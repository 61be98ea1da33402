/** The embedded store: one SQLite file, or `:memory:`, behind a worker thread. */
import { extname } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Log } from "../base/log.ts";
import type { Store } from "../port/store.ts";
import type { RunOperation } from "./operations.ts";
import { createStore } from "./store.ts";
import { StorageThread, startWorker } from "./thread.ts";

// The same ending as this file: unbuilt it is TypeScript, published JavaScript.
const MODULE = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** The thread of a store that is opened later: until then it reads its own program. */
export function startStorageWorker(): Worker {
  return startWorker(MODULE);
}

/**
 * Resolves once the file is open and migrated; rejects with `StorageError` where it cannot be opened. `worker`: where it
 * is opened. @default one that starts now
 */
export async function openSqliteStore(options: {
  readonly file: string;
  readonly log: Log;
  readonly worker?: Worker;
  /** Another process writes it. @default false */
  readonly isReadOnly?: boolean;
}): Promise<Store> {
  const thread = new StorageThread({ ...options, module: MODULE });
  await thread.start();
  // The worker runs the very operation of this name, so its value has the type that goes with the name.
  const run = ((name, ...args) => thread.request(name, args)) as RunOperation;
  return createStore(run, {
    snapshot: (target) => thread.snapshot(target),
    health: thread.health,
    close: () => thread.close(),
  });
}
