/**
 * A call as the journal keeps and shows it: masked, plain data, one line of JSON. The head of a line can be read without
 * the rest.
 */
import { isoTime } from "../../base/iso-time.ts";
import type { CallHead } from "../../port/journal.ts";
import type { Entry, MessageEntry } from "./entry.ts";
import type { Masks } from "./mask.ts";
import type { CallRecording } from "./recording.ts";

export type StoredMessage = Omit<MessageEntry, "peer"> & {
  /** `udp 192.0.2.4:5060`. */
  readonly peer: string;
  /** Our end: `192.0.2.1:5060`; absent in what older versions have stored. */
  readonly local?: string;
};

export type StoredEntry = Exclude<Entry, MessageEntry> | StoredMessage;

export interface StoredHead extends CallHead {
  /** `startedAt` in milliseconds since 1970. */
  readonly startedMs: number;
  readonly dropped: number;
}

export interface StoredCall extends StoredHead {
  readonly entries: readonly StoredEntry[];
}

const ENTRIES = ',"entries":[';

/** The entries come last. */
export function toLine({ entries, ...head }: StoredCall): string {
  return JSON.stringify({ ...head, entries });
}

/** The head of a line; `undefined` for what is no line of a journal: a write that was cut short. */
export function headOfLine(line: string): StoredHead | undefined {
  const end = line.indexOf(ENTRIES);
  if (end < 0 || !line.endsWith("]}")) return undefined;
  // Written by `toLine` from the very type it is read as.
  return parse(`${line.slice(0, end)}}`) as StoredHead | undefined;
}

export function parseLine(line: string): StoredCall | undefined {
  return parse(line) as StoredCall | undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What there is of a call so far; with `event`, what belongs to the event of that number alone. */
export function storedCall(recording: CallRecording, masks: Masks, event?: number): StoredCall {
  const { script } = recording;
  const chosen =
    event === undefined
      ? recording.entries
      : recording.entries.filter((entry) => "event" in entry && entry.event === event);
  const entries = chosen.map((entry) => storedEntry(entry, script, masks));
  return { ...headOf(recording), entries };
}

export function headOf(recording: CallRecording): StoredHead {
  const { id, script, version, startedAt: startedMs, dropped, cdr } = recording;
  const { domain = "", from = "", to = "" } = cdr ?? recording.call?.summary() ?? {};
  const startedAt = isoTime(startedMs);
  const { endedAt = null, result = null, code = null } = cdr ?? {};
  return { id, domain, script, version, from, to, startedAt, endedAt, result, code, startedMs, dropped };
}

function storedEntry(entry: Entry, script: string, masks: Masks): StoredEntry {
  switch (entry.type) {
    case "in":
    case "out": {
      const { transport, localAddress, localPort, remoteAddress, remotePort } = entry.peer;
      const peer = `${transport} ${endText(remoteAddress, remotePort)}`;
      return { ...entry, peer, local: endText(localAddress, localPort), text: masks.text(script, entry.text) };
    }
    case "event":
      return { ...entry, json: masks.text(script, entry.json), state: masks.text(script, entry.state) };
    case "outcome": {
      const text = entry.text === null ? null : masks.text(script, entry.text);
      return { ...entry, text, fault: entry.fault === null ? null : maskFault(entry.fault, script, masks) };
    }
    case "operation": {
      const result = entry.result === null ? null : masks.result(script, entry, entry.result);
      return { ...entry, args: masks.args(script, entry.args), result };
    }
    case "fault":
      return { ...entry, fault: maskFault(entry.fault, script, masks) };
    case "console":
    case "fact":
      return { ...entry, text: masks.text(script, entry.text) };
  }
}

function endText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function maskFault<Fault extends { readonly message: string; readonly stack?: string }>(
  fault: Fault,
  script: string,
  masks: Masks,
): Fault {
  const masked = { ...fault, message: masks.text(script, fault.message) };
  return fault.stack === undefined ? masked : { ...masked, stack: masks.text(script, fault.stack) };
}
