/** Whether the data folder has room, and can be written. */
import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type Found, ok, problem, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

const BYTES_PER_MB = 1024 * 1024;
/** Below it no voicemail is taken (`media/voicemail/disk-room.ts`). */
const TOO_LITTLE_MB = 256;
const LITTLE_MB = 1024;
const FEW_FILES = 10_000;

export interface Room {
  readonly freeMB: number;
  /** `null`: the file system does not count them. */
  readonly freeFiles: number | null;
}

export async function checkDisk({ config: { data } }: Subject): Promise<readonly Found[]> {
  const folder = await nearest(data);
  const { bavail, bsize, files, ffree } = await statfs(folder);
  const found = diskFindings(data, { freeMB: (bavail * bsize) / BYTES_PER_MB, freeFiles: files === 0 ? null : ffree });
  if (await mayWrite(folder)) return found;
  return [...found, problem(data, "this user may not write here", "give the folder to the user that runs the switch")];
}

export function diskFindings(data: string, { freeMB, freeFiles }: Room): readonly Found[] {
  const free = freeMB >= 10 * LITTLE_MB ? `${(freeMB / 1024).toFixed(0)} GB free` : `${freeMB.toFixed(0)} MB free`;
  const files =
    freeFiles === null || freeFiles >= FEW_FILES
      ? []
      : [problem(data, `room for ${freeFiles} files more`, "remove files on this disk, or move the data folder")];
  if (freeMB < TOO_LITTLE_MB) {
    return [problem(data, `${free}: no voicemail is taken`, "make room, or move the data folder"), ...files];
  }
  if (freeMB < LITTLE_MB) return [warning(data, free, "make room: recordings and records grow"), ...files];
  return [ok(data, free), ...files];
}

/** The folder, or what of its path is there. */
async function nearest(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : await nearest(dirname(folder));
}

async function mayWrite(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
