import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { type Field, requestText, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { digestAnswer } from "../../../helpers/digest-answer.ts";
import type { LampPhone } from "./lamp-phone.ts";
import { NOTHING_LEFT, World } from "./world.ts";

const SHOTS = 600;
const NASTY = [
  "",
  ";",
  ",",
  '"',
  "*",
  "<>",
  "<sip:>",
  "<sip:@example.com>",
  "<sip:alice@[::1]:70000>",
  "<sip:alice@[fe80::1]>;expires=0",
  "<sip:a@203.0.113.1?Event=x&body=%0d%0a>",
  "<sips:alice@203.0.113.1>",
  "<sip:%00%0d%0aVia:x@203.0.113.1>",
  "<sip:\xc3\xa9@203.0.113.1;transport=carrier-pigeon>",
  '"a\\"b,<sip:x>" <sip:alice@203.0.113.1>',
  "<tel:+1;phone-context=x>",
  "message-summary;id=\x01",
  "message-summary;id=constructor",
  "4294967296",
  "-0",
  "1e3",
  "0x10",
  "60,60",
  "application/simple-message-summary;q=nan",
  "a".repeat(3000),
  ";tag=x;tag=y",
];
const TARGETS = ["Contact", "Event", "Accept", "Expires", "Record-Route", "From", "To", "Supported", "Allow-Events"];

/** A SUBSCRIBE with credentials in which two headers are nasty. */
function shot(phone: LampPhone, number: number, random: () => number, challenge: readonly string[]): string {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const uri = "sip:alice@example.com";
  const who = { user: "alice", password: "pw-alice" };
  const spoiled = new Map([0, 1].map(() => [pick(TARGETS), pick(NASTY)]));
  const sound: readonly Field[] = [
    ["From", `<${uri}>;tag=h${number}`],
    ["To", `<${uri}>`],
    ["Contact", phone.contact],
    ["Event", "message-summary"],
    ["Expires", "60"],
  ];
  const names = new Set([...sound.map(([name]) => name), ...spoiled.keys()]);
  return requestText({
    method: "SUBSCRIBE",
    uri,
    fields: [
      ["Via", phone.via(phone.branch())],
      ["Call-ID", `hostile-${number}`],
      ["CSeq", "1 SUBSCRIBE"],
      ["Authorization", digestAnswer(challenge, who, { method: "SUBSCRIBE", uri, count: number })],
      ...[...names].map((name): Field => {
        return [name, spoiled.get(name) ?? sound.find(([known]) => known === name)?.[1] ?? ""];
      }),
    ],
  });
}

describe("A SUBSCRIBE with whatever in its headers", () => {
  it("is answered once, makes nothing throw, and is gone when its time is over", () => {
    const world = new World({ limits: { perUser: 1000 } });
    const phone = world.phone("alice");
    const random = seededRandom(11);
    const challenge = phone.ask({}).headers("WWW-Authenticate");
    let accepted = 0;
    for (let number = 1; number <= SHOTS; number++) {
      const text = shot(phone, number, random, challenge);
      if (parseMessage(text, "datagram").type !== "message") continue;
      const before = phone.received.length;
      phone.sendText(text);
      world.run(100);
      const answers = phone.received.slice(before).filter(({ method, status }) => method === "SUBSCRIBE" && status > 0);
      expect(answers, text).toHaveLength(1);
      if (answers[0]?.status === 200) accepted++;
      for (const notify of phone.notifies.slice(-1)) expect(new SipText(notify.text).header("Event")).not.toBe("");
    }
    expect(world.errors).toEqual([]);
    expect(accepted).toBeGreaterThan(SHOTS / 10);
    expect(world.leftovers()).toEqual(NOTHING_LEFT);
  });
});
