/**
 * Whether the switch answers. Whoever finds that it does not says so here; then `/healthz` is asked until it answers, the
 * banner goes, and `reconnections` counts up, so that what is shown is read again.
 */
import { signal } from "@preact/signals";

const PROBE_MS = 2_000;
const PROBE_TIMEOUT_MS = 5_000;

export type Connection = { readonly state: "up" } | { readonly state: "lost"; readonly since: number };

export const connection = signal<Connection>({ state: "up" });
export const reconnections = signal(0);

/** The next time that the switch answers again, or that somebody has signed in again; or `ended`. */
export function untilReconnected(ended: AbortSignal): Promise<void> {
  const before = reconnections.peek();
  return new Promise((resolve) => {
    const settle = () => {
      stop();
      resolve();
    };
    const stop = reconnections.subscribe((now) => {
      if (now !== before) queueMicrotask(settle);
    });
    ended.addEventListener("abort", settle, { once: true });
  });
}

export function reportLost(): void {
  if (connection.peek().state === "lost") return;
  connection.value = { state: "lost", since: Date.now() };
  setTimeout(probe, PROBE_MS);
}

async function probe(): Promise<void> {
  const isUp = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (!isUp) {
    setTimeout(probe, PROBE_MS);
    return;
  }
  connection.value = { state: "up" };
  reconnections.value++;
}
