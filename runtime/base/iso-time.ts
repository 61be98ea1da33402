/** Times as ISO 8601 in UTC. Each call writes several of the same second: what does not change within one is kept. */
let keptSecond = Number.NaN;
let keptText = "";

/** `2026-01-02T03:04:05.678Z` for milliseconds since 1970. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== keptSecond) {
    keptSecond = second;
    keptText = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${keptText}${String(Math.floor(ms - second * 1000)).padStart(3, "0")}Z`;
}
