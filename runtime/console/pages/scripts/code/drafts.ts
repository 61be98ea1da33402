/**
 * What somebody has written and not yet deployed, kept by this browser: by person and script, until it is deployed or
 * discarded. It outlives signing out, and is shown to nobody else who signs in here; it is not hidden from whoever looks
 * into the storage of the browser itself.
 */
import type { SessionBody } from "../../../../contract/console-api.ts";
import type { Files } from "../check/protocol.ts";

export interface Draft {
  /** The version that it began with; `null`: a script that is new. */
  readonly base: number | null;
  /** Of the script as it was then: whether somebody else has deployed meanwhile. */
  readonly etag: string | null;
  readonly entry: string;
  readonly files: Files;
}

export type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export type Owner = Pick<SessionBody, "type" | "name">;

/** Where the drafts of one person are. */
export interface Drafts {
  readonly owner: Owner;
  readonly storage: DraftStorage;
}

const PREFIX = "strowger.draft.";

/** `null` where there is none, or what is there is none of ours. */
export function readDraft({ storage, owner }: Drafts, script: string): Draft | null {
  try {
    const draft: unknown = JSON.parse(storage.getItem(keyOf(owner, script)) ?? "null");
    return isDraft(draft) ? draft : null;
  } catch {
    return null;
  }
}

/** Returns whether it is kept: a browser may have no room, or keep nothing at all. */
export function keepDraft({ storage, owner }: Drafts, script: string, draft: Draft): boolean {
  try {
    storage.setItem(keyOf(owner, script), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function forgetDraft({ storage, owner }: Drafts, script: string): void {
  try {
    storage.removeItem(keyOf(owner, script));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** The scripts of which somebody has a draft, by the keys of the storage. */
export function draftedScripts(owner: Owner, keys: readonly string[]): string[] {
  const prefix = keyOf(owner, "");
  return keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort();
}

export function isSameSource(a: Pick<Draft, "entry" | "files">, b: Pick<Draft, "entry" | "files">): boolean {
  const names = Object.keys(a.files);
  return (
    a.entry === b.entry &&
    names.length === Object.keys(b.files).length &&
    names.every((name) => Object.hasOwn(b.files, name) && a.files[name] === b.files[name])
  );
}

/** Whatever names are made of: where that of the owner ends, JSON tells. */
function keyOf({ type, name }: Owner, script: string): string {
  return `${PREFIX}${JSON.stringify([type, name])}${script}`;
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const { base, etag, entry, files } = value as Record<string, unknown>;
  if (base !== null && !Number.isInteger(base)) return false;
  if (etag !== null && typeof etag !== "string") return false;
  if (typeof entry !== "string" || typeof files !== "object" || files === null) return false;
  return Object.hasOwn(files, entry) && Object.values(files).every((text) => typeof text === "string");
}
