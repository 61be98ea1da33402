/**
 * Puts together what makes calls outlive their process: the folder that is one process's alone, the journal of calls
 * between the switch and the wire, and the calls that an earlier process has left.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { CallJournal, StoredEntry } from "../port/call-journal.ts";
import type { ScriptRef } from "../port/script.ts";
import { putAside, TakeOverAttempts } from "../recovery/attempts.ts";
import { CallLog } from "../recovery/call-log.ts";
import { lockFolder } from "../recovery/folder-lock.ts";
import { LastSeen } from "../recovery/last-seen.ts";
import { readCalls } from "../recovery/read-calls.ts";
import { SegmentFiles } from "../recovery/segment-files.ts";
import { HeldTransport } from "../sip/transport/held.ts";
import type { Transport } from "../sip/transport/transport.ts";
import type { TransportUser } from "../sip/transport/transport-layer.ts";
import type { CallHead } from "../switch/call/call-state.ts";
import { isStoredSubscription } from "../switch/presence/stored-subscription.ts";
import type { Subscriptions } from "../switch/presence/subscriptions.ts";
import type { TakeOver } from "../switch/recovery/take-over.ts";
import type { BindingChange } from "../switch/registrar/update.ts";
import type { Switch } from "../switch/switch.ts";

export interface RecoveryRooms {
  readonly journal: CallJournal;
  /** Versions that the calls of an earlier process run on. */
  readonly versions: readonly ScriptRef[];
  /** Puts the journal between the stack and the wire. */
  ofWire(connect: (user: TransportUser) => Transport): (user: TransportUser) => Transport;
  /** Rebuilds the calls of an earlier process: nothing listens yet. `isHandedOver`: it has left them to us on purpose. */
  takeOver(sw: Switch, metrics: Metrics, isHandedOver: boolean): void;
  /** The switch listens: they go on, and so do subscriptions. Returns how many calls do. */
  proceed(subscriptions: Subscriptions): number;
  /** For the registrar. */
  bindingChanged(change: BindingChange): void;
  /** Whether calls that are up are left to the process that starts next. */
  keepsCalls(config: Config): boolean;
  /** What has been sent leaves, once it is written down. */
  flush(): void;
  close(): void;
}

/** Throws `ConfigError` where another process has the folder. */
export function assembleRecovery(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}): RecoveryRooms {
  const { config, clock, log } = parts;
  const lock = lockFolder(config.data);
  const startedAt = performance.now();
  const folder = join(config.data, "calls");
  const attempts = prepare(folder, log);
  const seen = new LastSeen(join(folder, "seen"), clock);
  const files = new SegmentFiles(folder);
  const inherited = files.numbers();
  const entries = readAll(files, inherited, log);
  const watched = entries.filter(isStoredSubscription);
  const calls = entries.filter((entry) => !isStoredSubscription(entry));
  let held: HeldTransport | null = null;
  const journal = new CallLog({
    files,
    defer: (work) => void setImmediate(work),
    retry: (work, ms) => void clock.startTimer(ms, { expire: work }, "journal"),
    wire: { hold: () => held?.hold(), release: () => held?.release() },
    log,
    now: () => clock.now(),
  });
  let takeOver: TakeOver | null = null;
  return {
    journal,
    versions: versionsOf(calls),
    ofWire: (connect) => (user) => {
      held = new HeldTransport(connect(user));
      return held;
    },
    takeOver(sw, metrics, isHandedOver) {
      metrics.show("strowger_call_journal_bytes", "Size of the journal of calls.", () => journal.figures.bytes);
      metrics.show(
        "strowger_call_journal_failures",
        "Times that calls could not be written down since the start.",
        () => journal.figures.failures,
      );
      const lastSeen = isHandedOver ? null : tooLongAgo(seen.read(), config, clock.now());
      takeOver = sw.takeOver(calls, { lastSeen, isHandedOver });
    },
    proceed(subscriptions) {
      const done = takeOver?.proceed();
      const resumed = subscriptions.takeOver(watched);
      // From here on all that is known of them is in files of our own.
      journal.supersede(inherited);
      attempts.succeeded();
      seen.start();
      if (entries.length === 0) return 0;
      const ms = Math.round(performance.now() - startedAt);
      log.info("Calls of the process before were taken over", { ...done, subscriptions: resumed, ms });
      return done?.resumed ?? 0;
    },
    bindingChanged({ what, binding }) {
      if (what !== "unregistered") takeOver?.registered(binding);
    },
    keepsCalls: ({ restart }) => restart.keepCallsSeconds > 0,
    flush: () => journal.flush(),
    close() {
      journal.close();
      seen.stop();
      lock.release();
    },
  };
}

/** Where taking over has failed again and again, the switch starts without. */
function prepare(folder: string, log: Log): TakeOverAttempts {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const attempts = new TakeOverAttempts(join(folder, "attempts"));
  if (attempts.begin()) return attempts;
  const aside = putAside(folder);
  log.error("The calls of the process before could not be taken over in several attempts and are left alone", {
    aside,
  });
  return prepare(folder, log);
}

function readAll(files: SegmentFiles, numbers: readonly number[], log: Log): readonly StoredEntry[] {
  const { calls, damagedBytes, foreignFiles } = readCalls(readEach(files, numbers));
  if (damagedBytes > 0) log.warn("A part of the journal of calls is damaged and was passed over", { damagedBytes });
  if (foreignFiles > 0)
    log.warn("Calls of another version of the switch cannot be taken over", { files: foreignFiles });
  return calls;
}

/** One at a time: together they may be large. */
function* readEach(files: SegmentFiles, numbers: readonly number[]): Iterable<Buffer> {
  for (const number of numbers) yield files.read(number);
}

/** When the process before was seen for the last time, where that is too long ago for calls to go on. */
function tooLongAgo(seen: number | null, { restart }: Config, now: number): number | null {
  if (seen === null) return now;
  return now - seen > restart.keepCallsSeconds * 1000 ? seen : null;
}

function versionsOf(calls: readonly StoredEntry[]): readonly ScriptRef[] {
  const versions = new Map<string, ScriptRef>();
  for (const { head } of calls) {
    // What is no head is refused when its call is rebuilt.
    const { script, version } = (head ?? {}) as Partial<CallHead>;
    if (script === undefined || version === undefined || version === 0) continue;
    versions.set(`${script} ${version}`, { script, version });
  }
  return [...versions.values()];
}
