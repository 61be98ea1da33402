/** Times, durations and numbers as people read them. Pure: `now` and the time zone are given. */

/** `4:05`, `1:02:03`; the seconds of a call. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `850 µs`, `12 ms`, `1.5 s`. */
export function millisecondsText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `512 B`, `1.5 kB`, `20 MB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}

/** `14:03:09` today, `3 Mar 14:03` this year, else `3 Mar 2025 14:03`. */
export function timeText(iso: string, now: Date, timeZone?: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = (date: Date) =>
    date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", ...zone });
  const clock = (parts: Intl.DateTimeFormatOptions) => time.toLocaleTimeString("en-GB", { ...parts, ...zone });
  if (day(time) === day(now)) return clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const year = (date: Date) => date.toLocaleDateString("en-GB", { year: "numeric", ...zone });
  const date = year(time) === year(now) ? day(time).replace(/ \d{4}$/, "") : day(time);
  return `${date} ${clock({ hour: "2-digit", minute: "2-digit" })}`;
}

/** `12,345`; at most `digits` after the point. */
export function numberText(value: number, digits = 0): string {
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}
