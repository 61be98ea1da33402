/**
 * Who of our users is in which call. Calls are followed from the first question on: a switch that nobody asks pays one
 * comparison for a change of a call, and one that is asked a look into a table for each user in it.
 */
import type { CallState } from "../../call/call-state.ts";
import type { Owner } from "../../target.ts";
import type { Resource } from "../event-package.ts";
import { Lingering } from "../lingering.ts";
import { type DialogView, dialogsOf, isSameOwner, ownersOf } from "./dialog-view.ts";

/** Longer than a subscriber has to wait for its next NOTIFY. */
const LINGER_MS = 5_000;

/** What calls tell of themselves. */
export interface CallWatch {
  /** A side of the call is called, rings, answers or has left; or the call is over. */
  callChanged(call: CallState): void;
}

export interface UserDialogsOptions {
  readonly now: () => number;
  /** The calls that are up. */
  readonly calls: () => Iterable<{ readonly state: CallState }>;
  /** Whether anybody wants to hear of this user's calls. */
  readonly isWatched: (user: Resource) => boolean;
  /** `isTurn`: whether the user talks to somebody now and has not before, or the other way round. */
  readonly onChange: (user: Resource, isTurn: boolean) => void;
}

export class UserDialogs implements CallWatch {
  readonly #options: UserDialogsOptions;
  /** `null`: nobody has asked yet. */
  #byUser: Map<string, Set<CallState>> | null = null;
  /** By which users each call is found. */
  readonly #usersOf = new Map<CallState, readonly Owner[]>();
  /** What was told last of users who are watched: dialogs by their ids. */
  readonly #told = new Map<string, Map<string, string>>();
  readonly #ended: Lingering<DialogView>;

  constructor(options: UserDialogsOptions) {
    this.#options = options;
    this.#ended = new Lingering(LINGER_MS, options.now);
  }

  callChanged(call: CallState): void {
    if (this.#byUser === null) return;
    const left = this.#index(call, this.#byUser);
    for (const owner of left) this.#tell(call, owner);
    for (const owner of ownersOf(call)) this.#tell(call, owner);
  }

  /** The dialogs that the user's phones have. */
  of({ domain, name }: Resource): readonly DialogView[] {
    return this.#follow({ domain, user: name });
  }

  /** Those that have ended a moment ago. */
  endedOf(user: Resource): readonly DialogView[] {
    return this.#ended.of(user);
  }

  /** Whether the user talks to somebody. */
  isTalking({ domain, name }: Resource): boolean {
    return this.#follow({ domain, user: name }).some(({ phase }) => phase === "confirmed");
  }

  /** The live dialogs; what is told of them from now on is measured by these. */
  #follow(owner: Owner): readonly DialogView[] {
    const key = keyOf(owner);
    const calls = this.#followed().get(key) ?? [];
    const live = [...calls].flatMap((call) => dialogsOf(call, owner).filter(({ phase }) => phase !== "terminated"));
    if (!this.#told.has(key)) this.#told.set(key, new Map(live.map((view) => [view.id, fingerprint(view)])));
    return live;
  }

  #followed(): ReadonlyMap<string, Set<CallState>> {
    if (this.#byUser !== null) return this.#byUser;
    const byUser = new Map<string, Set<CallState>>();
    for (const { state } of this.#options.calls()) this.#index(state, byUser);
    this.#byUser = byUser;
    return byUser;
  }

  /** Finds the call by its users from now on, or not any more; gives those who have left it while it goes on. */
  #index(call: CallState, byUser: Map<string, Set<CallState>>): readonly Owner[] {
    const before = this.#usersOf.get(call) ?? NOBODY;
    const owners = call.end === null ? ownersOf(call) : NOBODY;
    if (isSame(before, owners)) return NOBODY;
    for (const owner of before) removeFrom(byUser, keyOf(owner), call);
    for (const owner of owners) addTo(byUser, keyOf(owner), call);
    if (call.end === null) this.#usersOf.set(call, owners);
    else this.#usersOf.delete(call);
    return call.end === null ? before.filter((owner) => !owners.some((other) => isSameOwner(owner, other))) : NOBODY;
  }

  /** Tells of the dialogs that are not as they were told last; only of users who have been asked about. */
  #tell(call: CallState, owner: Owner): void {
    const key = keyOf(owner);
    const told = this.#told.get(key);
    if (told === undefined) return;
    const user = { domain: owner.domain, name: owner.user };
    if (!this.#options.isWatched(user)) {
      this.#told.delete(key);
      return;
    }
    const wasTalking = isTalking(told);
    if (this.#note(call, user, told)) this.#options.onChange(user, isTalking(told) !== wasTalking);
  }

  /** Whether there is anything new. */
  #note(call: CallState, user: Resource, told: Map<string, string>): boolean {
    let isNew = false;
    const gone = new Set([...told.keys()].filter((id) => id.startsWith(`${call.id}-`)));
    for (const view of dialogsOf(call, { domain: user.domain, user: user.name })) {
      const before = told.get(view.id);
      gone.delete(view.id);
      if (view.phase === "terminated") {
        if (before === undefined) continue;
        told.delete(view.id);
        this.#ended.add(user, view);
      } else if (before === fingerprint(view)) continue;
      else told.set(view.id, fingerprint(view));
      isNew = true;
    }
    // The user has left the call, which goes on without him.
    for (const id of gone) told.delete(id);
    return isNew || gone.size > 0;
  }
}

const NOBODY: readonly Owner[] = [];

function isSame(some: readonly Owner[], others: readonly Owner[]): boolean {
  return some.length === others.length && some.every((owner, index) => isSameOwner(owner, others[index] ?? owner));
}

function isTalking(told: ReadonlyMap<string, string>): boolean {
  return [...told.values()].some((text) => text.startsWith("confirmed "));
}

function fingerprint({ phase, localTag, remoteTag, remote }: DialogView): string {
  return `${phase} ${localTag} ${remoteTag} ${remote.uri}`;
}

/** Neither the name of a domain nor one of a user holds a blank. */
function keyOf({ domain, user }: Owner): string {
  return `${domain} ${user}`;
}

function addTo(map: Map<string, Set<CallState>>, key: string, call: CallState): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([call]));
  else known.add(call);
}

function removeFrom(map: Map<string, Set<CallState>>, key: string, call: CallState): void {
  const known = map.get(key);
  if (known?.delete(call) && known.size === 0) map.delete(key);
}
