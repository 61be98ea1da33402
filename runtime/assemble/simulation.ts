/** Puts together what tries versions of scripts out over the API: a sandbox of its own, away from everything live. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { DeployedScripts } from "../deploy/deployments.ts";
import type { EventSimulations } from "../port/event-simulation.ts";
import type { SimulationSessions } from "../port/simulation-session.ts";
import { EventSimulator } from "../replay/event-simulator.ts";
import { Rehearsal } from "../replay/rehearsal.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { SteeredSimulations } from "../simulator/session/sessions.ts";

/** In a sandbox that stands behind all live ones time on the wall says little. CPU time is bounded as ever. */
const TRIAL_EVENT_MS = 1000;

export interface SimulationParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly domain: string;
  readonly scripts: Pick<DeployedScripts, "bundle" | "draft">;
  readonly environment: (script: string) => Readonly<Record<string, string>>;
}

export interface SimulationRooms {
  readonly simulations: EventSimulations;
  readonly steered: SimulationSessions;
  stop(): Promise<void>;
}

export function assembleSimulation(parts: SimulationParts): SimulationRooms {
  const { config, clock, log, domain, scripts, environment } = parts;
  const { script } = config.limits;
  const limits = { ...script, eventMs: Math.max(TRIAL_EVENT_MS, script.eventMs) };
  const listener = { invocation() {}, logLine() {} };
  const code: Pick<DeployedScripts, "bundle" | "draft"> = {
    bundle: (script, selector) => scripts.bundle(script, selector),
    draft: (script, upload) => scripts.draft(script, upload),
  };
  const rehearsal = new Rehearsal({
    create: (operations) => createSandbox({ limits, hosts: 1, isBackground: true, operations, listener, log, clock }),
    ...code,
    environment,
    clock,
  });
  const steered = new SteeredSimulations({
    clock,
    log,
    ...code,
    environment,
  });
  return {
    simulations: new EventSimulator(rehearsal, domain, clock),
    steered,
    async stop() {
      await Promise.all([rehearsal.stop(), steered.stop()]);
    },
  };
}
