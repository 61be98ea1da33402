/** `Date` and `Intl.DateTimeFormat` whose "now" is the time of the event, so that a replay sees the same. */
import { running } from "./event.ts";
import { apply, construct, defineProperty, getOwnPropertyDescriptor, toText } from "./primordials.ts";

const NativeDate = Date;

function EventDate(this: unknown, ...parts: unknown[]): Date | string {
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
hide(NativeDate.prototype, "constructor", EventDate);
hide(globalThis, "Date", EventDate);

const formats = Intl.DateTimeFormat.prototype;
const { formatToParts } = formats;
const format = getOwnPropertyDescriptor(formats, "format")?.get;
if (format !== undefined) {
  defineProperty(formats, "format", {
    get(this: Intl.DateTimeFormat) {
      const bound = apply(format, this, []) as (date?: unknown) => string;
      return (date?: unknown) => bound(date === undefined ? running.now : date);
    },
    enumerable: false,
    configurable: true,
  });
}
hide(formats, "formatToParts", function (this: Intl.DateTimeFormat, date?: unknown) {
  return apply(formatToParts, this, [(date === undefined ? running.now : date) as Date]);
});

function hide(target: object, name: string, value: unknown): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}
