/** The users of this switch, for the simulated one: whose phones can ring there. */
import type { UserBody } from "../../../../contract/resource-api.ts";
import { getAll } from "../../../api/client.ts";

export interface World {
  readonly users?: Readonly<Record<string, { readonly extension: string | null; readonly displayName?: string }>>;
}

const MOST_USERS = 200;

/** Without any, the simulated switch has users of its own. */
export async function readWorld(signal: AbortSignal): Promise<World> {
  const users = await getAll<UserBody>("/v1/users", { signal, query: { limit: MOST_USERS } }, MOST_USERS);
  return worldOf(users);
}

export function worldOf(users: readonly Pick<UserBody, "name" | "extension" | "displayName">[]): World {
  if (users.length === 0) return {};
  const entries = users.map(({ name, extension, displayName }) => {
    return [name, { extension, ...(displayName === null ? {} : { displayName }) }] as const;
  });
  return { users: Object.fromEntries(entries) };
}
