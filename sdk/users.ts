/** `users`: the users of this domain. */
import { operate } from "./operation.ts";

export interface User {
  readonly name: string;
  readonly extension: string | null;
  readonly displayName: string | null;
  /** Whether a phone of this user is registered. */
  readonly registered: boolean;
}

export interface UsersListOptions {
  /** Begins after the user of this name: the last one of the list before. */
  readonly after?: string;
  /**
   * How many at most, 1 to 200.
   * @default 100
   */
  readonly limit?: number;
}

/**
 * The users of this domain, without anything secret; await what you ask.
 *
 * @example
 * async invite(call) {
 *   const user = await users.byExtension(call.to.user);
 *   if (user === null) return reject(404);
 *   return user.registered ? forward(user.name) : voicemail(user.name);
 * }
 */
export const users = Object.freeze({
  /** The user of this name, or `null`. */
  get(name: string): Promise<User | null> {
    return operate("users.get", { name });
  },

  /** The user who has this extension, or `null`. */
  byExtension(extension: string): Promise<User | null> {
    return operate("users.byExtension", { extension });
  },

  /** Users by name. */
  list(options: UsersListOptions = {}): Promise<readonly User[]> {
    return operate("users.list", options);
  },
});
