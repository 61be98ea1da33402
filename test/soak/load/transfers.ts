/** Transfers, blind and attended, between phones of users that register for it. One at a time: they share two users. */

import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { Ladder } from "../../helpers/ladder.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, connectCall } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import type { SoakWorld } from "../world.ts";
import { nameOf } from "./calls.ts";
import { Load, unlessTurnedAway } from "./load.ts";

const [A, B] = ["user-a", "user-b"];

export function transferLoads(world: SoakWorld, pace: number): Load[] {
  return [new Load("transfer", 0.5 * pace, (number) => unlessTurnedAway(transfer(world, number)), 1)];
}

async function transfer(world: SoakWorld, number: number): Promise<void> {
  const ladder = new Ladder();
  const open = (name: string) => world.phone(name, "udp", ladder);
  const [carol, a, b] = [await open("carol"), await open(A), await open(B)];
  try {
    for (const phone of [a, b]) expectStatus(await register(phone, { user: phone.name, expires: "60" }), 200);
    const from = `sip:${nameOf("transfer", number)}@elsewhere.invalid`;
    const call = await connectCall(carol, a, A, { from });
    if (number % 2 === 0) await blind(carol, b, call.callee);
    else await attended({ carol, a, b }, call.callee);
    for (const phone of [a, b]) expectStatus(await register(phone, { user: phone.name, expires: "0" }), 200);
  } finally {
    for (const phone of [carol, a, b]) phone.close();
  }
}

/** `a`, who has been called, sends his caller on to `b`. */
async function blind(carol: RawPhone, b: RawPhone, seenByA: RawDialog): Promise<void> {
  const a = seenByA.phone;
  seenByA.request("REFER", { fields: [["Refer-To", `<sip:${B}@example.test>`]] });
  await a.expect("202 REFER");
  await answerNotify(a);
  const offered = await b.expect("INVITE");
  const tag = freshText("b");
  answer(b, { offered, tag }, sdp(7100));
  agree(carol, await carol.expect("INVITE"), sdp(6100));
  await Promise.all([b.expect("ACK"), carol.expect("ACK")]);
  await answerNotify(a);
  await isHungUp(a);
  await RawDialog.ofCallee(b, offered, tag).bye();
  await isHungUp(carol);
}

/** `a` asks `b` first, and then has the two talk to each other. */
async function attended(
  { carol, a, b }: { readonly carol: RawPhone; readonly a: RawPhone; readonly b: RawPhone },
  seenByA: RawDialog,
): Promise<void> {
  const who = { user: A, password: `pw-${A}` };
  const sent = await inviteAs(a, who, B, { body: sdp(7000) });
  const offered = await b.expect("INVITE");
  const tag = freshText("b");
  answer(b, { offered, tag }, sdp(7050));
  const second = RawDialog.ofCaller(a, sent, await a.expect("200 INVITE"));
  second.ack(sent);
  await b.expect("ACK");
  const names = `${second.callId};to-tag=${tagOf(second.remote)};from-tag=${tagOf(second.local)}`;
  const target = `<sip:${B}@example.test?Replaces=${encodeURIComponent(names)}>`;
  seenByA.request("REFER", { fields: [["Refer-To", target]] });
  await a.expect("202 REFER");
  await answerNotify(a);
  agree(carol, await carol.expect("INVITE"), sdp(6200));
  agree(b, await b.expect("INVITE"), sdp(7200));
  await carol.expect("ACK");
  await answerNotify(a);
  await isHungUp(a);
  await isHungUp(a);
  await RawDialog.ofCallee(b, offered, tag).bye();
  await isHungUp(carol);
}

function agree(phone: RawPhone, offer: SipText, body: string): void {
  phone.answer(offer, 200, { reason: "OK", fields: [["Contact", phone.contact], ...sdpFields], body });
}

async function answerNotify(phone: RawPhone): Promise<void> {
  phone.answer(await phone.expect("NOTIFY"), 200, { reason: "OK" });
}

async function isHungUp(phone: RawPhone): Promise<void> {
  phone.answer(await phone.expect("BYE"), 200, { reason: "OK" });
}

function tagOf(party: string): string {
  return /;tag=([^;]+)/.exec(party)?.[1] ?? "";
}

export function expectStatus({ status, startLine }: SipText, expected: number): void {
  if (status !== expected) throw new Error(`Expected ${expected}, got ${startLine}.`);
}
