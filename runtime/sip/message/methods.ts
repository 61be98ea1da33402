/** What the methods differ in, as far as it is the same wherever they are used. */

/** Requests whose Contact moves the remote target of a dialog (RFC 3261 §12.2, 3311, 3515, 6665 §4.4.1). */
const TARGET_REFRESH: ReadonlySet<string> = new Set(["INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"]);

export function isTargetRefresh(method: string): boolean {
  return TARGET_REFRESH.has(method);
}
