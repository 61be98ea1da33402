/** Reads all figures of a switch, again and again: what costs nothing each time, heaps less often. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readCalls } from "../../../runtime/recovery/read-calls.ts";
import { SegmentFiles } from "../../../runtime/recovery/segment-files.ts";
import type { RunningSwitch } from "../../helpers/switch.ts";
import { boundPorts, type PortRange } from "../../helpers/udp-ports.ts";
import type { Figures, TimedFigures } from "./figures.ts";
import type { HeapReader, Heaps } from "./heaps.ts";
import { readProcesses } from "./processes.ts";

export interface SamplerParts {
  readonly strowger: RunningSwitch;
  readonly heaps: HeapReader;
  readonly ports: PortRange;
  readonly everyMs: number;
  /** A collection stops the switch for a moment. */
  readonly heapsEveryMs: number;
  readonly onSample: (sample: TimedFigures) => void;
}

export class Sampler {
  readonly #parts: SamplerParts;
  readonly #startedAt = performance.now();
  #heapsAt = Number.NEGATIVE_INFINITY;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: SamplerParts) {
    this.#parts = parts;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  /** `withHeaps`: whether garbage is collected for it. */
  async read(withHeaps: boolean): Promise<Figures> {
    const { strowger, heaps, ports } = this.#parts;
    const heap = withHeaps ? await heaps.read() : null;
    const { body } = await strowger.api("GET", "/metrics");
    return figuresOf(heap, readProcesses(strowger.pid), metricsIn(String(body)), {
      ports: boundPorts(ports).length,
      ...journalOf(strowger.folder, withHeaps),
    });
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const { everyMs, heapsEveryMs, onSample } = this.#parts;
      const begun = performance.now();
      const withHeaps = begun - this.#heapsAt >= heapsEveryMs;
      if (withHeaps) this.#heapsAt = begun;
      const figures = await this.read(withHeaps);
      onSample({ seconds: this.seconds, figures });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + everyMs - performance.now())));
    }
  }
}

function figuresOf(
  heap: Heaps | null,
  { count, rssMB, descriptors, switchThreads }: ReturnType<typeof readProcesses>,
  metric: (name: string) => number | null,
  other: { readonly ports: number; readonly files: number; readonly calls: number | null },
): Figures {
  return {
    "heap of the switch": heap?.switchMB ?? null,
    "heap of the workers": heap?.workersMB ?? null,
    "RSS of the switch": rssMB.switch,
    "RSS of script hosts": rssMB.host,
    "RSS of other processes": rssMB.other,
    processes: count,
    "threads of the switch": switchThreads,
    "descriptors of the switch": descriptors.switch,
    "descriptors of other processes": descriptors.host + descriptors.other,
    timers: metric("strowger_timers"),
    calls: metric("strowger_calls_active"),
    dialogs: metric("strowger_dialogs"),
    "client transactions": metric("strowger_client_transactions"),
    "server transactions": metric("strowger_server_transactions"),
    registrations: metric("strowger_registrations"),
    subscriptions: metric("strowger_subscriptions"),
    "media endpoints": metric("strowger_media_endpoints"),
    "media ports": other.ports,
    connections: metric('strowger_transport_total{what="connections"}'),
    "versions of scripts loaded": metric("strowger_script_versions_loaded"),
    "files of the call journal": other.files,
    "calls in the call journal": other.calls,
  };
}

/** Of the text format of Prometheus. */
function metricsIn(text: string): (name: string) => number | null {
  return (name) => {
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    return line === undefined ? null : Number(line.slice(name.length));
  };
}

/** `isRead`: it may be long. */
function journalOf(folder: string, isRead: boolean): { readonly files: number; readonly calls: number | null } {
  const path = join(folder, "data", "calls");
  const files = readdirSync(path).length;
  if (!isRead) return { files, calls: null };
  const segments = new SegmentFiles(path);
  const contents = segments.numbers().flatMap((number) => {
    try {
      return [segments.read(number)];
    } catch {
      // It was cleaned since we have asked.
      return [];
    }
  });
  return { files, calls: readCalls(contents).calls.length };
}
