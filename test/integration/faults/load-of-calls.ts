/**
 * Calls by chance between two phones, and what must hold of each whatever happened to the switch meanwhile: whoever talked
 * goes on talking until one of the two hangs up, there is one record of the call with the time that the phones know of, and
 * the script hears of its end.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";
import type { SteadyCall } from "../../helpers/steady-call.ts";
import { SteadyPhone, type Weather } from "../../helpers/steady-phone.ts";
import type { RunningSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

/** Longer than a switch is ever away: where it is, another phone than ours would have given up. */
const PATIENCE_MS = 90_000;
const OVER_WITHIN_MS = 2 * PATIENCE_MS;
/** A caller lets it ring for so long. */
const RINGS_MS = 10_000;
const RECORDED_WITHIN_MS = 15_000;
/** What the clocks of a phone and of the switch may differ in, whatever else the machine does. */
const SLACK_SECONDS = 0.5;

export interface LoadOptions {
  readonly seed: number;
  readonly callsPerSecond: number;
  /** A connected call lasts up to this. */
  readonly longestMs: number;
  /** Between the phones and the switch. @default it is fine */
  readonly weather?: Weather;
}

interface Record {
  readonly id: string;
  readonly result: string;
  readonly seconds: number;
}

export class LoadOfCalls {
  readonly #strowger: RunningSwitch;
  readonly #caller: SteadyPhone;
  readonly #callee: SteadyPhone;
  readonly #options: LoadOptions;
  readonly #random: () => number;
  readonly #sides = new Map<string, { caller: SteadyCall; callee?: SteadyCall }>();
  #beginning: NodeJS.Timeout | null = null;

  private constructor(strowger: RunningSwitch, caller: SteadyPhone, callee: SteadyPhone, options: LoadOptions) {
    this.#strowger = strowger;
    this.#caller = caller;
    this.#callee = callee;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    callee.onCall = (call) => this.#play(call);
  }

  static async begin(strowger: RunningSwitch, options: LoadOptions): Promise<LoadOfCalls> {
    const { seed, weather } = options;
    const open = (name: string, more: number) => {
      const bad = weather === undefined ? {} : { weather: { ...weather, random: seededRandom(seed * 31 + more) } };
      return SteadyPhone.open({ name, switchPort: strowger.sipPort, giveUpMs: PATIENCE_MS, ...bad });
    };
    const [caller, callee] = [await open("caller", 1), await open("callee", 2)];
    const load = new LoadOfCalls(strowger, caller, callee, options);
    await load.deploy(1);
    load.#beginSoon();
    return load;
  }

  /** The script of the calls that begin from now on; `version` makes no other difference. */
  async deploy(version: number): Promise<void> {
    await this.#strowger.deploy("main", `${scriptFor(this.#callee.uri)}// ${version}\n`);
  }

  /** Calls so far, and those that have been up. */
  get counts(): { readonly calls: number; readonly connected: number } {
    const all = [...this.#sides.values()];
    return { calls: all.length, connected: all.filter(({ caller }) => caller.upAt > 0).length };
  }

  /**
   * No call begins any more; those that are up go on to their end. Gives what is wrong with each, in words.
   * `isScriptWhole`: whether the script has heard of all ends.
   */
  async finish({ isScriptWhole = true } = {}): Promise<readonly string[]> {
    if (this.#beginning !== null) clearTimeout(this.#beginning);
    try {
      // A copy of an INVITE that comes late may call somebody even now.
      const isOver = (): boolean =>
        [...this.#sides.values()].every(({ caller, callee = caller }) => [caller, callee].every(hasEnded));
      // Who is not by then is told of below.
      await until("all calls to be over", isOver, OVER_WITHIN_MS).catch(() => {});
      const records = () => recordsIn(this.#strowger.folder);
      const heard = [...this.#sides.values()].filter(({ caller }) => isKnown(caller));
      const isWritten = (): boolean => heard.every(({ caller: { from } }) => records().has(from));
      await until("all records", isWritten, RECORDED_WITHIN_MS).catch(() => {});
      const ended = isScriptWhole ? await this.#timesEnded(records()) : null;
      return [...this.#sides].flatMap(([from, both]) =>
        problemsOf(both, records().get(from) ?? [], ended).map((problem) => `${from}: ${problem}`),
      );
    } finally {
      this.#caller.close();
      this.#callee.close();
    }
  }

  #beginSoon(): void {
    const gapMs = (1_000 / this.#options.callsPerSecond) * (0.5 + this.#random());
    this.#beginning = setTimeout(() => {
      const from = `c${this.#options.seed}x${this.#sides.size}`;
      const caller = this.#caller.call("700", from, RINGS_MS);
      this.#sides.set(from, { caller });
      if (this.#random() < 0.1) this.#caller.later(this.#random() * 3_000, () => caller.cancel());
      this.#beginSoon();
    }, gapMs);
  }

  /** The callee's part. */
  #play(call: SteadyCall): void {
    const both = this.#sides.get(call.from);
    if (both !== undefined) both.callee = call;
    const lot = this.#random();
    this.#callee.later(this.#random() * 200, () => call.ring());
    const decideMs = 200 + this.#random() * 600;
    if (lot < 0.08) this.#callee.later(decideMs, () => call.refuse(486));
    else if (lot < 0.94) this.#callee.later(decideMs, () => call.take());
    const talkMs = this.#random() * this.#options.longestMs;
    const by = this.#random() < 0.5 ? call : both?.caller;
    if (by !== undefined) by.onUp = () => this.#callee.later(talkMs, () => by.bye());
  }

  /** How often the script has heard that each call is over. */
  async #timesEnded(records: ReadonlyMap<string, readonly Record[]>): Promise<ReadonlyMap<string, number>> {
    const read = (): Map<string, number> => endedIn(this.#strowger.folder);
    const ids = [...records.values()].flat().map(({ id }) => id);
    await until("the script to have heard of all ends", () => ids.every((id) => read().has(id)), 5_000).catch(() => {});
    return read();
  }
}

function scriptFor(uri: string): string {
  return `import { forward, kv, type Script } from "strowger";
export default {
  invite: () => forward(${JSON.stringify(uri)}, { ringSeconds: 60 }),
  async ended(call) {
    await kv.increment("ended:" + call.id);
  },
} satisfies Script;
`;
}

function problemsOf(
  { caller, callee }: { readonly caller: SteadyCall; readonly callee?: SteadyCall },
  records: readonly Record[],
  ended: ReadonlyMap<string, number> | null,
): string[] {
  const problems: string[] = [];
  if (caller.state !== "over") problems.push(`its caller is left ${caller.state}`);
  if (callee !== undefined && callee.state !== "over") problems.push(`its callee is left ${callee.state}`);
  // Who has given up since he has heard nothing may have been served too late: it must end, and that is all.
  if (caller.code === 408) return problems;
  // A BYE may overtake the ACK.
  if (callee !== undefined && callee.tookAt > 0 && callee.upAt === 0 && callee.hungUpBy !== "them")
    problems.push("its callee has answered, and nobody has acknowledged that");
  if (isKnown(caller) && records.length !== 1)
    problems.push(`its caller has got ${caller.code}, and it has ${records.length} records`);
  const [record] = records;
  if (record === undefined) return problems;
  if (ended?.has(record.id) === false) problems.push("its script has not heard of its end");
  const isUp = caller.upAt > 0;
  if (isUp !== (record.result === "answered"))
    problems.push(`its caller has got ${caller.code}, its record says ${record.result}`);
  if (!isUp || callee === undefined || callee.upAt === 0) return problems;
  const [by, other] = caller.hungUpBy === "us" ? [caller, callee] : [callee, caller];
  if (by.hungUpBy !== "us" || other.hungUpBy === null) problems.push("the switch has hung up on both");
  // Where both hang up at once, one of the two is late.
  const isLate = other.hungUpBy === "us" && by.byeCode === 481;
  if (by.byeCode !== 200 && !isLate) problems.push(`the BYE of its ${by.side} has got ${by.byeCode}`);
  const [least, most] = [by.byeAt - caller.upAt, by.overAt - callee.tookAt].map((ms) => ms / 1000);
  if (record.seconds < (least ?? 0) - SLACK_SECONDS || record.seconds > (most ?? 0) + SLACK_SECONDS) {
    problems.push(
      `its record has ${record.seconds} s where its phones have ${least?.toFixed(1)} to ${most?.toFixed(1)} s`,
    );
  }
  return problems;
}

function hasEnded({ state }: SteadyCall): boolean {
  return state === "over";
}

/** Whether the switch has begun a call: one that is turned away, or never heard of, has no record. */
function isKnown({ code }: SteadyCall): boolean {
  return code !== 408 && code !== 503;
}

/** Records by the user who has called. */
function recordsIn(folder: string): Map<string, Record[]> {
  const found = new Map<string, Record[]>();
  for (const row of rowsOf(folder, "select id, from_user, result, seconds from cdrs")) {
    const record = { id: String(row.id), result: String(row.result), seconds: Number(row.seconds) };
    const from = String(row.from_user);
    found.set(from, [...(found.get(from) ?? []), record]);
  }
  return found;
}

function endedIn(folder: string): Map<string, number> {
  const rows = rowsOf(folder, "select key, json from kv where key like 'ended:%'");
  return new Map(rows.map(({ key, json }) => [String(key).slice("ended:".length), Number(json)]));
}

function rowsOf(folder: string, query: string) {
  const db = new DatabaseSync(join(folder, "data", "strowger.sqlite"), { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}
