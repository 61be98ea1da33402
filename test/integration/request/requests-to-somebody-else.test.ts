import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Field, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { Dnsmasq } from "../../helpers/dnsmasq.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { rawServer } from "../../helpers/raw-server.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

const DOMAIN = "example.test";
const strowger = await startSwitch();
afterAll(() => strowger.stop());
beforeAll(() => strowger.deploy("main", inviteScript("reject(404)")));

interface Parts {
  readonly uri?: string;
  readonly from?: string;
  readonly fields?: readonly Field[];
  readonly body?: string;
}

/** To alice and from outside, where `parts` does not say otherwise. */
function send(phone: RawPhone, method: string, parts: Parts = {}): SipText {
  const { uri = `sip:100@${DOMAIN}`, fields = [], body = "" } = parts;
  return phone.request({
    method,
    uri,
    fields: [
      ["Via", phone.via()],
      ["Max-Forwards", "70"],
      ["From", `<${parts.from ?? "sip:tester@elsewhere.invalid"}>;tag=${freshText("f")}`],
      ["To", `<${uri}>`],
      ["Call-ID", freshText("relay")],
      ["CSeq", `1 ${method}`],
      ...fields,
    ],
    body,
  });
}

/** From a user of the switch, who proves who they are when asked. */
async function sendAs(user: string, phone: RawPhone, method: string, parts: Parts = {}): Promise<SipText> {
  const own = { from: `sip:${user}@${DOMAIN}`, uri: `sip:100@${DOMAIN}`, ...parts };
  send(phone, method, own);
  const challenge = await phone.expect(`407 ${method}`);
  const asked = { method, uri: own.uri };
  const answer = digestAnswer(challenge.headers("Proxy-Authenticate"), { user, password: `pw-${user}` }, asked);
  return send(phone, method, { ...own, fields: [...(parts.fields ?? []), ["Proxy-Authorization", answer]] });
}

async function registered(
  user: string,
  sw: RunningSwitch = strowger,
  transport: "udp" | "tcp" = "udp",
): Promise<RawPhone> {
  const phone = await rawPhone(sw, user, { transport });
  const answer = await register(phone, { user });
  expect(answer.status).toBe(200);
  return phone;
}

describe("A request outside a call, to a user", () => {
  it("reaches the phone and its answer comes back, whatever the method (PRX-08, PRX-10)", async () => {
    const alice = await registered("alice");
    const tester = await rawPhone(strowger, "tester");
    const sent = send(tester, "CONJURE", {
      fields: [
        ["X-Spell", "abracadabra"],
        ["Content-Type", "text/plain"],
      ],
      body: "rabbit",
    });
    const got = await alice.expect("CONJURE");
    expect([got.header("X-Spell"), got.body, got.header("Max-Forwards")]).toEqual(["abracadabra", "rabbit", "69"]);
    expect(got.headers("Via")).toHaveLength(2);
    alice.answer(got, 200, { toTag: "hat", body: "hat" });
    const answer = await tester.expect("200 CONJURE");
    expect([answer.param("To", "tag"), answer.body]).toEqual(["hat", "hat"]);
    expect(answer.headers("Via")).toHaveLength(1);
    expect(answer.param("Via", "branch")).toBe(sent.param("Via", "branch"));
  });

  it("goes from TCP to UDP and back, and to all phones of the user, of which the first 2xx counts (PRX-13)", async () => {
    const [one, two] = [await registered("bob"), await registered("bob", strowger, "tcp")];
    const tester = await rawPhone(strowger, "tester", { transport: "tcp" });
    send(tester, "CONJURE", { uri: `sip:101@${DOMAIN}` });
    one.answer(await one.expect("CONJURE"), 486);
    two.answer(await two.expect("CONJURE"), 202);
    await tester.expect("202 CONJURE");
  });

  it("carries a MESSAGE to the phone and its 200 back, without Contact or Record-Route (IM-01)", async () => {
    const alice = await registered("alice");
    const bob = await registered("bob");
    await sendAs("bob", bob, "MESSAGE", { fields: [["Content-Type", "text/plain"]], body: "hello" });
    const got = await alice.expect("MESSAGE");
    expect(got.body).toBe("hello");
    expect([...got.headers("Contact"), ...got.headers("Record-Route"), ...got.headers("Proxy-Authorization")]).toEqual(
      [],
    );
    alice.answer(got, 200, { toTag: "m" });
    expect((await bob.expect("200 MESSAGE")).headers("Contact")).toEqual([]);
  });

  it("costs nothing but its answer where its sender is gone by then", async () => {
    const alice = await registered("alice");
    const tester = await rawPhone(strowger, "tester", { transport: "tcp" });
    send(tester, "CONJURE");
    const got = await alice.expect("CONJURE");
    tester.close();
    alice.answer(got, 200);
    await alice.settle();
    expect(strowger.running).toBe(true);
  });

  it("does not get out to strangers for strangers, by no Request-URI and by no Route (PRX-29)", async () => {
    const tester = await rawPhone(strowger, "tester");
    const victim = await rawPhone(strowger, "victim");
    for (const method of ["CONJURE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "PUBLISH", "NOTIFY"]) {
      send(tester, method, { uri: victim.uri });
      expect([403, 481]).toContain((await tester.expect(new RegExp(`^SIP/2.0 (403|481)[^]*CSeq: 1 ${method}`))).status);
      send(tester, method, { fields: [["Route", `<sip:127.0.0.1:${strowger.sipPort};lr>, <${victim.uri};lr>`]] });
      expect([403, 481]).toContain((await tester.expect(new RegExp(`^SIP/2.0 (403|481)[^]*CSeq: 1 ${method}`))).status);
    }
    await victim.settle();
    expect(victim.untaken).toEqual([]);
  });
});

describe("A subscription of a user to something elsewhere", () => {
  it("goes through the switch with all that follows, from UDP to TCP, by two values of Record-Route (PRX-22, PRX-23)", async () => {
    const bob = await registered("bob");
    const server = await rawServer();
    const uri = `sip:weather@127.0.0.1:${server.port};transport=tcp`;
    await sendAs("bob", bob, "SUBSCRIBE", {
      uri,
      fields: [
        ["Event", "weather"],
        ["Contact", "<sip:bob@10.0.0.1>"],
        ["Expires", "60"],
      ],
    });
    const got = await server.next();
    const routes = /^Record-Route: .*$/gm;
    const values = (got.match(routes) ?? []).map((line) => line.slice("Record-Route: ".length));
    expect(values).toHaveLength(2);
    expect(values[0]).toMatch(/;transport=tcp;lr>$/);
    expect(values[1]).not.toContain("transport");
    const header = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(got)?.[1]?.trim() ?? "";
    const vias = (got.match(/^Via: .*$/gm) ?? []).map((line) => `${line.trim()}\r\n`).join("");
    const ends = `From: ${header("From")}\r\nTo: ${header("To")};tag=w\r\nCall-ID: ${header("Call-ID")}\r\n`;
    server.send(
      `SIP/2.0 200 OK\r\n${vias}${values.map((value) => `Record-Route: ${value.trim()}\r\n`).join("")}${ends}` +
        `CSeq: ${header("CSeq")}\r\nContact: <${uri}>\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n`,
    );
    await bob.expect("200 SUBSCRIBE");
    server.send(
      `NOTIFY sip:bob@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:${server.port};branch=z9hG4bKn\r\n` +
        `${values.map((value) => `Route: ${value.trim()}\r\n`).join("")}Max-Forwards: 70\r\n` +
        `From: ${header("To")};tag=w\r\nTo: ${header("From")}\r\nCall-ID: ${header("Call-ID")}\r\nCSeq: 1 NOTIFY\r\n` +
        `Event: weather\r\nSubscription-State: active\r\nContent-Length: 3\r\n\r\nsun`,
    );
    const notified = await bob.expect("NOTIFY");
    expect([notified.uri, notified.body, notified.headers("Route")]).toEqual(["sip:bob@10.0.0.1", "sun", []]);
    bob.answer(notified, 200);
    expect(await server.next()).toMatch(/^SIP\/2.0 200 /);
  });
});

describe.runIf(hasPrograms("dnsmasq"))("A request to a domain elsewhere", () => {
  it("goes where DNS says: past a target that is dead and one that is silent, and the next time at once (RFC 3263 §4.3)", async () => {
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const port = await freePort();
    const dns = await Dnsmasq.start([
      "--naptr-record=far.test,10,0,S,SIP+D2T,,_sip._tcp.far.test",
      "--naptr-record=far.test,20,0,S,SIP+D2U,,_sip._udp.far.test",
      `--srv-host=_sip._tcp.far.test,here.test,${await freePort()},10,0`,
      `--srv-host=_sip._udp.far.test,here.test,${silent.address().port},10,0`,
      `--srv-host=_sip._udp.far.test,here.test,${port},20,0`,
      "--host-record=here.test,127.0.0.1",
    ]);
    const own = await startSwitch({ dns: { servers: [dns.server] } });
    onTestFinished(() => own.stop());
    await own.deploy("main", inviteScript("reject(404)"));
    const dora = await rawPhone(own, "dora", { port });
    const bob = await registered("bob", own);
    const began = performance.now();
    await sendAs("bob", bob, "CONJURE", { uri: "sip:dora@far.test" });
    dora.answer(await dora.expect("CONJURE", 6_000), 200);
    expect(performance.now() - began).toBeGreaterThan(3_500);
    await bob.expect("200 CONJURE");
    const again = performance.now();
    await sendAs("bob", bob, "CONJURE", { uri: "sip:dora@far.test" });
    dora.answer(await dora.expect("CONJURE"), 200);
    await bob.expect("200 CONJURE");
    expect(performance.now() - again).toBeLessThan(2_000);
    expect(dns.asked.filter((question) => question.startsWith("NAPTR"))).toHaveLength(1);
  });
});
