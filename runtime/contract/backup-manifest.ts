/** The last file of a backup: what is in it, so that whoever restores it sees whether all of it is there, and as it was. */
import { z } from "zod";
import { timeSchema } from "./page.ts";

export const BACKUP_FORMAT = 1;
export const MANIFEST_FILE = "manifest.json";
/** The most files that a backup holds. */
export const MOST_BACKUP_FILES = 500_000;

const MOST_PATH_CHARACTERS = 512;
const PART = /^[\w@+=,~ -][\w@+=,~. -]*$/;

/** Whether a path leads to somewhere within the folder, whatever the system makes of dots and slashes. */
export function isPathWithin(path: string): boolean {
  return path.length <= MOST_PATH_CHARACTERS && path.split("/").every((part) => PART.test(part));
}

const partsSchema = z.object({ keys: z.boolean(), recordings: z.boolean(), journal: z.boolean() });

export const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** The version of the program that has written it. */
  strowger: z.string(),
  createdAt: timeSchema,
  with: partsSchema,
  files: z
    .array(
      z.object({
        path: z.string().refine(isPathWithin),
        bytes: z.int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(MOST_BACKUP_FILES),
});

export type BackupManifest = z.output<typeof manifestSchema>;
export type BackupFile = BackupManifest["files"][number];
/** What a backup has beside the database and the mailboxes. */
export type BackupParts = z.output<typeof partsSchema>;
