/** A world in which the switch itself calls: alice has a phone, and so has bob. */
import type { OriginateRequest } from "../../../../runtime/port/calls.ts";
import { type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { audioWorld, sdp } from "../audio/audio-world.ts";
import type { Handlers } from "../call/scripted.ts";

export const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

export function originateWorld(script: Handlers = {}) {
  const { world, audio } = audioWorld(script);
  const alice = world.registered("alice");
  const bob = world.registered("bob");
  /** Begins a call, and lets its first INVITE arrive. */
  const begin = async (request: Partial<OriginateRequest> = {}) => {
    const { id } = world.calls.originate({ from: "alice", to: "bob", ...request });
    await world.pass(50);
    return id;
  };
  return { world, audio, alice, bob, begin };
}

type Rooms = ReturnType<typeof originateWorld>;

/** Answers the INVITE that this phone has got; gives its side of the dialog. */
export async function pickUp({ world }: Pick<Rooms, "world">, phone: Phone, tag?: string): Promise<Side> {
  const offered = phone.take("INVITE");
  phone.answer(offered, 180, tag === undefined ? {} : { toTag: tag });
  await world.pass(50);
  phone.answer(offered, 200, { body: sdp(phone.address), ...(tag === undefined ? {} : { toTag: tag }) });
  await world.pass(50);
  return Side.ofCallee(phone, offered, tag);
}
