import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const NUMBER = "+4930123456";
const ALICE = { user: "alice", password: "pw-alice" };
const CHALLENGE = 'Digest realm="carrier", nonce="f00d", qop="auth", algorithm=MD5';
const ACCOUNT = { username: "4711", password: "carrier-secret" };
const QUIET = { probe: false };

describe("calls by a trunk, over sockets", () => {
  let started: RunningSwitch | undefined;
  afterEach(async () => {
    await started?.stop();
    started = undefined;
  });

  /** A switch whose gateways are raw phones: their ports are known before they are there. */
  async function begin(config: (ports: readonly number[]) => Parameters<typeof startSwitch>[0], gateways = 1) {
    const ports = await Promise.all(Array.from({ length: gateways }, freePort));
    const strowger = await startSwitch(config(ports));
    started = strowger;
    const phones = await Promise.all(ports.map((port, index) => rawPhone(strowger, `gateway${index + 1}`, { port })));
    return { strowger, phones, alice: await registeredPhone(strowger, "alice") };
  }

  /** The carrier asks who it is; gives the INVITE with the right answer. */
  async function challenged(gateway: RawPhone): Promise<SipText> {
    const first = await gateway.expect("INVITE");
    gateway.answer(first, 407, { toTag: "c", fields: [["Proxy-Authenticate", CHALLENGE]] });
    await gateway.expect("ACK");
    const second = await gateway.expect("INVITE");
    const given = second.header("Proxy-Authorization");
    const cnonce = /cnonce="([^"]*)"/.exec(given)?.[1] ?? "";
    const asked = { method: "INVITE", uri: second.uri, cnonce };
    const wanted = digestAnswer([CHALLENGE], { user: ACCOUNT.username, password: ACCOUNT.password }, asked);
    expect(/response="[0-9a-f]+"/.exec(given)?.[0]).toBe(/response="[0-9a-f]+"/.exec(wanted)?.[0]);
    return second;
  }

  it("leave a dead gateway behind, prove who they are to the next, have its codecs, and end in a record", async () => {
    const { strowger, phones, alice } = await begin(
      ([dead, alive]) => ({
        trunks: {
          carrier: {
            gateways: [{ uri: `sip:127.0.0.1:${dead}` }, { uri: `sip:127.0.0.1:${alive}`, priority: 1 }],
            ...ACCOUNT,
            ...QUIET,
            failoverSeconds: 0.5,
            codecs: ["PCMA"],
            outgoing: { number: "digits", callerId: { default: "+49891000" } },
          },
        },
      }),
      2,
    );
    const [dead, alive] = phones as [RawPhone, RawPhone];
    await strowger.deploy("main", inviteScript(`forward("${NUMBER}", { ringSeconds: 20 })`));
    const sent = await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    await dead.expect("INVITE");
    const offered = await challenged(alive);
    expect(offered.uri).toBe(`sip:4930123456@127.0.0.1:${alive.port}`);
    expect(offered.uriOf("From")).toBe("sip:49891000@127.0.0.1");
    // The audio passes through the switch, in the one codec that the carrier takes.
    expect(offered.body).toMatch(/m=audio \d+ RTP\/AVP 8( \d{2,3})*\r\n/);
    expect(offered.body).not.toMatch(/PCMU|G722|opus/i);
    answer(alive, { offered, tag: "gw" }, sdp(7000).replace("RTP/AVP 0", "RTP/AVP 8").replace("0 PCMU", "8 PCMA"));
    const answered = await alice.expect("200 INVITE");
    const caller = RawDialog.ofCaller(alice, sent, answered);
    caller.ack(sent);
    const ack = await alive.expect("ACK");
    expect(ack.header("Proxy-Authorization")).toBe(offered.header("Proxy-Authorization"));
    const { body } = await strowger.api("GET", "/v1/trunks/carrier");
    expect(body.calls).toBe(1);
    await hangUp(caller, RawDialog.ofCallee(alive, offered, "gw"));
    const cdr = await strowger.cdr(() => true);
    expect(cdr).toMatchObject({ trunk: "carrier", result: "answered", user: "alice" });
    expect((await strowger.api("GET", "/v1/cdrs?trunk=carrier")).body.items).toEqual([cdr]);
    expect((await strowger.api("GET", "/v1/cdrs?trunk=another")).body.items).toEqual([]);
    expect(cdr.legs.map(({ code, trunk }) => [code, trunk])).toEqual([
      [408, "carrier"],
      [200, "carrier"],
    ]);
    const metrics = String((await strowger.api("GET", "/metrics")).body);
    expect(metrics).toContain('strowger_trunk_calls_total{trunk="carrier",result="answered"} 1');
    expect(metrics).toContain('strowger_trunk_calls_active{trunk="carrier"} 0');
    expect(strowger.log()).not.toContain(ACCOUNT.password);
  });

  it("are refused with 500 where the carrier does not know the password, and the log says which trunk", async () => {
    const { strowger, phones, alice } = await begin(([port]) => ({
      trunks: { carrier: { uri: `sip:127.0.0.1:${port}`, ...ACCOUNT, ...QUIET } },
    }));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy("main", inviteScript(`forward("${NUMBER}")`));
    await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    const second = await challenged(gateway);
    gateway.answer(second, 407, { toTag: "c", fields: [["Proxy-Authenticate", CHALLENGE.replace("f00d", "beef")]] });
    await alice.expect("500 INVITE");
    expect(gateway.has("INVITE")).toBe(false);
    await until("the log", () => strowger.log().includes("A trunk does not take our credentials"));
  });

  it("come in by their source, with the number in E.164, and reach whom the script says", async () => {
    const { strowger, phones, alice } = await begin(([port]) => ({
      trunks: { carrier: { uri: `sip:127.0.0.1:${port}`, country: "DE", ...QUIET } },
      routes: [{ name: "in", trunk: "carrier", script: "main" }],
    }));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy(
      "main",
      script(
        '  invite: (call) => (call.trunk === "carrier" && call.number === "+4930123456" ? forward("alice") : reject(404)),',
      ),
    );
    const uri = `sip:030123456@127.0.0.1:${strowger.sipPort}`;
    const sent = invite(gateway, "", { uri, from: "sip:0171234567@127.0.0.1", body: sdp(6000) });
    const offered = await alice.expect("INVITE");
    expect(offered.uriOf("From")).toBe("sip:+49171234567@127.0.0.1");
    answer(alice, { offered, tag: "a" });
    RawDialog.ofCaller(gateway, sent, await gateway.expect("200 INVITE")).ack(sent);
    const call = await strowger.call();
    expect(call).toMatchObject({ trunk: "carrier", to: "sip:+4930123456@example.test" });
  });

  it("follow what is declared over the API at once, and after a restart; the password is kept sealed", async () => {
    const { strowger, phones, alice } = await begin(() => ({}));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy("main", inviteScript(`forward("${NUMBER}")`));
    const trunk = { uri: `sip:127.0.0.1:${gateway.port}`, ...ACCOUNT, ...QUIET };
    const made = await strowger.api("PUT", "/v1/trunks/carrier", trunk);
    expect([made.status, made.body.hasPassword]).toEqual([201, true]);
    await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    gateway.answer(await challenged(gateway), 486, { toTag: "busy" });
    await alice.expect("486 INVITE");
    await strowger.restart();
    const again = await registeredPhone(strowger, "alice");
    await inviteAs(again, ALICE, "100", { body: sdp(6000) });
    await challenged(gateway);
    const database = readFileSync(join(strowger.folder, "data", "strowger.sqlite"), "latin1");
    const log = readFileSync(join(strowger.folder, "data", "strowger.sqlite-wal"), { encoding: "latin1", flag: "a+" });
    expect(database + log).not.toContain(ACCOUNT.password);
  });

  it("follow the configuration file when it is read again, where a trunk may not be changed over the API", async () => {
    const { strowger, phones, alice } = await begin(() => ({}));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy("main", inviteScript(`forward("${NUMBER}")`));
    const config = JSON.parse(readFileSync(strowger.configFile, "utf8"));
    config.trunks = { carrier: { uri: `sip:127.0.0.1:${gateway.port}`, ...QUIET } };
    writeFileSync(strowger.configFile, JSON.stringify(config));
    expect((await strowger.api("POST", "/v1/reload")).status).toBeLessThan(300);
    expect((await strowger.api("PUT", "/v1/trunks/carrier", config.trunks.carrier)).body.code).toBe(
      "managed-by-config",
    );
    await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    await gateway.expect("INVITE");
  });

  it("that come in while all lines are taken are refused, and the operator and the scripts hear of it once", async () => {
    const { strowger, phones } = await begin(([port]) => ({
      trunks: { carrier: { from: ["127.0.0.1"], uri: `sip:127.0.0.1:${port}`, limits: { calls: 0 }, ...QUIET } },
    }));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy(
      "main",
      script("  invite: () => reject(404),\n  trunk: (event) => console.log(event.state, event.reason),"),
    );
    for (const caller of ["one", "two"]) {
      const refused = invite(gateway, "", {
        uri: `sip:100@127.0.0.1:${strowger.sipPort}`,
        from: `sip:${caller}@x.test`,
      });
      await expectRefusal(gateway, refused, 480);
    }
    const told = '"trunk":"carrier","reason":"the trunk carrier has 0 calls, and limits.calls is 0"';
    await until("the log", () => strowger.log().includes(told));
    expect(strowger.log().split("all its lines are taken").length).toBe(2);
    await until("the script", async () => {
      const { body } = await strowger.api("GET", "/v1/scripts/main/logs");
      return JSON.stringify(body).includes("full the trunk carrier has 0 calls");
    });
  });

  it("to urn:service:sos go out as 112, whatever is configured", async () => {
    const { strowger, phones, alice } = await begin(([port]) => ({
      trunks: { carrier: { uri: `sip:127.0.0.1:${port}`, ...QUIET } },
    }));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy("main", script("  invite: () => reject(404),"));
    await inviteAs(alice, ALICE, "", { uri: "urn:service:sos.fire", body: sdp(6000) });
    expect((await gateway.expect("INVITE")).uri).toBe(`sip:112@127.0.0.1:${gateway.port}`);
  });

  it.each([
    ["runs without end", "  invite() { for (;;); },"],
    ["throws", '  invite() { throw new Error("no"); },'],
    ["waits for what never comes", "  invite: () => new Promise(() => {}),"],
  ])("to an emergency number go out by the trunk where the script %s", async (_what, handlers) => {
    const { strowger, phones, alice } = await begin(([port]) => ({
      emergency: ["112"],
      trunks: { carrier: { uri: `sip:127.0.0.1:${port}`, limits: { calls: 0 }, ...QUIET } },
    }));
    const [gateway] = phones as [RawPhone];
    await strowger.deploy("main", script(handlers));
    const sent = await inviteAs(alice, ALICE, "112", { body: sdp(6000) });
    const offered = await gateway.expect("INVITE");
    expect(offered.uri).toBe(`sip:112@127.0.0.1:${gateway.port}`);
    answer(gateway, { offered, tag: "gw" });
    RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE")).ack(sent);
    await gateway.expect("ACK");
  });
});

describe("a switch with another switch as its carrier", () => {
  it("is asked for its password there as a user, and calls a phone of the other one", async () => {
    const carrier = await startSwitch({
      domain: "carrier.test",
      users: { "4711": { password: ACCOUNT.password }, bob: { password: "pw-bob", extension: "4930123456" } },
    });
    onTestFinished(() => carrier.stop());
    await carrier.deploy("main", script("  invite: (call) => forward(call.to.user),"));
    const bob = await registeredPhone(carrier, "bob", { register: { domain: "carrier.test" } });
    const strowger = await startSwitch({
      trunks: {
        carrier: {
          uri: `sip:127.0.0.1:${carrier.sipPort}`,
          ...ACCOUNT,
          outgoing: { number: "digits", from: "account", host: "carrier.test" },
        },
      },
    });
    onTestFinished(() => strowger.stop());
    await strowger.deploy("main", inviteScript(`forward("${NUMBER}")`));
    const alice = await registeredPhone(strowger, "alice");
    const sent = await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    const offered = await bob.expect("INVITE");
    expect(offered.uriOf("From")).toBe("sip:4711@carrier.test");
    answer(bob, { offered, tag: "b" });
    const caller = RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE"));
    caller.ack(sent);
    await bob.expect("ACK");
    await hangUp(caller, RawDialog.ofCallee(bob, offered, "b"));
    expect(await carrier.cdr(() => true)).toMatchObject({ user: "4711", result: "answered" });
    expect(await strowger.cdr(() => true)).toMatchObject({ trunk: "carrier", result: "answered" });
  });
});
