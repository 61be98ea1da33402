/** Figures that tell how the machine treats the switch: its clock, its disk, its DNS. */
import type { Outage } from "../base/outage.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Store } from "../port/store.ts";

export function showHealth(
  metrics: Metrics,
  { store, clock, dns }: { readonly store: Pick<Store, "health">; readonly clock: TimerWheel; readonly dns: Outage },
): void {
  const { health } = store;
  metrics.show(
    "strowger_clock_offset_seconds",
    "How far the clock of the machine was set and is not followed yet.",
    () => clock.offsetMs / 1000,
  );
  metrics.show("strowger_timers", "Timers of calls, transactions and whatever else waits.", () => clock.running);
  metrics.show("strowger_store_failing", "1: the database cannot be written.", () => Number(health.isFailing));
  metrics.show("strowger_store_failures", "Writes that came to nothing since the start.", () => health.failures);
  metrics.show("strowger_store_records_waiting", "Call records that wait for the database.", () => health.waiting);
  metrics.show("strowger_dns_failing", "1: no DNS server answers what SIP asks.", () => Number(dns.isFailing));
  metrics.show("strowger_dns_failures", "Questions that nobody has answered since the start.", () => dns.failures);
}
