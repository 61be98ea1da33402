import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import {
  accept,
  answer,
  forward,
  gather,
  hold,
  play,
  record,
  transfer,
  voicemail,
  wait,
} from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { type Handlers, later } from "../call/scripted.ts";
import { DOMAIN } from "../call/world.ts";
import { refer, replacesField, replacing, user } from "../transfer/transfer-world.ts";
import { SilentWorld } from "./silent-world.ts";

/** After the end of a call: its BYE is not answered (Timer F), and what was answered last is remembered for as long. */
const AFTERMATH_MINUTES = 1.5;
/** Where something of ours is open towards a phone: the longest ring time and its CANCEL, Timer C and its CANCEL, 64·T1 twice. */
const SETTING_UP = 5;
/** A side is asked after a quarter of an hour and a quarter more, twice. */
const PINGED = 21;
/** It has said something since the last time that it was looked at. */
const SPOKEN_SINCE = 40;
/** Silent for five minutes, and asked twice. */
const SILENT = 8;
const SESSION = 31;
const TIMER: Field = ["Supported", "timer"];
const RELIABLE: Field = ["Supported", "100rel"];

interface State {
  readonly script?: Handlers;
  /** Within how many minutes the call is over when everybody is gone. */
  readonly minutes: number;
  /** Only what is left of its end has still to be heard. */
  readonly isOver?: true;
  /** Brings a call there. */
  reach(rooms: SilentWorld): Promise<unknown>;
}

const toAlice: Handlers = { invite: () => forward("alice"), ended: () => undefined };
const throughUs: Handlers = { invite: () => forward("alice", { record: true }), ended: () => undefined };
/** The extension that is dialled. */
const byNumber: Handlers = { invite: (call) => forward(call.to.user === "101" ? "bob" : "alice") };

/** The caller's phone has an answer of the switch itself, and has acknowledged it. */
async function hearing(rooms: SilentWorld): Promise<Side> {
  const invite = rooms.dial();
  await rooms.pass();
  return rooms.acknowledge(invite);
}

const states: { readonly [Name in string]: State } = {
  "whose script is thinking": {
    script: { invite: () => later(9_000, forward("alice")) },
    minutes: SETTING_UP,
    reach: async (rooms) => rooms.dial(),
  },
  "whose callee has not answered at all": {
    script: toAlice,
    minutes: SETTING_UP,
    reach: async (rooms) => rooms.dial(),
  },
  "whose callee has said 100": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 100);
    },
  },
  "that rings": {
    script: { invite: () => forward(["alice", "bob"], { ringSeconds: 180 }) },
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      for (const phone of [rooms.alice, rooms.bob]) phone.answer(phone.take("INVITE"), 180);
    },
  },
  "with early media between the phones": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 183, { body: sdp(rooms.alice.address) });
    },
  },
  "with early media through the switch": {
    script: throughUs,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 183, { body: sdp(rooms.alice.address) });
    },
  },
  "whose reliable ringing has had no PRACK": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial([RELIABLE]);
      await rooms.pass();
      const fields: Field[] = [
        ["Require", "100rel"],
        ["RSeq", "1"],
      ];
      rooms.alice.answer(rooms.alice.take("INVITE"), 180, { fields });
    },
  },
  "that its caller has cancelled": {
    script: toAlice,
    minutes: SETTING_UP,
    isOver: true,
    async reach(rooms) {
      const invite = rooms.dial();
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 180);
      await rooms.pass();
      rooms.alice.isPolite = false;
      rooms.carol.cancel(invite);
    },
  },
  "that is answered and has had no ACK": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      await rooms.pickUp(rooms.alice);
    },
  },
  "that is answered through the switch and has had no ACK": {
    script: throughUs,
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      await rooms.pickUp(rooms.alice);
    },
  },
  "that the switch has answered and that has had no ACK": {
    script: { invite: () => play("music") },
    minutes: SETTING_UP,
    reach: async (rooms) => rooms.dial(),
  },
  "that is confirmed between the phones": { script: toAlice, minutes: PINGED, reach: (rooms) => rooms.talk() },
  "that is confirmed through the switch": { script: throughUs, minutes: SILENT, reach: (rooms) => rooms.talk() },
  "that is confirmed by a trunk": {
    script: { invite: () => forward("+4930123456") },
    minutes: SILENT,
    reach: (rooms) => rooms.talk(rooms.gateway),
  },
  "with a session that its caller refreshes": {
    script: toAlice,
    minutes: SESSION,
    reach: (rooms) => rooms.talk(rooms.alice, [TIMER, ["Session-Expires", "1800;refresher=uac"]]),
  },
  "with a session that the switch refreshes": {
    script: toAlice,
    minutes: SESSION,
    reach: (rooms) => rooms.talk(rooms.alice, [], [["Session-Expires", "1800;refresher=uac"]]),
  },
  "on hold between the phones": {
    script: toAlice,
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      const held = caller.request("INVITE", { body: sdp(rooms.carol.address, { direction: "inactive", version: 2 }) });
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 200, {
        body: sdp(rooms.alice.address, { direction: "inactive", version: 2 }),
      });
      await rooms.pass();
      caller.ack(held);
    },
  },
  "on hold through the switch": {
    script: throughUs,
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      const held = caller.request("INVITE", { body: sdp(rooms.carol.address, { direction: "inactive", version: 2 }) });
      await rooms.pass();
      caller.ack(held);
    },
  },
  "on hold by a decision": {
    script: { ...throughUs, answered: () => hold({ who: "caller" }) },
    minutes: SILENT,
    reach: (rooms) => rooms.talk(),
  },
  "with a re-INVITE that has had 100": {
    script: toAlice,
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      caller.request("INVITE", { body: sdp(rooms.carol.address, { version: 2 }) });
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 100);
    },
  },
  "with a re-INVITE that is answered and has had no ACK": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      caller.request("INVITE", { body: sdp(rooms.carol.address, { version: 2 }) });
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 200, { body: sdp(rooms.alice.address, { version: 2 }) });
    },
  },
  "with an UPDATE and an INFO on their way": {
    script: toAlice,
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      caller.request("UPDATE", { body: sdp(rooms.carol.address, { version: 2 }) });
      caller.request("INFO", { fields: [["Content-Type", "text/plain"]], body: "1" });
    },
  },
  "whose audio is being released": {
    script: { invite: () => gather(), gathered: () => forward("alice", { media: "release" }) },
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      await hearing(rooms);
      rooms.endpoints[0]?.press("1");
      await rooms.pass();
      const offered = rooms.alice.take("INVITE");
      rooms.alice.answer(offered, 200, { body: sdp(rooms.alice.address) });
      await rooms.pass(1_500);
      rooms.alice.answer(rooms.alice.take("INVITE"), 100);
    },
  },
  "that hears a prompt and may press keys": {
    script: { invite: () => gather({ prompt: "menu", timeoutSeconds: 10 }), gathered: () => undefined },
    minutes: SETTING_UP,
    reach: hearing,
  },
  "that leaves a message": { script: { invite: () => voicemail("alice") }, minutes: SETTING_UP, reach: hearing },
  "that is recorded": { script: { invite: () => record({ maxSeconds: 3600 }) }, minutes: SILENT, reach: hearing },
  "that is parked with music": {
    script: { invite: () => play("music", { loop: true }) },
    minutes: SILENT,
    reach: hearing,
  },
  "that waits": { script: { invite: () => [answer(), wait(3600)] }, minutes: SILENT, reach: hearing },
  "whose callee is asked whether he takes it": {
    script: { invite: () => forward("alice", { confirm: {} }) },
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.dial();
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 200, { body: sdp(rooms.alice.address) });
      await rooms.pass();
    },
  },
  "that the switch begins, and whose caller rings": {
    script: { invite: () => undefined },
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.world.calls.originate({ from: "alice", to: "bob" });
      await rooms.pass();
      rooms.alice.answer(rooms.alice.take("INVITE"), 180);
    },
  },
  "that the switch has begun, and whose callee rings": {
    minutes: SETTING_UP,
    async reach(rooms) {
      rooms.world.calls.originate({ from: "alice", to: "bob" });
      await rooms.pass();
      await rooms.pickUp(rooms.alice);
      rooms.bob.answer(rooms.bob.take("INVITE"), 180);
    },
  },
  "that the switch has begun, and that is confirmed": {
    minutes: SILENT,
    async reach(rooms) {
      rooms.world.calls.originate({ from: "alice", to: "bob" });
      await rooms.pass();
      await rooms.pickUp(rooms.alice);
      await rooms.pickUp(rooms.bob);
    },
  },
  "whose transfer rings": {
    script: { ...toAlice, refer: () => accept() },
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { callee } = await rooms.talk();
      refer(callee, user("bob"));
      await rooms.pass();
      rooms.bob.answer(rooms.bob.take("INVITE"), 180);
    },
  },
  "whose transfer waits for an answer of who stays": {
    script: { ...toAlice, refer: () => accept() },
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { callee } = await rooms.talk();
      refer(callee, user("bob"));
      await rooms.pass();
      rooms.bob.answer(rooms.bob.take("INVITE"), 200, { body: sdp(rooms.bob.address) });
      await rooms.pass();
      rooms.carol.answer(rooms.carol.take("INVITE"), 100);
    },
  },
  "that a decision transfers": {
    script: { ...throughUs, answered: () => transfer("bob") },
    minutes: SILENT,
    async reach(rooms) {
      await rooms.talk();
      rooms.bob.answer(rooms.bob.take("INVITE"), 180);
    },
  },
  "whose attended transfer waits for a call that rings": {
    script: { ...byNumber, refer: () => accept() },
    minutes: SPOKEN_SINCE,
    async reach(rooms) {
      const { callee } = await rooms.talk();
      const uri = `sip:101@${DOMAIN}`;
      const body = sdp(rooms.alice.address);
      const fields: Field[] = [["Proxy-Authorization", rooms.world.credentials("alice", uri, body)]];
      const second = rooms.alice.invite(uri, { body, fields, from: `<sip:alice@${DOMAIN}>` });
      await rooms.pass();
      rooms.bob.answer(rooms.bob.take("INVITE"), 180);
      await rooms.pass();
      const early = Side.ofCaller(rooms.alice, second, rooms.alice.take("180 INVITE"));
      refer(callee, replacing("101", early));
      await rooms.pass();
    },
  },
  "whose place is taken by a phone that does not acknowledge that": {
    script: toAlice,
    minutes: SETTING_UP,
    async reach(rooms) {
      const { callee } = await rooms.talk();
      const uri = `sip:100@${DOMAIN}`;
      const body = sdp(rooms.bob.address);
      const credentials: Field = ["Proxy-Authorization", rooms.world.credentials("alice", uri, body)];
      rooms.bob.invite(uri, { body, fields: [replacesField(callee), credentials], from: `<sip:alice@${DOMAIN}>` });
      await rooms.pass();
      rooms.carol.answer(rooms.carol.take("INVITE"), 200, { body: sdp(rooms.carol.address, { version: 2 }) });
      await rooms.pass();
      rooms.bob.take("200 INVITE");
    },
  },
  "that one side has hung up": {
    script: toAlice,
    minutes: SETTING_UP,
    isOver: true,
    async reach(rooms) {
      const { caller } = await rooms.talk();
      rooms.alice.isPolite = false;
      caller.request("BYE");
    },
  },
};

describe("When everybody is gone without a word, a call", () => {
  it.each(Object.entries(states))(
    "%s ends by itself, and nothing of it is left",
    async (_name, { script = {}, minutes, isOver = false, reach }) => {
      const rooms = new SilentWorld(script);
      await reach(rooms);
      await rooms.pass();
      expect(rooms.world.sw.index.size > 0).toBe(!isOver);
      rooms.silence();
      await rooms.wait(minutes);
      expect([rooms.world.sw.index.size, rooms.world.observer.failures]).toEqual([0, []]);
      await rooms.wait(AFTERMATH_MINUTES);
      expect(await rooms.left()).toEqual({
        calls: 0,
        transactions: 0,
        timers: 0,
        endpoints: 0,
        lines: 0,
        journaled: 0,
      });
    },
  );
});
