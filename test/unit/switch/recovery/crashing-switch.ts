/**
 * A switch on a simulated network that is killed and started again: what it has written down of calls, and the records
 * that were committed, outlive it; everything else is gone, and what comes meanwhile reaches nobody.
 */
import type { Route } from "../../../../runtime/contract/route.ts";
import type { StoredEntry } from "../../../../runtime/port/call-journal.ts";
import { CallLog } from "../../../../runtime/recovery/call-log.ts";
import { readCalls } from "../../../../runtime/recovery/read-calls.ts";
import type { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { SIP_PORT, SWITCH_ADDRESS } from "../../../../runtime/simulator/network/sim-transport.ts";
import { SimSwitch } from "../../../../runtime/simulator/switch.ts";
import type { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { HeldTransport } from "../../../../runtime/sip/transport/held.ts";
import type { AudioServices } from "../../../../runtime/switch/audio/audio-services.ts";
import type { TakenOver } from "../../../../runtime/switch/recovery/take-over.ts";
import type { ConfiguredTrunk } from "../../../../runtime/switch/trunks/trunks.ts";
import type { Cdr } from "../../../../sdk/events.ts";
import { type Handlers, RecordingObserver, ScriptedScripts } from "../call/scripted.ts";
import { MemoryFiles } from "./memory-files.ts";

export const DOMAIN = "example.com";
/** As long as the real store collects records. */
const COMMIT_MS = 100;

export interface CrashingOptions {
  readonly clock: VirtualClock;
  readonly net: SimNet;
  readonly script: Handlers;
  readonly route?: Partial<Route>;
  readonly audio?: () => AudioServices;
  readonly trunks?: readonly ConfiguredTrunk[];
}

export class CrashingSwitch {
  /** Committed records, by the names of their calls. */
  readonly records = new Map<string, Cdr>();
  /** How often each was committed. */
  readonly commits = new Map<string, number>();
  readonly files = new MemoryFiles();
  readonly scripts: ScriptedScripts[] = [];
  /** What came of the last take-over. */
  taken: TakenOver | null = null;
  #options: CrashingOptions;
  #life: Life;
  readonly #past: Life[] = [];

  constructor(options: CrashingOptions) {
    this.#options = options;
    this.#life = this.#begin();
  }

  get current(): Life {
    return this.#life;
  }

  get sw(): SimSwitch["sw"] {
    return this.#life.switch.sw;
  }

  /** What went wrong within the switch, in all its lives. */
  get errors(): unknown[] {
    return [...this.#past, this.#life].flatMap(({ switch: { transport }, observer }) => [
      ...transport.errors,
      ...observer.failures,
    ]);
  }

  set script(handlers: Handlers) {
    this.#options = { ...this.#options, script: handlers };
  }

  set audio(audio: () => AudioServices) {
    this.#options = { ...this.#options, audio };
  }

  /** `isWritten`: what the turn has changed has been written, and what it has sent has not left. */
  kill(isWritten: boolean): void {
    const life = this.#life;
    life.switch.transport.send = () => {};
    if (isWritten) life.log.flush();
    life.isOver = true;
    this.files.seal(life.number);
    this.#options.net.attach(SWITCH_ADDRESS, SIP_PORT, () => {});
  }

  /** `lastSeen`: when it lived, where it was away for too long. */
  start(lastSeen: number | null = null): void {
    this.startWith(readCalls(this.files.all()).calls, lastSeen);
  }

  /** It is killed once more before it has gone on with its calls. */
  startInVain(): void {
    this.#past.push(this.#life);
    const { calls } = readCalls(this.files.all());
    this.#life = this.#begin();
    this.sw.takeOver(calls, { lastSeen: null, isHandedOver: false });
    this.kill(true);
  }

  /** Another process has taken its place, to which it has left its calls. */
  handOver(): void {
    this.kill(true);
    this.startWith(readCalls(this.files.all()).calls, null, true);
  }

  startWith(calls: readonly StoredEntry[], lastSeen: number | null = null, isHandedOver = false): void {
    this.#past.push(this.#life);
    const inherited = this.files.numbers();
    this.#life = this.#begin();
    const takeOver = this.sw.takeOver(calls, { lastSeen, isHandedOver });
    this.taken = takeOver.proceed();
    this.#life.log.supersede(inherited);
  }

  #begin(): Life {
    const { clock, net, route = {}, audio, trunks, script } = this.#options;
    const number = this.#past.length;
    const scripts = new ScriptedScripts(script, clock);
    this.scripts.push(scripts);
    let held: HeldTransport | null = null;
    const log = new CallLog({
      files: this.files.of(number),
      defer: (work) => void clock.startTimer(0, { expire: work }, "turn"),
      retry: (work, ms) => void clock.startTimer(ms, { expire: work }, "retry"),
      wire: { hold: () => held?.hold(), release: () => held?.release() },
      log: { debug() {}, info() {}, warn() {}, error: (text, fields) => observer.failures.push([text, fields]) },
      now: () => clock.now(),
    });
    const observer = new RecordingObserver();
    const tell = observer.callEnded.bind(observer);
    observer.callEnded = (call, cdr) => {
      tell(call, cdr);
      clock.startTimer(COMMIT_MS, { expire: () => this.#commit(life, cdr) }, "commit");
    };
    const life: Life = {
      number,
      log,
      observer,
      scripts,
      isOver: false,
      switch: new SimSwitch({
        clock,
        net,
        domain: DOMAIN,
        users: [
          { name: "alice", extension: "100" },
          { name: "bob", extension: "101" },
        ],
        routes: [{ name: "all", script: "main", public: true, ...route }],
        scripts,
        observer,
        journal: {
          log,
          ofWire(transport) {
            held = new HeldTransport(transport);
            return held;
          },
        },
        ...(audio === undefined ? {} : { audio }),
        ...(trunks === undefined ? {} : { trunks }),
      }),
    };
    return life;
  }

  #commit(life: Life, cdr: Cdr): void {
    if (life.isOver) return;
    this.records.set(cdr.id, cdr);
    this.commits.set(cdr.id, (this.commits.get(cdr.id) ?? 0) + 1);
    life.log.recordStored(cdr.id);
  }
}

interface Life {
  readonly number: number;
  readonly switch: SimSwitch;
  readonly log: CallLog;
  readonly observer: RecordingObserver;
  readonly scripts: ScriptedScripts;
  isOver: boolean;
}
