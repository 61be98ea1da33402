import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../helpers/authority.ts";
import { Dnsmasq } from "../../helpers/dnsmasq.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, tlsPhone } from "../../helpers/phones.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { sayAs } from "../../helpers/raw-request.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { RawSubscriber } from "../presence/raw-subscriber.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const original = readFileSync(strowger.configFile, "utf8");
beforeEach(() => writeFileSync(strowger.configFile, original));

// biome-ignore lint/suspicious/noExplicitAny: the shape of the file is what `switch-config.ts` writes.
function change(edit: (config: any) => void): void {
  const config = JSON.parse(original);
  edit(config);
  writeFileSync(strowger.configFile, JSON.stringify(config, null, 2));
}

/** Writes the changed file, and has it read. */
async function reloaded(edit: Parameters<typeof change>[0]): Promise<void> {
  const before = strowger.log().length;
  change(edit);
  strowger.signal("SIGHUP");
  await until("the reload", () => strowger.log().slice(before).includes("The configuration has been read again"));
}

async function hasUser(name: string): Promise<boolean> {
  return (await strowger.api("GET", `/v1/users/${name}`)).status === 200;
}

describe("SIGHUP", () => {
  it("reads users and routes again without dropping a call", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "700");
    change((config) => {
      config.users.carol = { password: "pw-carol", extension: "102" };
      config.routes.unshift({ name: "closed", to: "9XX", script: "none", fallback: [{ type: "reject", code: 410 }] });
    });
    strowger.signal("SIGHUP");
    await until("the new user", () => hasUser("carol"));
    await expectRefusal(caller, invite(caller, "900"), 410);
    const carol = await rawPhone(strowger, "carol");
    expect((await register(carol, { user: "carol" })).status).toBe(200);
    await hangUp(call.caller, call.callee);
  });

  it("reads trunks and emergency numbers again", async () => {
    await strowger.deploy("main", inviteScript("reject(603)"));
    const gateway = await rawPhone(strowger, "gateway");
    await reloaded((config) => {
      config.trunks = { carrier: { uri: `sip:127.0.0.1:${gateway.port}`, probe: false } };
      config.emergency = ["911"];
    });
    expect((await strowger.api("GET", "/v1/trunks/carrier")).body.managed).toBe(true);
    const alice = await rawPhone(strowger, "alice");
    await inviteAs(alice, { user: "alice", password: "pw-alice" }, "911", { body: sdp(6000) });
    const offered = await gateway.expect("INVITE");
    expect(offered.uri).toBe(`sip:911@127.0.0.1:${gateway.port}`);
    answer(gateway, { offered, tag: "gw" });
    await alice.expect("200 INVITE");
    await reloaded(() => {});
    expect((await strowger.api("GET", "/v1/trunks/carrier")).status).toBe(404);
  });

  it("reads anew who may watch whom", async () => {
    const watch = async () => {
      const parts = { event: "dialog", accept: "application/dialog-info+xml", uri: "sip:bob@example.test", expires: 0 };
      return (await new RawSubscriber(await rawPhone(strowger, "alice")).subscribe(parts)).status;
    };
    expect(await watch()).toBe(200);
    await reloaded((config) => Object.assign(config, { presence: { watch: "self" } }));
    expect(await watch()).toBe(403);
    await reloaded((config) => Object.assign(config, { presence: { watch: "self", watchers: ["alice"] } }));
    expect(await watch()).toBe(200);
  });

  it("reads anew whether messages are kept, and how many", async () => {
    const alice = await rawPhone(strowger, "alice");
    await strowger.api("DELETE", "/v1/users/bob/messages");
    const status = async (text: string) => (await sayAs(alice, "bob", text)).status;
    expect(await status("one")).toBe(202);
    await reloaded((config) => Object.assign(config, { messages: { store: false } }));
    expect(await status("two")).toBe(480);
    await reloaded((config) => Object.assign(config, { messages: { maxPerUser: 2 } }));
    expect([await status("three"), await status("four")]).toEqual([202, 480]);
  });

  it.runIf(hasPrograms("dnsmasq"))("asks other DNS servers from then on", async () => {
    const there = await rawPhone(strowger, "there");
    await strowger.deploy("main", inviteScript(`forward("sip:carol@there.test:${there.port}")`));
    const dns = await Dnsmasq.start(["--host-record=there.test,127.0.0.1"]);
    await reloaded((config) => Object.assign(config, { dns: { servers: [dns.server] } }));
    const caller = await rawPhone(strowger, "caller");
    invite(caller, "700", { body: sdp(6000) });
    expect((await there.expect("INVITE")).uri).toBe(`sip:carol@there.test:${there.port}`);
    expect(dns.asked).toContain("A there.test");
  });

  it("shows another certificate from then on, and none that is bad", async () => {
    const authority = createAuthority();
    const port = await freePort();
    const first = authority.issue("first", "DNS:first.example");
    const second = authority.issue("second", "DNS:second.example");
    const tls = await startSwitch({ listen: [`tls://127.0.0.1:${port}`], tls: { ...first } });
    onTestFinished(() => tls.stop());
    const ca = readFileSync(authority.ca, "utf8");
    const shows = (serverName: string) =>
      tlsPhone("alice", { ca, serverName, port }).then(
        () => true,
        () => false,
      );
    expect([await shows("first.example"), await shows("second.example")]).toEqual([true, false]);
    const text = readFileSync(tls.configFile, "utf8");
    const reload = async (next: string) => {
      const before = tls.log().length;
      writeFileSync(tls.configFile, next);
      tls.signal("SIGHUP");
      await until("the reload", () => /has been read again|was not taken over/.test(tls.log().slice(before)));
    };
    await reload(text.replace(first.cert, second.cert));
    expect(tls.log()).toContain("it is not the key of the certificate");
    expect(await shows("first.example")).toBe(true);
    await reload(text.replace(first.cert, second.cert).replace(first.key, second.key));
    expect([await shows("first.example"), await shows("second.example")]).toEqual([false, true]);
  });

  it("names what takes effect at the next start alone", async () => {
    const before = strowger.log().length;
    await reloaded((config) => Object.assign(config, { nat: { keepAliveSeconds: 77 }, edges: ["192.0.2.0/24"] }));
    const log = strowger.log().slice(before);
    expect(log).toContain("nat has changed: it takes effect at the next start");
    expect(log).toContain("edges has changed: it takes effect at the next start");
  });

  it("is in the audit log, whether it changes something or not", async () => {
    const reloads = async (): Promise<{ actor: string; problem: string | null }[]> =>
      (await strowger.api("GET", "/v1/audit?action=reload")).body.items;
    const before = (await reloads()).length;
    strowger.signal("SIGHUP");
    await until("the reload in the audit log", async () => (await reloads()).length === before + 1);
    writeFileSync(strowger.configFile, "users: [\n");
    strowger.signal("SIGHUP");
    await until("the failed reload in the audit log", async () => (await reloads()).length === before + 2);
    expect(await reloads()).toMatchObject([
      { actor: "switch", target: strowger.configFile, problem: "config-invalid" },
      { actor: "switch", target: strowger.configFile, problem: null },
      ...Array.from({ length: before }, () => ({})),
    ]);
  });

  it.each([
    ["is no YAML", "users: [\n"],
    ["has an unknown key", original.replace('"domain"', '"domian"')],
    ["names an impossible address", original.replace("udp://127.0.0.1", "udp://127.0.0.999")],
  ])("with a file that %s changes nothing and says why", async (_, text) => {
    writeFileSync(strowger.configFile, text);
    const before = strowger.log().length;
    strowger.signal("SIGHUP");
    await until("a line that says what is wrong", () => /strowger\.yaml|config/i.test(strowger.log().slice(before)));
    expect(strowger.running).toBe(true);
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("main", inviteScript("reject(486)"));
    await expectRefusal(caller, invite(caller, "700"), 486);
    expect(await hasUser("alice")).toBe(true);
  });
});
