/** An entry of a ladder in words, for its label and for those who hear it. Pure. */
import { durationText } from "../../../components/format.ts";
import type { Entry } from "./ladder-model.ts";
import { type Lane, SWITCH } from "./lanes.ts";
import { type MessageEntry, titleOf } from "./message-entries.ts";

/** `INVITE · 1`, `180 Ringing · 1 INVITE`, and what else is to be known at a glance. */
export function labelOf(entry: MessageEntry): { readonly title: string; readonly more: string } {
  const { cseq, message, copy, copies, missing, dialog } = entry;
  const isRequest = message.start?.type === "request";
  const marks = [
    cseq === null ? "" : isRequest ? String(cseq.number) : `${cseq.number} ${cseq.method}`,
    hasSdp(entry) ? "SDP" : "",
    dialog === null ? "" : `dialog ${dialog}`,
    copy > 1 ? `again, ${copy} of ${copies}` : copies > 1 ? `×${copies}` : "",
    missing === null ? "" : `no ${missing}`,
  ];
  return { title: titleOf(entry), more: marks.filter((mark) => mark !== "").join(" · ") };
}

/** Whole: what can be read of it first, as it can be read, then from whom to whom, and when. */
export function spokenOf(entry: Entry, lanes: readonly Lane[]): string {
  const at = `at ${offsetText(entry.item.ms)}`;
  if (entry.type === "note") return `${entry.title}${entry.text === "" ? "" : ` ${entry.text}`}, ${at}`;
  const { title, more } = labelOf(entry);
  const party = lanes.find(({ id }) => id === entry.item.leg);
  const name = party === undefined ? entry.item.leg : `${party.role} ${party.name}`;
  const way = entry.item.direction === "in" ? `from ${name} to the switch` : `from the switch to ${name}`;
  return `${title}${more === "" ? "" : ` ${more}`}, ${way}, ${at}`;
}

/** `0.012 s`, `1:05.250`: since the call began. */
export function offsetText(ms: number): string {
  const part = String(ms % 1000).padStart(3, "0");
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds}.${part} s` : `${durationText(seconds)}.${part}`;
}

/** `12.3 s`, `4:05`. */
export function silenceText(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${durationText(ms / 1000)} min`;
}

export function laneTitle({ id, role, name }: Lane): string {
  return id === SWITCH || name === "" ? role : `${role}: ${name}`;
}

function hasSdp({ message }: MessageEntry): boolean {
  return message.body !== "" && /^v=0/m.test(message.body);
}
