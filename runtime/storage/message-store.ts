/** The part of the store port that keeps text messages, on named operations. */
import type { MessageStore } from "../port/message-store.ts";
import type { RunOperation } from "./operations.ts";

export function createMessageStore(run: RunOperation): MessageStore {
  return {
    heads: (now) => run("messages.heads", now),
    settled: () => run("messages.settled"),
    add: (message) => run("messages.add", message),
    content: (id) => run("messages.content", id),
    settle: (settled) => run("messages.settle", settled),
    remove: (ids) => run("messages.remove", ids),
    trim: (now) => run("messages.trim", now),
  };
}
