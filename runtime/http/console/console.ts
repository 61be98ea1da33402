/** The server's side of the console: its page, its users, and who of them has signed in. */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ConsoleStore } from "../../port/console.ts";
import type { TokenAuthority } from "../../port/token.ts";
import { PageFiles } from "./page-files.ts";
import { Sessions } from "./sessions.ts";
import { ConsoleUsers, type DeclaredConsoleUser } from "./users.ts";

export interface ConsoleSettings {
  /** Whether there is a page, and anybody may sign in. */
  readonly enabled: boolean;
  /** A session ends so long after its last request. */
  readonly idleMs: number;
  /** A session ends so long after its beginning. */
  readonly longestMs: number;
  readonly users: readonly DeclaredConsoleUser[];
}

export interface ConsoleParts {
  readonly store: ConsoleStore;
  readonly tokens: TokenAuthority;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the page as it was built. */
  readonly folder: string;
}

export class Console {
  readonly users: ConsoleUsers;
  readonly sessions: Sessions;
  readonly files: PageFiles;
  #isEnabled = false;

  constructor(parts: Pick<Console, "users" | "sessions" | "files">) {
    this.users = parts.users;
    this.sessions = parts.sessions;
    this.files = parts.files;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Puts a configuration in force, at once also for those who have signed in. */
  configure({ enabled, users, ...terms }: ConsoleSettings): void {
    this.#isEnabled = enabled;
    this.users.replaceConfigured(users);
    this.sessions.configure(enabled ? terms : null);
  }

  stop(): void {
    this.sessions.stop();
  }
}

/** Reads what is kept. Throws `StorageError`. */
export async function createConsole(parts: ConsoleParts, settings: ConsoleSettings): Promise<Console> {
  const { store, clock, folder } = parts;
  const users = new ConsoleUsers(store, clock, await store.users());
  const sessions = new Sessions({ ...parts, users }, await store.sessions());
  const console = new Console({ users, sessions, files: new PageFiles(folder) });
  console.configure(settings);
  return console;
}
