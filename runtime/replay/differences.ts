/** Where two pieces of JSON data differ, as paths. Pure. */
import type { Difference } from "../port/replay.ts";

const MOST_DIFFERENCES = 20;
const MOST_VALUE_CHARACTERS = 500;
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

export function differencesOf(recorded: unknown, replayed: unknown): Difference[] {
  const found: Difference[] = [];
  compare(recorded, replayed, "$", found);
  return found;
}

function compare(recorded: unknown, replayed: unknown, path: string, found: Difference[]): void {
  if (found.length >= MOST_DIFFERENCES || recorded === replayed) return;
  if (Array.isArray(recorded) && Array.isArray(replayed)) {
    const length = Math.max(recorded.length, replayed.length);
    for (let index = 0; index < length; index++) {
      compare(recorded[index], replayed[index], `${path}[${index}]`, found);
    }
  } else if (isRecord(recorded) && isRecord(replayed)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
      compare(recorded[key], replayed[key], path + step(key), found);
    }
  } else {
    found.push({
      path,
      ...(recorded === undefined ? {} : { recorded: clip(recorded) }),
      ...(replayed === undefined ? {} : { replayed: clip(replayed) }),
    });
  }
}

function step(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as it may be shown: a large one as text that is cut off. */
export function clip(value: unknown): unknown {
  const json = JSON.stringify(value) ?? "";
  return json.length <= MOST_VALUE_CHARACTERS ? value : `${json.slice(0, MOST_VALUE_CHARACTERS)}…`;
}
