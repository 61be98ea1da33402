/** Phones that transfer calls, in text. */

import { type InviteParts, type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import type { Handlers } from "../call/scripted.ts";
import { DOMAIN, type Talk, World, type WorldOptions } from "../call/world.ts";

export { Side } from "../../../../runtime/simulator/network/phone.ts";
export { DOMAIN, type Talk, World } from "../call/world.ts";

export function description(name: string, direction = "sendrecv"): string {
  return [
    "v=0",
    `o=${name.replaceAll(" ", "-")} 1 1 IN IP4 203.0.113.1`,
    "s=-",
    "c=IN IP4 203.0.113.1",
    "t=0 0",
    "m=audio 4000 RTP/AVP 8",
    "a=rtpmap:8 PCMA/8000",
    `a=${direction}`,
    "",
  ].join("\r\n");
}

export const NOBODY_LEFT = { calls: 0, client: 0, server: 0 };

/** Every call goes to the user whose extension was dialled; nothing ends at the switch but what a test wants there. */
export function transferWorld(script: Handlers = {}, options: Omit<WorldOptions, "script"> = {}): World {
  const users: Record<string, string> = { 100: "alice", 101: "bob", 102: "dave" };
  const invite: Handlers["invite"] = (call) => forward(users[call.to.user] ?? "nobody");
  return new World({ ...options, script: { invite, transferred: () => undefined, ...script } });
}

/** The INVITE of a user of ours, who proves it. */
export function inviteAs(world: World, phone: Phone, to: string, parts: InviteParts = {}): SipText {
  const uri = `sip:${to}@${DOMAIN}`;
  const body = parts.body ?? description(phone.name);
  const fields = [...(parts.fields ?? []), ["Proxy-Authorization", world.credentials(phone.name, uri, body)] as const];
  return phone.invite(uri, { ...parts, body, fields, from: `<sip:${phone.name}@${DOMAIN}>` });
}

/** Whoever is called rings and answers, and the caller acknowledges. */
export function answered(world: World, caller: Phone, invite: SipText, callee: Phone): Talk {
  world.run(50);
  const offered = callee.take("INVITE");
  const toTag = `t-${callee.name}-${++tags}`;
  callee.answer(offered, 180, { toTag, reason: "Ringing" });
  world.run(50);
  callee.answer(offered, 200, { toTag, body: description(callee.name) });
  world.run(50);
  const response = caller.take("200 INVITE");
  const side = Side.ofCaller(caller, invite, response);
  side.ack(invite);
  world.run(50);
  if (callee.count("ACK") > 0) callee.take("ACK");
  return { invite, offered, answered: response, caller: side, callee: Side.ofCallee(callee, offered, toTag) };
}

let tags = 0;

/** A stranger calls alice, and both talk. */
export function talkWithAlice(world: World) {
  const carol = world.phone("carol");
  const [alice, bob] = [world.registered("alice"), world.registered("bob")];
  const invite = carol.invite(`sip:100@${DOMAIN}`, { body: description("carol") });
  const talk = answered(world, carol, invite, alice);
  return { world, carol, alice, bob, ...talk };
}

/** A phone asks for a transfer within its call. */
export function refer(side: Side, referTo: string, fields: readonly Field[] = []): SipText {
  return side.request("REFER", { fields: [["Contact", side.phone.contact], ["Refer-To", referTo], ...fields] });
}

export function user(name: string): string {
  return `<sip:${name}@${DOMAIN}>`;
}

/** A Refer-To that names a dialog of the phone that sends it. */
export function replacing(name: string, dialog: Side): string {
  const tag = (value: string): string => /;tag=([^;]+)/.exec(value)?.[1] ?? "";
  const replaces = `${dialog.callId};to-tag=${tag(dialog.remote)};from-tag=${tag(dialog.local)}`;
  return `<sip:${name}@${DOMAIN}?Replaces=${encodeURIComponent(replaces)}>`;
}

/** The same for an INVITE. */
export function replacesField(dialog: Side, flags = ""): Field {
  const tag = (value: string): string => /;tag=([^;]+)/.exec(value)?.[1] ?? "";
  return ["Replaces", `${dialog.callId};to-tag=${tag(dialog.remote)};from-tag=${tag(dialog.local)}${flags}`];
}

/** Takes the NOTIFY that are there, answers each, and returns what they say. */
export function notified(world: World, phone: Phone): string[] {
  const said: string[] = [];
  for (;;) {
    let notify: SipText;
    try {
      notify = phone.take("NOTIFY");
    } catch {
      return said;
    }
    const state = notify.header("Subscription-State").replace(/;expires=\d+/, "");
    said.push(`${notify.body.trim()} (${state})`);
    phone.answer(notify, 200);
    world.run(50);
  }
}

/** Bodies of the ACKs that a phone has got, the last first. */
export function lastAck(phone: Phone): string | undefined {
  return phone.received.filter(({ method, status }) => method === "ACK" && status === 0).at(-1)?.body;
}
