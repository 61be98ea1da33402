/** Calls between two phones: answered, refused, given up, by a trunk, and by a script that asks others first. */
import type { SteadyCall } from "../../helpers/steady-call.ts";
import type { SteadyPhone } from "../../helpers/steady-phone.ts";
import type { SoakWorld } from "../world.ts";
import { Load, TurnedAway } from "./load.ts";

const LONGEST_TALK_MS = 4_000;
const RINGS_MS = 100;

export function callLoads(world: SoakWorld, pace: number): Load[] {
  for (const phone of [world.callee, world.carrier]) phone.onCall = (call) => answerBy(phone, call);
  const talk = (to: string, kind: string) => (number: number) => talkTo(world, to, nameOf(kind, number));
  return [
    new Load("answered", 8 * pace, talk("answered", "answered")),
    new Load("thinks", 2 * pace, talk("thinks", "thinks")),
    new Load("trunk", 2 * pace, talk("trunk", "trunk")),
    new Load("refused", 3 * pace, (number) => expectRefusal(world, "refused", nameOf("refused", number), 486)),
    new Load("busy", 1 * pace, (number) => expectRefusal(world, "busy", nameOf("busy", number), 486)),
    new Load("cancelled", 3 * pace, (number) => giveUp(world, nameOf("cancelled", number))),
  ];
}

/** Who a call of the load says to come from: by that its record is found. */
export function nameOf(kind: string, number: number): string {
  return `${kind}-${number}`;
}

/** The phones that are called know by the caller's name what is expected of them. */
function answerBy(phone: SteadyPhone, call: SteadyCall): void {
  const [kind] = call.from.split("-");
  if (kind === "busy") {
    call.refuse(486);
    return;
  }
  phone.later(RINGS_MS, () => call.ring());
  if (kind === "cancelled" || kind === "voicemail") return;
  phone.later(2 * RINGS_MS, () => call.take());
  call.onUp = () => {
    if (Math.random() < 0.5) phone.later(Math.random() * LONGEST_TALK_MS, () => call.bye());
  };
}

function expectCode({ from, code }: SteadyCall, expected: number): void {
  if (code === 503) throw new TurnedAway();
  if (code !== expected) throw new Error(`${from} has got ${code}.`);
}

async function talkTo({ caller }: SoakWorld, to: string, from: string): Promise<void> {
  const call = caller.call(to, from);
  // Where the callee does not hang up, and sometimes at the same time as he does.
  call.onUp = () => caller.later(LONGEST_TALK_MS, () => call.bye());
  await call.ended;
  expectCode(call, 200);
  const isFine = call.hungUpBy === "them" || call.byeCode === 200 || call.byeCode === 481;
  if (!isFine) throw new Error(`The BYE of ${from} has got ${call.byeCode}.`);
}

async function expectRefusal({ caller }: SoakWorld, to: string, from: string, code: number): Promise<void> {
  const call = caller.call(to, from);
  await call.ended;
  expectCode(call, code);
}

async function giveUp({ caller }: SoakWorld, from: string): Promise<void> {
  const call = caller.call("cancelled", from);
  caller.later(3 * RINGS_MS + Math.random() * 1_000, () => call.cancel());
  await call.ended;
  expectCode(call, 487);
}
