/** Folders of a mailbox, and what may be done with a message in each. Pure. */
import type { VoicemailBody } from "../../../contract/voicemail-api.ts";

export type Folder = VoicemailBody["folder"];

export const FOLDERS: readonly { readonly id: Folder; readonly title: string }[] = [
  { id: "new", title: "New" },
  { id: "saved", title: "Heard" },
  { id: "deleted", title: "Deleted" },
];

export interface Act {
  readonly title: string;
  /** Where it goes; "erased": it is gone for good. */
  readonly to: Folder | "erased";
}

const ACTS: Readonly<Record<Folder, readonly Act[]>> = {
  new: [
    { title: "Mark as heard", to: "saved" },
    { title: "Delete", to: "deleted" },
  ],
  saved: [
    { title: "Mark as new", to: "new" },
    { title: "Delete", to: "deleted" },
  ],
  deleted: [
    { title: "Restore", to: "saved" },
    { title: "Erase", to: "erased" },
  ],
};

export function actsOn(folder: Folder): readonly Act[] {
  return ACTS[folder];
}

/** What is said once it is done. */
export function doneText(to: Act["to"]): string {
  if (to === "erased") return "The message is erased.";
  return to === "deleted" ? "Deleted. It can be restored for a week." : "The message is moved.";
}

/** "2 new, 5 heard". */
export function countsText({ new: fresh, saved }: { readonly new: number; readonly saved: number }): string {
  return `${fresh} new, ${saved} heard`;
}
