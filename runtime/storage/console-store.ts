/** What is kept of the console: that part of the store port on named operations. */
import type { ConsoleStore } from "../port/console.ts";
import type { RunOperation } from "./operations.ts";

export function createConsoleStore(run: RunOperation): ConsoleStore {
  return {
    users: () => run("console.users"),
    putUser: (user) => run("console.putUser", user),
    removeUser: (name) => run("console.removeUser", name),
    sessions: () => run("console.sessions"),
    putSession: (session) => run("console.putSession", session),
    removeSessions: (hashes) => run("console.removeSessions", hashes),
  };
}
