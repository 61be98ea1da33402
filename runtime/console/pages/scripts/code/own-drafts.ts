/** The drafts of who is signed in, in the storage of this browser. */
import { ownerOf, session } from "../../../app/session.ts";
import type { Drafts } from "./drafts.ts";

export function ownDrafts(): Drafts {
  const owner = ownerOf(session.peek());
  if (owner === null) throw new Error("Nobody is signed in whose drafts these could be.");
  return { owner, storage: localStorage };
}
