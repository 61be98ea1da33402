import { afterAll, describe, expect, it } from "vitest";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { ackRefusal } from "../../helpers/raw-dialog.ts";
import { besieged, hostilePhone } from "./besieged.ts";
import { answerTo, ask, type Question, send, shapeOf } from "./questions.ts";

/** Bob and 101 are a user who is away; nobody knows the others. */
const users = { alice: { password: "pw-alice" }, bob: { password: "pw-bob", extension: "101" } };
const ALICE = { user: "alice", password: "pw-alice" };
const NAMES = ["bob", "xav", "101", "999"];
const strowger = await besieged(
  { users },
  "forward(call.to.user)",
  "  failed: (_call, event) => console.log(event.code),",
);
afterAll(() => strowger.stop());

describe("a stranger whom a script lets call whatever name he dials", () => {
  it("gets the same bytes for a user who is away and for a name that nobody has", async () => {
    const mallory = await hostilePhone(strowger);
    const heard = [];
    for (const name of NAMES) {
      const invite = send(mallory, { method: "INVITE", to: name });
      const refusal = await answerTo(mallory, invite);
      ackRefusal(mallory, invite, refusal);
      heard.push(shapeOf(refusal, name));
    }
    for (const one of heard) expect(one).toEqual(heard[0]);
    expect(heard[0]).toMatch(/^SIP\/2\.0 480 Temporarily Unavailable\r\n/);
    await mallory.settle();
    expect(mallory.untaken.filter((line) => line !== "SIP/2.0 100 Trying")).toEqual([]);
  });

  it("is answered in the order in which he has asked, whoever it was about", async () => {
    const mallory = await hostilePhone(strowger);
    const asked = [...NAMES, ...NAMES.toReversed()].map((to) =>
      send(mallory, { method: "MESSAGE", to, fields: [["Content-Type", "text/plain"]] }),
    );
    const answers = [];
    for (const _ of asked) answers.push(await mallory.expect("480 MESSAGE"));
    const callIds = (messages: typeof asked) => messages.map((message) => message.header("Call-ID"));
    expect(callIds(answers)).toEqual(callIds(asked));
  });

  it("leaves the script, and our own users, to know which it was", async () => {
    const [alice, tail] = [await rawPhone(strowger, "alice"), await strowger.tail("main")];
    for (const [to, status] of [
      ["bob", 480],
      ["xav", 404],
    ] as const) {
      const from = "sip:alice@example.test";
      const question: Question = { method: "INVITE", to, from };
      const challenge = await ask(alice, question);
      const uri = `sip:${to}@example.test`;
      const proof = digestAnswer(challenge.headers("Proxy-Authenticate"), ALICE, { method: "INVITE", uri });
      const answer = await ask(alice, { ...question, fields: [["Proxy-Authorization", proof]] });
      expect(answer.status).toBe(status);
      await tail.line(String(status));
    }
    tail.close();
  });
});
