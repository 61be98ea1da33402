/** `Date` and `Intl.DateTimeFormat` whose "now" is the time of the event, so that a replay sees the same. */
import { running } from "./event.ts";
import { apply, construct, defineProperty, getOwnPropertyDescriptor, toText } from "./primordials.ts";

const NativeDate = Date;

export function EventDate(this: unknown, ...parts: unknown[]): Date | string {
  if (new.target === undefined) return toText(new NativeDate(running.now));
  return construct(NativeDate, parts.length === 0 ? [running.now] : parts, new.target);
}

EventDate.prototype = NativeDate.prototype;
const members: Record<string, unknown> = {
  name: "Date",
  length: 7,
  now: () => running.now,
  parse: NativeDate.parse,
  UTC: NativeDate.UTC,
};
for (const name in members) {
  defineProperty(EventDate, name, { value: members[name], writable: true, enumerable: false, configurable: true });
}

const formats = Intl.DateTimeFormat.prototype;
const nativeFormatToParts = formats.formatToParts;
const nativeFormat = getOwnPropertyDescriptor(formats, "format")?.get;

/** The getter of `Intl.DateTimeFormat.prototype.format`. */
export function format(this: Intl.DateTimeFormat): (date?: unknown) => string {
  const bound = apply(nativeFormat as () => unknown, this, []) as (date?: unknown) => string;
  return (date?: unknown) => bound(date === undefined ? running.now : date);
}

export function formatToParts(this: Intl.DateTimeFormat, date?: unknown): Intl.DateTimeFormatPart[] {
  return apply(nativeFormatToParts, this, [(date === undefined ? running.now : date) as Date]);
}
