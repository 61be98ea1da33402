/** How long a ban lasts, in words and as the form gives it. Pure. */

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** "2 h 5 min", the two largest parts; "until it is lifted". */
export function leftText(until: string | null, now: number): string {
  if (until === null) return "until it is lifted";
  let seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  if (seconds === 0) return "over";
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(" ");
}

/** What may be chosen; empty: until it is lifted. */
export const BAN_TIMES = [
  { value: "3600", title: "1 hour" },
  { value: "86400", title: "1 day" },
  { value: "604800", title: "7 days" },
  { value: "", title: "Until it is lifted" },
] as const;

export function secondsOf(choice: string): number | null {
  return choice === "" ? null : Number(choice);
}
