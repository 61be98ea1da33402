/** Calls of users while the switch is attacked: how many come to a good end, and how soon they are answered. */
import { attacks } from "../helpers/attackers.ts";
import { register } from "../helpers/raw-account.ts";
import { RawPhone } from "../helpers/raw-phone.ts";
import { benchDomain, benchRows, FIRST_NUMBER } from "./bench-script.ts";
import { cpuSecondsOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import type { Scenario } from "./scenario.ts";
import { runLoad, startCallee } from "./sipp-load.ts";

const CALLS_PER_SECOND = 20;
const LEAST_SHARE = 0.99;
const ANSWERED_WITHIN_MS = 200;

/** `pace.rate`: what each attack sends in a second. */
export async function measureAttack(
  peer: Peer,
  scenario: Scenario,
  pace: { rate: number; seconds: number },
): Promise<Measurement> {
  const callee = await startCallee();
  const load = { scenario: "uac-call", rows: numbersOf(scenario), rate: CALLS_PER_SECOND, seconds: pace.seconds };
  try {
    await becomeKnown();
    await runLoad(load);
    let [calls, succeeded, slowest] = [0, 0, 0];
    for (const [name, attack] of Object.entries(attacks)) {
      const before = cpuSecondsOf(peer.pid);
      const underAttack = attack(
        { port: ports.switch, domain: benchDomain },
        { perSecond: pace.rate, seconds: pace.seconds },
      );
      const result = await runLoad(load);
      const { sent, answered } = await underAttack;
      const busy = ((cpuSecondsOf(peer.pid) - before) / result.seconds) * 100;
      calls += result.calls;
      succeeded += result.succeeded;
      slowest = Math.max(slowest, result.responseMs);
      console.log(
        `  ${name}: ${result.succeeded} of ${result.calls} calls, first answer ${result.responseMs.toFixed(1)} ms, ` +
          `${(sent / pace.seconds).toFixed(0)}/s sent, ${answered} answered, switch ${busy.toFixed(0)} % busy`,
      );
    }
    const bans = JSON.parse(await peer.api("GET", "/v1/guard/bans")) as { items: readonly unknown[] };
    return {
      value: (succeeded / calls) * 100,
      unit: "% of the calls of users",
      valid: succeeded >= calls * LEAST_SHARE && slowest <= ANSWERED_WITHIN_MS,
      detail: `slowest mean of the first answer ${slowest.toFixed(1)} ms, ${bans.items.length} sources banned`,
    };
  } finally {
    await callee.stop();
  }
}

/** SIPp gives no password with its calls: its address is one from which a user has registered. */
async function becomeKnown(): Promise<void> {
  const user = `u${FIRST_NUMBER}`;
  const phone = await RawPhone.udp({ name: user, switchPort: ports.switch });
  const answer = await register(phone, { user, password: `pw${FIRST_NUMBER}`, domain: benchDomain });
  phone.close();
  if (answer.status !== 200) throw new Error(`The phone of ${user} was refused: ${answer.startLine}`);
}

function numbersOf(scenario: Scenario): string[] {
  return benchRows({ ...scenario, users: false });
}
