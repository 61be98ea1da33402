/** Turns what scripts do into metrics and tails. */
import type { Deployment } from "../port/deployment.ts";
import type { Invocation, SandboxListener, ScriptLogLine } from "../port/sandbox.ts";
import type { SwitchFeeds } from "./feeds.ts";
import type { Metrics } from "./metrics.ts";

export class ScriptObserver implements SandboxListener {
  readonly #feeds: SwitchFeeds;
  readonly #metrics: Metrics;

  constructor(feeds: SwitchFeeds, metrics: Metrics) {
    this.#feeds = feeds;
    this.#metrics = metrics;
  }

  invocation(invocation: Invocation): void {
    this.#metrics.scriptEvents.count(invocation.ref.script, invocation.handler);
    this.#metrics.scriptSeconds.observe(invocation.wallMs / 1000);
    this.#metrics.scriptCpuSeconds.observe(invocation.cpuMs / 1000);
    this.#metrics.versions.invocation(invocation);
    // A fault is told by the switch, which also sees those that are found in what a script has returned.
    if (invocation.outcome === "returned") this.#feeds.invocation(invocation);
  }

  logLine(line: ScriptLogLine): void {
    this.#feeds.logLine(line);
  }

  deployed(deployment: Deployment): void {
    this.#feeds.deployed(deployment);
  }
}
