/** The embedded store: one SQLite file, or `:memory:`, behind a worker thread. */
import { extname } from "node:path";
import type { Log } from "../base/log.ts";
import type { Store } from "../port/store.ts";
import type { RunOperation } from "./operations.ts";
import { createStore } from "./store.ts";
import { StorageThread } from "./thread.ts";

/** Resolves once the file is open and migrated; rejects with `StorageError` where it cannot be opened. */
export async function openSqliteStore(options: { readonly file: string; readonly log: Log }): Promise<Store> {
  // The same ending as this file: unbuilt it is TypeScript, published JavaScript.
  const module = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
  const thread = new StorageThread({ ...options, module });
  await thread.start();
  // The worker runs the very operation of this name, so its value has the type that goes with the name.
  const run = ((name, ...args) => thread.request(name, args)) as RunOperation;
  return createStore(run, {
    snapshot: (target) => thread.snapshot(target),
    health: thread.health,
    close: () => thread.close(),
  });
}
