/** Puts the journal and the replay together: who listens to the wire, to the switch and to scripts, and what reads it again. */
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { DeployedScripts } from "../deploy/deployments.ts";
import { JournalFiles } from "../observe/journal/journal-files.ts";
import { RecordedScripts } from "../observe/journal/recorded-scripts.ts";
import { RecordedSwitch } from "../observe/journal/recorded-switch.ts";
import { CallRecorder } from "../observe/journal/recorder.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Journal } from "../port/journal.ts";
import type { SwitchObserver } from "../port/observer.ts";
import type { Replays } from "../port/replay.ts";
import type { Scripts } from "../port/script.ts";
import { Rehearsal } from "../replay/rehearsal.ts";
import { Replayer } from "../replay/replayer.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { tapped } from "../sip/transport/tapped.ts";
import type { Transport } from "../sip/transport/transport.ts";
import type { TransportUser } from "../sip/transport/transport-layer.ts";

/** In a replay time on the wall says little: the machine has other things to do. CPU time is bounded as ever. */
const REPLAY_EVENT_MS = 1000;

export interface JournalRooms {
  /** `null` where the configuration wants no journal, as are the replays. */
  readonly journal: Journal | null;
  /** Puts the journal between the wire and the stack, between the switch and its observer, before the scripts. */
  ofWire(connect: (user: TransportUser) => Transport): (user: TransportUser) => Transport;
  ofSwitch(observer: SwitchObserver): SwitchObserver;
  ofScripts(scripts: Scripts): Scripts;
  replays(parts: ReplayParts): Replays | null;
  /** Forgets calls that have ended; resolves with how many there were. */
  forget(ids: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

interface ReplayParts {
  readonly scripts: Pick<DeployedScripts, "bundle" | "draft">;
  readonly environment: (script: string) => Readonly<Record<string, string>>;
  readonly metrics: Metrics;
}

const NO_JOURNAL: JournalRooms = {
  journal: null,
  ofWire: (connect) => connect,
  ofSwitch: (observer) => observer,
  ofScripts: (scripts) => scripts,
  replays: () => null,
  forget: async () => 0,
  stop: async () => {},
};

export function assembleJournal(parts: { config: Config; clock: Clock; log: Log }): JournalRooms {
  const { config, clock, log } = parts;
  if (config.journal === null) return NO_JOURNAL;
  const { callsPerSecond, ...limits } = config.journal;
  const files = new JournalFiles({ folder: join(config.data, "journal"), limits, log, clock });
  const recorder = new CallRecorder({ clock, files, callsPerSecond });
  void files.open();
  let rehearsal: Rehearsal | null = null;
  return {
    journal: recorder,
    ofWire: (connect) => tapped(recorder, connect),
    ofSwitch: (observer) => new RecordedSwitch(observer, recorder),
    ofScripts: (scripts) => new RecordedScripts(scripts, recorder),
    forget: (ids) => recorder.forget(ids),
    replays({ scripts, environment, metrics }) {
      const { script } = config.limits;
      const replayLimits = { ...script, eventMs: Math.max(REPLAY_EVENT_MS, script.eventMs) };
      const listener = { invocation() {}, logLine() {} };
      rehearsal = new Rehearsal({
        create: (operations) =>
          createSandbox({ limits: replayLimits, hosts: 1, isBackground: true, operations, listener, log, clock }),
        bundle: (script, selector) => scripts.bundle(script, selector),
        draft: (script, upload) => scripts.draft(script, upload),
        environment,
        clock,
      });
      const counted = (script: string, result: string): void => metrics.shadow.count(script, result);
      const replayer = new Replayer({ journal: recorder, rehearsal, clock, random: Math.random, counted });
      recorder.listen(replayer, (result) => metrics.journal.count(result));
      return replayer;
    },
    async stop() {
      await rehearsal?.stop();
      await recorder.close();
    },
  };
}
