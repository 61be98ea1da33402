/** Metrics in the format of Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { BoundedCounter } from "./bounded-counter.ts";
import { Durations, Tally } from "./tally.ts";
import { ScriptStatistics } from "./version-stats.ts";

const SCRIPT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10];
const SCRIPT_CPU_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2];
const POST_DIAL_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

export interface TrunkFigures {
  readonly trunk: string;
  readonly up: boolean;
  readonly registered: boolean | null;
}

/** Figures that are read when somebody asks for them. */
export interface Gauges {
  readonly calls: () => number;
  readonly registrations: () => number;
  /** Datagrams that the kernel threw away since our sockets were opened. */
  readonly udpDrops: () => number;
  readonly transactions: () => { readonly client: number; readonly server: number };
  /** Counters of the transport by name. */
  readonly transport: () => Readonly<Record<string, number>>;
  /** Phones that have subscribed to something. */
  readonly subscriptions: () => number;
  /** Text messages that are kept for those who are away. */
  readonly messages: () => number;
  /** Endpoints of the media plane that are open. */
  readonly mediaEndpoints: () => number;
  /** How trunks are doing; `registered` is `null` for one that does not register. */
  readonly trunks: () => readonly TrunkFigures[];
  /** Versions of scripts that are loaded. */
  readonly loadedVersions: () => number;
  /** Counters of the media plane by name. */
  readonly media: () => Readonly<Record<string, number>>;
}

export class Metrics {
  readonly #registry = new Registry();
  /** How each version of a script does: for the API and for the decision to go back, too many labels for a metric. */
  readonly versions: ScriptStatistics;
  readonly calls = new Tally(this.#registry, "strowger_calls_total", "Calls that have ended, by result.", ["result"]);
  readonly callsReaped = new Tally(
    this.#registry,
    "strowger_calls_reaped_total",
    "Calls that were ended since a side was not there any more, by reason.",
    ["reason"],
  );
  readonly silentSides = new Tally(
    this.#registry,
    "strowger_silent_sides_total",
    "Sides of calls that fell silent and were there all the same.",
    ["side"],
  );
  readonly transfers = new Tally(this.#registry, "strowger_transfers_total", "Transfers that have ended, by result.", [
    "result",
  ]);
  readonly scriptEvents = new Tally(this.#registry, "strowger_script_events_total", "Events sent to scripts.", [
    "script",
    "event",
  ]);
  readonly scriptFaults = this.#counter("strowger_script_faults_total", "Events at which a script has failed.", [
    "script",
    "version",
    "reason",
  ]);
  readonly schedules = new Tally(
    this.#registry,
    "strowger_schedule_times_total",
    "Times of schedules that have come, by what came of them.",
    ["script", "result"],
  );
  readonly overload = this.#counter(
    "strowger_overload_total",
    "New calls and subscriptions refused because of a limit.",
    ["limit"],
  );
  readonly guardRefused = new Tally(
    this.#registry,
    "strowger_guard_refused_total",
    "Requests that the guard has refused or not heard, by reason.",
    ["reason"],
  );
  readonly policyLimits = this.#counter(
    "strowger_policy_limits_total",
    "Calls and targets refused, and calls ended, by the policy of their script.",
    ["script", "limit"],
  );
  readonly trunkCalls = this.#counter(
    "strowger_trunk_calls_total",
    "Calls of trunks: tried, answered, failed, limited (no line was free), incoming.",
    ["trunk", "result"],
  );
  readonly scriptSeconds = new Durations(
    this.#registry,
    "strowger_script_seconds",
    "Time from an event to the script's answer.",
    SCRIPT_SECONDS,
  );
  readonly scriptCpuSeconds = new Durations(
    this.#registry,
    "strowger_script_cpu_seconds",
    "CPU time of a script for an event.",
    SCRIPT_CPU_SECONDS,
  );
  readonly journal = new Tally(
    this.#registry,
    "strowger_journal_calls_total",
    "Calls that have ended, by what became of their recordings.",
    ["result"],
  );
  readonly shadow = new Tally(
    this.#registry,
    "strowger_shadow_events_total",
    "Events that a candidate got in the shadow of a script, by what came of them.",
    ["script", "result"],
  );
  readonly postDialDelay = new Durations(
    this.#registry,
    "strowger_post_dial_delay_seconds",
    "Time from the INVITE to the first ringing or answer.",
    POST_DIAL_SECONDS,
  );

  constructor(gauges: Gauges, now: () => number = Date.now) {
    this.versions = new ScriptStatistics(now);
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge("strowger_calls_active", "Calls that are up.", gauges.calls);
    this.#gauge("strowger_registrations", "Contacts that are registered.", gauges.registrations);
    this.#gauge("strowger_udp_drops_total", "Datagrams dropped by the kernel.", gauges.udpDrops);
    this.#gauge("strowger_client_transactions", "Client transactions.", () => gauges.transactions().client);
    this.#gauge("strowger_server_transactions", "Server transactions.", () => gauges.transactions().server);
    this.#gauge("strowger_subscriptions", "Subscriptions of phones.", gauges.subscriptions);
    this.#gauge("strowger_messages_kept", "Text messages that are kept for their users.", gauges.messages);
    this.#gauge("strowger_media_endpoints", "RTP endpoints that are open.", gauges.mediaEndpoints);
    this.#trunks(gauges.trunks);
    this.#gauge("strowger_script_versions_loaded", "Versions of scripts that are loaded.", gauges.loadedVersions);
    this.#counters("strowger_transport_total", "What the SIP transports have counted.", gauges.transport);
    this.#counters("strowger_media_total", "What the media plane has counted.", gauges.media);
  }

  /** Lines that are held, by trunk; those that are gone are not shown. */
  showTrunkCalls(read: () => readonly { readonly trunk: string; readonly calls: number }[]): void {
    const gauge: Gauge<string> = new Gauge({
      name: "strowger_trunk_calls_active",
      help: "Calls that hold a line of the trunk, in and out.",
      labelNames: ["trunk"],
      registers: [this.#registry],
      collect: () => {
        gauge.reset();
        for (const { trunk, calls } of read()) gauge.set({ trunk }, calls);
      },
    });
  }

  /** Counters that a room of their own keeps, by name. */
  showCounters(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    this.#counters(name, help, read);
  }

  /** A figure of something that has its own room, read when somebody asks for it. */
  show(name: string, help: string, read: () => number): void {
    this.#gauge(name, help, read);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): BoundedCounter<Label> {
    return new BoundedCounter(new Counter({ name, help, labelNames, registers: [this.#registry] }));
  }

  /** Counters that somebody else keeps. */
  #counters(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    const gauge: Gauge<string> = new Gauge({
      name,
      help,
      labelNames: ["what"],
      registers: [this.#registry],
      collect: () => {
        for (const [what, value] of Object.entries(read())) gauge.set({ what }, value);
      },
    });
  }

  /** Trunks come and go: those that are gone are not shown. */
  #trunks(read: Gauges["trunks"]): void {
    const gauges = [
      { name: "strowger_trunk_up", help: "1: some gateway of the trunk can be used.", of: "up" },
      { name: "strowger_trunk_registered", help: "1: the registration of the trunk stands.", of: "registered" },
    ] as const;
    for (const { name, help, of } of gauges) {
      const gauge: Gauge<string> = new Gauge({
        name,
        help,
        labelNames: ["trunk"],
        registers: [this.#registry],
        collect: () => {
          gauge.reset();
          for (const figures of read()) {
            if (figures[of] !== null) gauge.set({ trunk: figures.trunk }, Number(figures[of]));
          }
        },
      });
    }
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    });
  }
}
