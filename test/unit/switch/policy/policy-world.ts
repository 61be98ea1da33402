/** A world whose script has a policy, with a store that keeps what was used. */
import { silentLog } from "../../../../runtime/base/log.ts";
import { countryOfNumber } from "../../../../runtime/numbers/phone-numbers.ts";
import type { ScriptPolicy, UsageRow } from "../../../../runtime/port/policy.ts";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { LimitNotice } from "../../../../runtime/switch/policy/limit-notices.ts";
import { Policing } from "../../../../runtime/switch/policy/policing.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import type { Handlers } from "../call/scripted.ts";
import { connect, DOMAIN, type Talk, World, type WorldOptions } from "../call/world.ts";

export interface PolicyWorldOptions extends WorldOptions {
  readonly timeZone?: string;
  /** What an earlier run has left. */
  readonly used?: readonly UsageRow[];
  readonly hasAudio?: boolean;
}

/** Keeps what is used, unless it is away. */
export class UsageStore {
  rows: readonly UsageRow[];
  writes = 0;
  isAway = false;

  constructor(rows: readonly UsageRow[] = []) {
    this.rows = rows;
  }

  async usage(): Promise<readonly UsageRow[]> {
    return this.rows;
  }

  async putUsage(rows: readonly UsageRow[]): Promise<void> {
    if (this.isAway) throw new Error("the store is away");
    this.writes++;
    const others = this.rows.filter(({ script }) => !rows.some((row) => row.script === script));
    this.rows = [...others, ...rows];
  }
}

export async function policyWorld(policy: ScriptPolicy | null, script: Handlers, options: PolicyWorldOptions = {}) {
  const { timeZone = "UTC", used, hasAudio = false, ...rest } = options;
  const store = new UsageStore(used);
  const notices: LimitNotice[] = [];
  let policing: Policing | undefined;
  const world = new World({
    script,
    ...rest,
    ...(hasAudio
      ? {
          audio: (clock) => {
            const audio = new SimAudio(clock);
            return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
          },
        }
      : {}),
    policing: (clock, sw) => {
      policing = new Policing({
        ...{ clock, log: silentLog, store, domain: DOMAIN, index: sw.index, timeZone },
        countryOf: countryOfNumber,
        onLimit: (notice) => notices.push(notice),
      });
      return policing;
    },
  });
  if (policing === undefined) throw new Error("the world has made no policing");
  await policing.load();
  if (policy !== null) policing.apply("main", policy);
  return { world, policing, store, notices };
}

/** Another call that is up, with phones of its own. */
export function talk(world: World, callee: Phone): Talk {
  return connect(world, world.phone("carol"), callee);
}

/** Calls, and gives the final answer that the caller gets, as `480 Temporarily Unavailable`; empty: none yet. */
export function dial(world: World): string {
  const phone = world.phone("carol");
  phone.invite(`sip:100@${DOMAIN}`);
  world.run(100);
  const answer = phone.received.find(({ status, method }) => status >= 200 && method === "INVITE");
  return answer === undefined ? "" : `${answer.status} ${answer.reason}`;
}
