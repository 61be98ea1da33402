import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createAuthority } from "../../helpers/authority.ts";
import { freePort } from "../../helpers/free-port.ts";
import { browserPhone, rawPhone, tlsPhone } from "../../helpers/phones.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-tls-"));
const authority = createAuthority(folder);
const identity = authority.issue("switch", "DNS:switch.example", "IP:127.0.0.1");
const trust = { ca: readFileSync(authority.ca, "utf8"), serverName: "switch.example" };
const [tlsPort, wssPort, udp6Port] = [await freePort(), await freePort(), await freePort()];
const strowger = await startSwitch({
  listen: [
    `tls://127.0.0.1:${tlsPort}`,
    `wss://127.0.0.1:${wssPort}`,
    `udp://[::1]:${udp6Port}`,
    `tcp://[::1]:${udp6Port}`,
  ],
  tls: { ...identity, ca: authority.ca },
});
afterAll(async () => {
  await strowger.stop();
  rmSync(folder, { recursive: true, force: true });
});
await strowger.deploy(
  "main",
  script(
    `  invite: (call) => forward(call.headers.get("X-Target") ?? (call.to.user === "100" ? "alice" : "bob"), {
      media: call.headers.get("X-Direct") ? "direct" : "auto",
    }),`,
  ),
);

const phones = {
  udp: (name: string) => rawPhone(strowger, name),
  tcp: (name: string) => rawPhone(strowger, name, { transport: "tcp" }),
  tls: (name: string) => tlsPhone(name, { ...trust, port: tlsPort }),
  ws: (name: string) => browserPhone(strowger, name),
  wss: (name: string) => browserPhone(strowger, name, { url: `wss://127.0.0.1:${wssPort}`, ca: trust.ca }),
} as const;
type Transport = keyof typeof phones;

/** What a message of ours says of a transport: in Via, and at the end of the Contact. */
const SAID: Readonly<Record<Transport, readonly [via: string, contact: RegExp]>> = {
  udp: ["UDP", /:\d+>$/],
  tcp: ["TCP", /;transport=tcp>$/],
  tls: ["TLS", /;transport=tls>$/],
  ws: ["WS", /;transport=ws>$/],
  wss: ["WSS", /;transport=ws>$/],
};

/** Calls bob from alice, both registered, with whatever else the two say. */
async function call(alice: RawPhone, bob: RawPhone) {
  const body = sdp(6000);
  const invite = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "101", {
    body,
    // Phones over WebSocket that are no browsers: what they say of their audio is not for the switch to change.
    fields: [["X-Direct", "yes"]],
  });
  const offered = await bob.expect("INVITE");
  const tag = freshText("t");
  answer(bob, { offered, tag });
  const answered = await alice.expect("200 INVITE");
  const callerSide = RawDialog.ofCaller(alice, invite, answered);
  callerSide.ack(invite);
  await bob.expect("ACK");
  return { offered, answered, caller: callerSide, callee: RawDialog.ofCallee(bob, offered, tag) };
}

beforeEach(async () => {
  for (const name of ["alice", "bob"]) await strowger.api("DELETE", `/v1/registrations/${name}`);
});

describe("a call between two transports", () => {
  it.each([
    ["tls", "udp"],
    ["udp", "tls"],
    ["ws", "udp"],
    ["udp", "ws"],
    ["wss", "tls"],
    ["tcp", "wss"],
    ["ws", "ws"],
  ] as const)("from %s to %s is set up and ended, each side in its own words", async (from, to) => {
    const [alice, bob] = [await phones[from]("alice"), await phones[to]("bob")];
    expect((await register(alice, { user: "alice" })).status).toBe(200);
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    const { offered, answered, caller, callee } = await call(alice, bob);
    expect(offered.header("Via")).toContain(`SIP/2.0/${SAID[to][0]} `);
    expect(offered.header("Contact")).toMatch(SAID[to][1]);
    expect(answered.header("Contact")).toMatch(SAID[from][1]);
    const items = (await strowger.api("GET", "/v1/registrations")).body.items as { user: string; transport: string }[];
    expect(items.find(({ user }) => user === "bob")?.transport).toBe(to);
    callee.request("INFO");
    await alice.expect("INFO").then((info) => alice.answer(info, 200));
    await bob.expect("200 INFO");
    await hangUp(caller, callee);
  });
});

describe("a phone of IPv6", () => {
  it.each(["udp", "tcp"] as const)(
    "calls one of IPv4 by %s, and is called by it; each hears the switch at an address of its own family",
    async (transport) => {
      const address = "::1";
      const switchPort = { ...strowger, sipPort: udp6Port } as typeof strowger;
      const [alice, bob] = [
        await rawPhone(switchPort, "alice", { address, transport }),
        await rawPhone(strowger, "bob"),
      ];
      expect((await register(alice, { user: "alice" })).status).toBe(200);
      expect((await register(bob, { user: "bob" })).status).toBe(200);
      const body = sdp(6000).replaceAll("IN IP4 127.0.0.1", "IN IP6 ::1");
      const invite = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "101", { body });
      const offered = await bob.expect("INVITE");
      expect(offered.header("Via")).toMatch(/^SIP\/2\.0\/UDP 127\.0\.0\.1:/);
      expect(offered.body).toContain("c=IN IP4 127.0.0.1\r\n");
      const tag = freshText("t");
      answer(bob, { offered, tag });
      const answered = await alice.expect("200 INVITE");
      expect(answered.header("Contact")).toContain(`@[::1]:${udp6Port}`);
      expect(answered.body).toContain("c=IN IP6 ::1\r\n");
      const caller = RawDialog.ofCaller(alice, invite, answered);
      caller.ack(invite);
      await bob.expect("ACK");
      await hangUp(caller, RawDialog.ofCallee(bob, offered, tag));

      const back = await ring(bob, alice, "100");
      expect(back.offered.header("Via")).toContain(`[::1]:${udp6Port}`);
      expect(back.offered.body).toContain("c=IN IP6 ::1\r\n");
      bob.send(
        back.invite.text
          .replace(/^INVITE/, "CANCEL")
          .replace(/CSeq: (\d+) INVITE/, "CSeq: $1 CANCEL")
          .replace(/Content-Type[^\r]*\r\n/, "")
          .replace(/Content-Length: \d+\r\n\r\n[\s\S]*$/, "Content-Length: 0\r\n\r\n"),
      );
      await alice.expect("CANCEL");
    },
  );
});

describe("a phone of both families", () => {
  it("that signals by IPv6 and talks by IPv4 hears the switch by IPv4", async () => {
    const six = { ...strowger, sipPort: udp6Port } as typeof strowger;
    const [caller, bob] = [await rawPhone(six, "caller", { address: "::1" }), await rawPhone(strowger, "bob")];
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    const { answered } = await connectCall(caller, bob, "101");
    expect(answered.header("Contact")).toContain(`@[::1]:${udp6Port}`);
    expect(answered.body).toContain("c=IN IP4 127.0.0.1\r\n");
  });

  it("is called at an IPv6 address by a phone of IPv4, with an offer of IPv6", async () => {
    const six = { ...strowger, sipPort: udp6Port } as typeof strowger;
    const [caller, bob] = [await rawPhone(strowger, "caller"), await rawPhone(six, "bob", { address: "::1" })];
    const { offered } = await ring(caller, bob, "101", { fields: [["X-Target", bob.uri]] });
    expect(offered.startLine).toBe(`INVITE ${bob.uri} SIP/2.0`);
    expect(offered.header("Contact")).toContain(`@[::1]:${udp6Port}`);
    expect(offered.body).toContain("c=IN IP6 ::1\r\n");
  });
});

describe("the port of the API", () => {
  it("takes WebSockets under /sip, answers 426 to who asks for none there, and is the API elsewhere", async () => {
    const answer = await strowger.api("GET", "/sip");
    expect(answer.status).toBe(426);
    expect(answer.headers.get("upgrade")).toBe("websocket");
    expect(answer.body.code).toBe("upgrade-required");
    await expect(
      browserPhone(strowger, "lost", { url: `${strowger.url.replace("http", "ws")}/v1/calls` }),
    ).rejects.toThrow(/401|404/);
    const phone = await browserPhone(strowger, "alice");
    expect((await phone.settle()).status).toBe(200);
  });

  it("is the API still where more WebSockets are open than it takes connections", async () => {
    const open: WebSocket[] = [];
    while (open.length < 520) {
      const some = Array.from(
        { length: 40 },
        () => new WebSocket(`${strowger.url.replace("http", "ws")}/sip`, ["sip"]),
      );
      open.push(...some);
      await Promise.all(some.map((socket) => once(socket, "open")));
    }
    expect((await strowger.api("GET", "/v1/calls")).status).toBe(200);
    for (const socket of open) socket.terminate();
  });

  it("ends WebSockets when the switch stops, and takes them again when it is back", async () => {
    const before = await browserPhone(strowger, "alice");
    expect((await register(before, { user: "alice" })).status).toBe(200);
    await strowger.restart();
    const after = await browserPhone(strowger, "alice");
    expect((await after.settle()).status).toBe(200);
  });
});

describe("a new certificate", () => {
  it("is shown after a reload, while the phones that are connected go on; a bad one changes nothing", async () => {
    const phone = await tlsPhone("alice", { ...trust, port: tlsPort });
    const other = createAuthority(undefined, "Other authority");
    const next = other.issue("switch", "DNS:switch.example");
    const config = readFileSync(strowger.configFile, "utf8");
    const reload = async (text: string) => {
      writeFileSync(strowger.configFile, text);
      return strowger.api("POST", "/v1/reload");
    };
    const bad = await reload(config.replace(identity.key, next.key));
    expect(bad.status).toBe(422);
    expect(bad.body.detail).toBe(`tls.key: ${next.key}: it is not the key of the certificate in ${identity.cert}`);
    await tlsPhone("bob", { ...trust, port: tlsPort });
    const good = await reload(config.replace(identity.cert, next.cert).replace(identity.key, next.key));
    expect(good.status).toBe(200);
    expect(good.body.warnings).toEqual([]);
    await expect(tlsPhone("bob", { ...trust, port: tlsPort })).rejects.toThrow(/certificate/);
    await tlsPhone("bob", { ca: readFileSync(other.ca, "utf8"), serverName: "switch.example", port: tlsPort });
    expect((await phone.settle()).status).toBe(200);
    await until("the old certificate again", async () => (await reload(config)).status === 200);
  });
});

describe("a call to a sips URI over TLS", () => {
  it("is answered with a Contact of sips", async () => {
    const alice = await tlsPhone("alice", { ...trust, port: tlsPort });
    const bob = await tlsPhone("bob", { ...trust, port: tlsPort });
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    const sent = invite(alice, "101", { uri: "sips:101@example.test", body: sdp(6000) });
    const offered = await bob.expect("INVITE");
    answer(bob, { offered, tag: freshText("t") });
    const answered = await alice.expect("200 INVITE");
    expect(answered.header("Contact")).toMatch(new RegExp(`^<sips:[^@]+@127\\.0\\.0\\.1:${tlsPort}>$`));
    RawDialog.ofCaller(alice, sent, answered).ack(sent);
    await bob.expect("ACK");
  });

  it("does not go on to a phone that is reached by UDP", async () => {
    const alice = await tlsPhone("alice", { ...trust, port: tlsPort });
    const bob = await rawPhone(strowger, "bob");
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    await expectRefusal(alice, invite(alice, "101", { uri: "sips:101@example.test", body: sdp(6000) }), 480);
    expect(bob.has("INVITE")).toBe(false);
  });

  it("is refused with 416 where it has come by UDP", async () => {
    const alice = await rawPhone(strowger, "alice");
    await expectRefusal(alice, invite(alice, "101", { uri: "sips:101@example.test", body: sdp(6000) }), 416);
  });
});
