/**
 * One process has a data folder at a time: a second one would take over calls of one that lives. A file names who has it;
 * one whose process is gone is taken away. A number alone would not do: the system gives it to another process later, so
 * the time of its start stands beside it.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../base/errors.ts";

const NAME = "lock";
const OWNER_ONLY = 0o600;
/** In /proc/PID/stat, counted behind the name of the program (proc(5)). */
const STATE_FIELD = 0;
const START_FIELD = 19;

interface Holder {
  readonly pid: number;
  /** In ticks since the machine was started; empty where the system does not tell. */
  readonly started: string;
}

export interface FolderLock {
  release(): void;
}

/** Throws `ConfigError` where another process that lives has the folder. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, NAME);
  const own = `${path}.${process.pid}`;
  const text = `${JSON.stringify({ pid: process.pid, started: startOf(process.pid)?.started ?? "" })}\n`;
  writeFileSync(own, text, { mode: OWNER_ONLY });
  try {
    take(folder, path, own);
  } finally {
    rmSync(own, { force: true });
  }
  return {
    release() {
      if (read(path) === text) rmSync(path, { force: true });
    },
  };
}

/** Whether a process that lives has the folder. */
export function isLocked(folder: string): boolean {
  const text = read(join(folder, NAME));
  const holder = text === null ? null : holderOf(text);
  return holder !== null && isAlive(holder);
}

function take(folder: string, path: string, own: string): void {
  for (;;) {
    try {
      linkSync(own, path);
      return;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
    const text = read(path);
    const holder = text === null ? null : holderOf(text);
    if (holder !== null && isAlive(holder)) throw inUse(folder, holder);
    if (text !== null) takeAway(path, text);
  }
}

/** Only what was looked at: another process may have been faster, and has the folder now. */
function takeAway(path: string, text: string): void {
  const aside = `${path}.old.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== text) linkSync(aside, path);
  } catch (error) {
    if (!isCode(error, "ENOENT") && !isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function inUse(folder: string, { pid }: Holder): ConfigError {
  return new ConfigError(
    "data-in-use",
    `The folder ${folder} is in use by another switch, process ${pid}: stop that one, or name another folder as \`data\` in the configuration file.`,
  );
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

function holderOf(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (!Number.isInteger(value?.pid)) return null;
    return { pid: value?.pid ?? 0, started: typeof value?.started === "string" ? value.started : "" };
  } catch {
    // What a full disk has left of it.
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, "EPERM");
  }
  const found = startOf(pid);
  if (found === null) return true;
  return !found.isDead && (started === "" || found.started === started);
}

/** `null`: this system does not tell. */
function startOf(pid: number): { readonly started: string; readonly isDead: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program may hold anything, blanks and brackets among it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[STATE_FIELD] ?? "";
    return { started: fields[START_FIELD] ?? "", isDead: state === "Z" || state === "X" };
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
