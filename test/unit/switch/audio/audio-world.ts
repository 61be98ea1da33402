/** A world with audio: a caller who offers PCMA and keys, and phones that answer with a description. */

import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import type { Handlers } from "../call/scripted.ts";
import { DOMAIN, World, type WorldOptions } from "../call/world.ts";
import { SimAudio } from "./sim-audio.ts";

export const TO = `sip:100@${DOMAIN}`;

export function sdp(address: string, options: { direction?: string; codecs?: string; version?: number } = {}): string {
  const { direction = "sendrecv", codecs = "8 101", version = 1 } = options;
  return [
    "v=0",
    `o=- 7 ${version} IN IP4 ${address}`,
    "s=-",
    `c=IN IP4 ${address}`,
    "t=0 0",
    `m=audio 4000 RTP/AVP ${codecs}`,
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000",
    `a=${direction}`,
    "",
  ].join("\r\n");
}

export function audioWorld(script: Handlers, options: Omit<WorldOptions, "script" | "audio"> = {}) {
  let audio: SimAudio | undefined;
  const world = new World({
    ...options,
    script,
    audio: (clock) => {
      audio = new SimAudio(clock);
      return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
    },
  });
  if (audio === undefined) throw new Error("the world has made no audio");
  const carol = world.phone("carol");
  return { world, audio, carol };
}

/** Calls, and acknowledges the 200 as soon as it is there. */
export async function call(world: World, carol: Phone, body = sdp(carol.address)) {
  const invite = carol.invite(TO, { body });
  await world.pass(100);
  const answered = carol.take("200 INVITE");
  const caller = Side.ofCaller(carol, invite, answered);
  caller.ack(invite);
  await world.pass(50);
  return { invite, answered, caller };
}

/** Calls bob, who answers: they talk, through the switch where the script wants it so. */
export async function talk(world: World, carol: Phone, fields: readonly Field[] = []) {
  const bob = world.registered("bob");
  const invite = carol.invite(TO, { body: sdp(carol.address), fields });
  await world.pass(50);
  bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
  await world.pass(50);
  const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
  caller.ack(invite);
  await world.pass(50);
  return { bob, caller };
}
