import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { type Field, requestText } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { registeredPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { freshText } from "../../helpers/raw-phone.ts";
import { besieged, expectServed, expectUnharmed, HOSTILE, hostilePhone } from "./besieged.ts";
import { ask, type Question, STRANGER, shapeOf } from "./questions.ts";

const users = { alice: { password: "pw-alice" }, bob: { password: "pw-bob", extension: "101" } };
const strowger = await besieged({
  users,
  routes: [
    { name: "busy", to: "486", script: "main", public: true },
    { name: "desk", to: "desk", script: "main" },
  ],
});
afterAll(() => strowger.stop());

/** Bob is a user who is away; nobody knows the other. */
const NAMES = { known: "bob", unknown: "xav" } as const;
async function shapesOf(question: (name: string) => Question): Promise<{ known: string; unknown: string }> {
  const mallory = await hostilePhone(strowger);
  const [known, unknown] = [await ask(mallory, question(NAMES.known)), await ask(mallory, question(NAMES.unknown))];
  return { known: shapeOf(known, NAMES.known), unknown: shapeOf(unknown, NAMES.unknown) };
}

describe("an answer to a stranger", () => {
  it.each([
    ["INVITE", []],
    ["OPTIONS", []],
    ["MESSAGE", [["Content-Type", "text/plain"]]],
    [
      "SUBSCRIBE",
      [
        ["Event", "presence"],
        ["Accept", "application/pidf+xml"],
        ["Expires", "600"],
      ],
    ],
    [
      "SUBSCRIBE",
      [
        ["Event", "message-summary"],
        ["Expires", "600"],
      ],
    ],
    ["SUBSCRIBE", [["Event", "weather"]]],
    [
      "PUBLISH",
      [
        ["Event", "presence"],
        ["Expires", "600"],
      ],
    ],
    ["REFER", [["Refer-To", "<sip:bob@example.test>"]]],
    [
      "NOTIFY",
      [
        ["Event", "message-summary"],
        ["Subscription-State", "active"],
      ],
    ],
    ["INFO", []],
    ["CONJURE", []],
  ] as const)("(%s) is the same for a user and for nobody", async (method, fields) => {
    const { known, unknown } = await shapesOf((to) => ({ method, to, fields }));
    expect(known).toBe(unknown);
    expect(known).toMatch(/^SIP\/2\.0 [2-6]/);
  });

  it.each(["INVITE", "MESSAGE", "REFER", "OPTIONS", "INFO", "BYE"])(
    "(%s) who claims to be a user is the same for one and for nobody",
    async (method) => {
      const { known, unknown } = await shapesOf((name) => ({ method, to: "486", from: `sip:${name}@example.test` }));
      expect(known).toBe(unknown);
    },
  );

  it("(REGISTER) is the same for a user and for nobody: without a proof, and with a wrong one", async () => {
    const uri = "sip:example.test";
    const bare = await shapesOf((to) => ({ method: "REGISTER", to, uri, from: `sip:${to}@example.test` }));
    expect(bare.known).toBe(bare.unknown);
    const mallory = await hostilePhone(strowger);
    const answers = [];
    for (const name of Object.values(NAMES)) {
      const question = { method: "REGISTER", to: name, uri, from: `sip:${name}@example.test` };
      const nonce = (await ask(mallory, question)).headers("WWW-Authenticate");
      const proof = digestAnswer(nonce, { user: name, password: "guess" }, { method: "REGISTER", uri });
      const answer = await ask(mallory, { ...question, fields: [["Authorization", proof]] });
      expect(answer.status).toBe(401);
      answers.push(shapeOf(answer, name));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it("(REGISTER by one user) is the same for another user and for nobody", async () => {
    const mallory = await hostilePhone(strowger);
    const uri = "sip:example.test";
    const answers = [];
    for (const name of Object.values(NAMES)) {
      const question = { method: "REGISTER", to: name, uri, from: "sip:alice@example.test" };
      const nonce = (await ask(mallory, question)).headers("WWW-Authenticate");
      const proof = digestAnswer(nonce, { user: "alice", password: "pw-alice" }, { method: "REGISTER", uri });
      const answer = await ask(mallory, { ...question, fields: [["Authorization", proof]] });
      expect(answer.status).toBe(403);
      answers.push(shapeOf(answer, name));
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

describe("a stranger who wants to get through", () => {
  it("to somewhere else is refused, whatever names it: Request-URI, Route, maddr, a tel URI", async () => {
    const [mallory, third] = [await hostilePhone(strowger), await hostilePhone(strowger, "third")];
    const route: Field = ["Route", `<sip:${HOSTILE}:${third.port};lr>`];
    const own: Field = ["Route", `<sip:127.0.0.1:${strowger.sipPort};lr>`];
    for (const method of ["INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "NOTIFY", "CONJURE"]) {
      const questions: Question[] = [
        { method, to: "x", uri: third.uri },
        { method, to: "x", uri: third.uri, fields: [route] },
        { method, to: "x", uri: third.uri, fields: [own, route] },
        { method, to: "bob", fields: [own, route] },
        { method, to: "bob", uri: `sip:bob@example.test;maddr=${HOSTILE}` },
        { method, to: "x", uri: "tel:+4990012345" },
        { method, to: "x", uri: `sip:x@example.test:${third.port}` },
      ];
      for (const question of questions) expect((await ask(mallory, question)).status).toBeGreaterThanOrEqual(200);
    }
    await third.settle();
    expect(third.untaken).toEqual([]);
    expectUnharmed(strowger);
  });

  it("has answers sent to nobody else: not by Via, received or maddr", async () => {
    const [mallory, third] = [await hostilePhone(strowger), await hostilePhone(strowger, "third")];
    const spoofed = [
      `SIP/2.0/UDP ${HOSTILE}:${third.port};branch=${freshText("z9hG4bK")};rport`,
      `SIP/2.0/UDP ${HOSTILE}:${mallory.port};received=${HOSTILE};rport=${third.port};branch=${freshText("z9hG4bK")}`,
      `SIP/2.0/UDP ${HOSTILE}:${mallory.port};maddr=${HOSTILE};branch=${freshText("z9hG4bK")}`,
    ];
    for (const via of spoofed) {
      const question = requestText({
        method: "OPTIONS",
        uri: "sip:example.test",
        fields: [
          ["Via", via],
          ["Max-Forwards", "70"],
          ["From", `<${STRANGER}>;tag=s`],
          ["To", "<sip:example.test>"],
          ["Call-ID", freshText("spoof")],
          ["CSeq", "1 OPTIONS"],
        ],
      });
      mallory.send(question);
      await mallory.expect("200 OPTIONS");
    }
    await third.settle();
    expect(third.untaken).toEqual([]);
  });

  it("does not get a user's phone called where the route is for our own users", async () => {
    const bob = await registeredPhone(strowger, "bob");
    const mallory = await hostilePhone(strowger);
    await expectRefusal(mallory, invite(mallory, "bob"), 404);
    await bob.settle();
    expect(bob.has("INVITE")).toBe(false);
    await expectServed(strowger);
  });
});

describe("datagrams in thousands", () => {
  it.each([
    ["questions for an address (STUN)", Buffer.from("000100002112a442000102030405060708090a0b", "hex")],
    ["STUN that lies about its length", Buffer.from("0001ffff2112a442000102030405060708090a0b", "hex")],
    ["answers to what nobody has asked", answerOfNobody()],
    ["ACKs out of nowhere", loose("ACK")],
    ["CANCELs of nothing", loose("CANCEL")],
    ["BYEs of no call", loose("BYE")],
    ["calls", loose("INVITE")],
    ["noise", Buffer.from("\x00\xffnot SIP at all\r\n\r\n", "latin1")],
  ])("%s cost nobody else his call", async (_what, datagram) => {
    const socket = createSocket("udp4");
    onTestFinished(() => void socket.close());
    socket.on("error", () => {});
    socket.bind(0, HOSTILE);
    await once(socket, "listening");
    let rounds = 0;
    const flood = setInterval(() => {
      for (let at = 0; at < 100; at++) socket.send(datagram, strowger.sipPort, "127.0.0.1");
      rounds++;
    }, 5);
    onTestFinished(() => clearInterval(flood));
    const honest = await registeredPhone(strowger, "alice", { transport: "tcp" });
    await expectServed(strowger, honest);
    await expectServed(strowger, honest);
    clearInterval(flood);
    expect(rounds).toBeGreaterThan(0);
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});

/** The same request again and again, of a phone that is not there. */
function loose(method: string): Buffer {
  return Buffer.from(
    requestText({
      method,
      uri: "sip:486@example.test",
      fields: [
        ["Via", `SIP/2.0/UDP ${HOSTILE}:9;branch=z9hG4bKloose${method}`],
        ["Max-Forwards", "70"],
        ["From", `<${STRANGER}>;tag=loose`],
        ["To", "<sip:486@example.test>"],
        ["Call-ID", `loose-${method}`],
        ["CSeq", `1 ${method}`],
        ["Contact", `<sip:joe@${HOSTILE}:9>`],
      ],
    }),
    "latin1",
  );
}

function answerOfNobody(): Buffer {
  const lines = [
    "SIP/2.0 200 OK",
    "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKnothing",
    `From: <${STRANGER}>;tag=a`,
    "To: <sip:bob@example.test>;tag=b",
    "Call-ID: nothing",
    "CSeq: 1 INVITE",
    "Content-Length: 0",
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
