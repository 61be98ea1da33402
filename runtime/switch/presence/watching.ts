/**
 * Who may watch whom: the calls and the presence of a user. Whoever may not learns nothing, not even whether there is such
 * a user.
 */
import type { Directory } from "../target.ts";
import type { Permission, Subscriber } from "./event-package.ts";

export interface WatchingRules {
  /** Whom every user may watch besides himself: all users of the same domain, or nobody. */
  readonly watch: "domain" | "self";
  /** Names of users who may watch all of their domain: a receptionist. */
  readonly watchers: ReadonlySet<string>;
}

export const WATCHING_RULES: WatchingRules = { watch: "domain", watchers: new Set() };

const NOT_ALLOWED: Permission = { type: "refused", status: 403 };

export class Watching {
  readonly #directory: Pick<Directory, "findUser">;
  #rules: WatchingRules;

  constructor(directory: Pick<Directory, "findUser">, rules: WatchingRules = WATCHING_RULES) {
    this.#directory = directory;
    this.#rules = rules;
  }

  /** For subscriptions to come; those that are live go on. */
  configure(rules: WatchingRules): void {
    this.#rules = rules;
  }

  /** Of the names that a request has for the user, the best that is one decides. */
  authorise({ domain, user }: Subscriber, names: readonly string[]): Permission {
    for (const name of names) {
      const watched = this.#directory.findUser(domain, name);
      if (watched === undefined) continue;
      return watched === user || this.#mayWatchAll(user) ? { type: "allowed", resource: watched } : NOT_ALLOWED;
    }
    return NOT_ALLOWED;
  }

  /** Only what is his own, unless he watches over all. */
  authoriseOwn({ domain, user }: Subscriber, names: readonly string[]): Permission {
    const watched = names.flatMap((name) => this.#directory.findUser(domain, name) ?? [])[0];
    const mayHave = watched !== undefined && (watched === user || this.#rules.watchers.has(user));
    return mayHave ? { type: "allowed", resource: watched } : NOT_ALLOWED;
  }

  #mayWatchAll(user: string): boolean {
    return this.#rules.watch === "domain" || this.#rules.watchers.has(user);
  }
}
