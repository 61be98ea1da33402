import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { readBy, requestAs, sayAs } from "../../helpers/raw-request.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const users = Object.fromEntries(["alice", "bob", "carol", "dave"].map((name) => [name, { password: `pw-${name}` }]));
const strowger = await startSwitch({
  users,
  routes: [
    { name: "desk", to: "desk", script: "desk" },
    { name: "all", script: "main", public: true },
  ],
});
await strowger.deploy(
  "desk",
  `import { accept, forward, messages, reject, type Script } from "strowger";
export default {
  async message(event) {
    if (event.body === "ping") {
      await messages.send(event.user ?? "alice", "pong: " + event.contentType, { from: "sip:desk@example.test" });
      return accept();
    }
    return event.body === "no" ? reject(403, { reason: "Not Today" }) : forward("carol");
  },
  options: () => reject(486),
  invite: () => reject(480),
} satisfies Script;
`,
);
afterAll(() => strowger.stop());

describe("Text messages over real sockets (RFC 3428)", () => {
  it.each(["udp", "tcp"] as const)("reach a registered phone over %s, and its answer comes back", async (transport) => {
    const bob = await registeredPhone(strowger, "bob", { transport });
    const alice = await rawPhone(strowger, "alice", { transport });
    const [answer, message] = await Promise.all([sayAs(alice, "bob", "grüß dich"), readBy(bob)]);
    expect(answer.status).toBe(200);
    expect(answer.param("To", "tag")).toBe("read");
    expect(Buffer.from(message.body, "latin1").toString()).toBe(Buffer.from("grüß dich", "latin1").toString());
    await register(bob, { user: "bob", expires: "0" });
  });

  it("are kept for somebody who is away over a restart of the switch, and delivered in order, once to each device", async () => {
    const alice = await rawPhone(strowger, "alice");
    for (const text of ["one", "two", "three"]) expect((await sayAs(alice, "dave", text)).status).toBe(202);
    await strowger.restart();
    const waiting = (await strowger.api("GET", "/v1/users/dave/messages")).body.items;
    expect(waiting).toMatchObject([{ sender: "alice" }, { sender: "alice" }, { sender: "alice" }]);
    expect(JSON.stringify(waiting)).not.toContain("one");
    const [desk, mobile] = [await rawPhone(strowger, "dave"), await rawPhone(strowger, "dave")];
    for (const phone of [desk, mobile]) expect((await register(phone, { user: "dave" })).status).toBe(200);
    const read = async (phone: typeof desk) => {
      const texts: string[] = [];
      for (let index = 0; index < 3; index++) texts.push((await readBy(phone)).body);
      return texts;
    };
    expect(await Promise.all([read(desk), read(mobile)])).toEqual([
      ["one", "two", "three"],
      ["one", "two", "three"],
    ]);
    await until("all to be delivered", async () => {
      return (await strowger.api("GET", "/v1/users/dave/messages")).body.items.length === 0;
    });
    await register(desk, { user: "dave" });
    const last = await strowger.api("POST", "/v1/messages", { to: "dave", body: "last" });
    expect([last.status, last.body.state]).toEqual([202, "queued"]);
    expect((await Promise.all([readBy(desk), readBy(mobile)])).map(({ body }) => body)).toEqual(["last", "last"]);
    expect([desk.untaken, mobile.untaken]).toEqual([[], []]);
    for (const phone of [desk, mobile]) await register(phone, { user: "dave", expires: "0" });
  });

  it("by strangers reach nobody who is not there, and nobody learns who is", async () => {
    const joe = await rawPhone(strowger, "joe");
    const from = "<sip:joe@elsewhere.example>";
    const answers = [await sayAs(joe, "alice", "x", { from }), await sayAs(joe, "nobody", "x", { from })];
    expect(answers.map(({ startLine }) => startLine)).toEqual(Array(2).fill("SIP/2.0 480 Temporarily Unavailable"));
    expect((await requestAs(joe, "MESSAGE", { uri: "sip:x@elsewhere.example", from })).status).toBe(403);
  });
});

describe("A script in charge of text messages", () => {
  it("refuses one, forwards one, and answers one by a message of its own", async () => {
    const carol = await registeredPhone(strowger, "carol");
    const alice = await registeredPhone(strowger, "alice");
    expect((await sayAs(alice, "desk", "no")).startLine).toBe("SIP/2.0 403 Not Today");
    const [forwarded, message] = await Promise.all([sayAs(alice, "desk", "hello"), readBy(carol)]);
    expect([forwarded.status, message.body]).toEqual([200, "hello"]);
    const [taken, pong] = await Promise.all([sayAs(alice, "desk", "ping"), readBy(alice)]);
    expect([taken.status, pong.body]).toEqual([200, "pong: text/plain"]);
    expect(pong.uriOf("From")).toBe("sip:desk@example.test");
    expect(pong.header("Content-Type")).toBe("text/plain;charset=UTF-8");
  });

  it("answers OPTIONS to what its route names", async () => {
    const alice = await rawPhone(strowger, "alice");
    expect((await requestAs(alice, "OPTIONS", { uri: "sip:desk@example.test" })).status).toBe(486);
    const self = await requestAs(alice, "OPTIONS", { uri: "sip:example.test" });
    expect(self.status).toBe(200);
    expect(self.header("Allow")).toContain("PUBLISH");
    expect(self.header("Allow-Events")).toBe("message-summary, dialog, presence, reg");
  });
});

describe("The API of text messages", () => {
  it("removes what waits, and knows who there is", async () => {
    const alice = await rawPhone(strowger, "alice");
    await sayAs(alice, "bob", "secret");
    expect((await strowger.api("DELETE", "/v1/users/bob/messages")).body).toEqual({ removed: 1 });
    expect((await strowger.api("GET", "/v1/users/bob/messages")).body.items).toEqual([]);
    expect((await strowger.api("GET", "/v1/users/nobody/messages")).status).toBe(404);
  });

  it.each([
    ["nobody", { to: "nobody", body: "x" }, 404, /nobody: 404 Not Found/],
    ["no text", { to: "alice", body: "" }, 400, /body/],
    ["too much text", { to: "alice", body: "x".repeat(20_000) }, 400, /16384 bytes/],
    ["a sender that is none", { to: "alice", body: "x", from: "joe" }, 400, /from: expected a user or a URI/],
    ["a type that is none", { to: "alice", body: "x", contentType: "text" }, 400, /media type/],
  ])("says what is wrong with a message to %s", async (_, body, status, detail) => {
    const answer = await strowger.api("POST", "/v1/messages", body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(detail);
  });

  it("tells what has become of one to another address", async () => {
    const joe = await rawPhone(strowger, "joe");
    const taken = strowger.api("POST", "/v1/messages", { to: joe.uri, body: "hi", from: "alice" });
    const message = await readBy(joe);
    expect(message.uriOf("From")).toBe("sip:alice@example.test");
    expect((await taken).body.state).toBe("delivered");
    const refused = strowger.api("POST", "/v1/messages", { to: joe.uri, body: "hi" });
    await readBy(joe, 603);
    expect((await refused).status).toBe(409);
  });
});
