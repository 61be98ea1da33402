import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { Tail } from "../../helpers/tail.ts";
import { until } from "../../helpers/until.ts";

const ALICE = { user: "alice", password: "Pw-of-alice-4711" };
const BOB = "Pw-of-bob-4712";
const CARRIER = "Pw-of-the-carrier-4713";
const OF_SCRIPT = "Key-of-the-script-4714";
const WRONG = "Pw-that-is-wrong-4715";
const OF_API = "token-of-the-api-4716-token-of-the-api";
const CAROL = "Pw-of-carol-4717";
const CHALLENGE = 'Digest realm="carrier", nonce="f00d", qop="auth", algorithm=MD5';
/** Files that hold secrets because that is what they are for, readable by their owner alone; and the store. */
const KEPT_FOR_IT = /token$|accounts\.json$|secret\.key$|strowger\.sqlite/;

const port = await freePort();
const strowger = await startSwitch({
  users: { alice: { password: ALICE.password, extension: "100" }, bob: { password: BOB, extension: "101" } },
  trunks: {
    carrier: { uri: `sip:127.0.0.1:${port}`, username: "4711", password: CARRIER, register: true, probe: false },
  },
  guard: {},
});
afterAll(() => strowger.stop());

const source = `${script(
  '  async invite() { console.log("the key is", await secrets.get("KEY")); return forward("+4930123456"); },',
).replace("import {", "import { secrets,")}`;

/** The answers to challenges that a phone has sent, or got. */
const digests = new Set<string>();

function noteDigests(...messages: readonly SipText[]): void {
  for (const { text } of messages) {
    for (const [, response = ""] of text.matchAll(/response="([0-9a-f]+)"/g)) digests.add(response);
  }
}

/** Whoever the gateway of the carrier is asked by has to prove it. */
async function challenged(gateway: RawPhone, method: string): Promise<SipText> {
  const first = await gateway.expect(method, 15_000);
  const status = method === "REGISTER" ? 401 : 407;
  const header = method === "REGISTER" ? "WWW-Authenticate" : "Proxy-Authenticate";
  gateway.answer(first, status, { toTag: freshText("g"), fields: [[header, CHALLENGE]] });
  if (method === "INVITE") await gateway.expect("ACK");
  const second = await gateway.expect(method);
  noteDigests(second);
  return second;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

describe("Secrets", { timeout: 120_000 }, () => {
  it("are in no log, tail, timeline, capture, journal, event, metric, record or answer of the API", async () => {
    const told: Record<string, string> = {};
    const events = await Tail.open(`${strowger.url}/v1/events`, strowger.token);
    await strowger.deploy("main", source);
    const tail = await strowger.tail("main");
    const api = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
      const { status, body: answered } = await strowger.api(method, path, body, headers);
      told[`${method} ${path} ${status}`] = JSON.stringify(answered);
    };
    await api("PUT", "/v1/scripts/main/secrets/KEY", { value: OF_SCRIPT });

    // Phones register and call, one with a wrong password; the carrier wants to know who we are.
    const gateway = await rawPhone(strowger, "gateway", { port });
    gateway.answer(await challenged(gateway, "REGISTER"), 200, { toTag: "g", fields: [["Expires", "600"]] });
    const alice = await registeredPhone(strowger, "alice", { register: { password: ALICE.password } });
    expect((await register(alice, { user: "bob", password: WRONG })).status).toBe(401);
    const sent = await inviteAs(alice, ALICE, "100", { body: sdp(6000) });
    noteDigests(sent);
    const offered = await challenged(gateway, "INVITE");
    const tag = freshText("t");
    answer(gateway, { offered, tag });
    const dialog = RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE"));
    dialog.ack(sent);
    await gateway.expect("ACK");
    const call = await strowger.call();
    await hangUp(dialog, RawDialog.ofCallee(gateway, offered, tag));
    await strowger.noCalls();

    // What is asked of the API, and what it has against it.
    await api("PUT", "/v1/users/carol", { password: CAROL });
    await api("PUT", "/v1/users/carol", { password: CAROL, extension: 5 });
    await api("PUT", "/v1/trunks/other", { uri: "sip:192.0.2.1", username: "u", password: CARRIER, nonsense: CARRIER });
    await api("PUT", "/v1/trunks/other", { uri: "sip:192.0.2.1", username: "u", password: CARRIER });
    await api("GET", "/v1/calls", undefined, { authorization: `Bearer ${OF_API}` });
    await api("PUT", "/v1/scripts/broken", `const token = "${OF_SCRIPT}"; throw new Error("no");`, {
      "content-type": "text/typescript",
    });
    await until("the record", async () => (await strowger.cdrs()).length > 0);
    const paths = ["users", "trunks", "registrations", "routes", "cdrs", "audit", "guard", "guard/bans", "tokens"];
    for (const path of [...paths, "scripts/main/logs", "scripts/main/secrets"]) await api("GET", `/v1/${path}`);
    await api("GET", `/v1/calls/${call.id}/timeline`);
    await api("GET", `/v1/calls/${call.id}/pcap`);
    await api("GET", "/metrics");
    told.tail = JSON.stringify(tail.entries);
    told.events = JSON.stringify(events.entries);
    events.close();
    told.log = strowger.log();
    await strowger.restart();
    told["log of the next start"] = strowger.log();

    for (const file of filesIn(join(strowger.folder, "data"))) {
      if (!KEPT_FOR_IT.test(file)) told[file] = readFileSync(file, "latin1");
      else expect(statSync(file).mode & 0o077, file).toBe(0);
    }

    expect(told.tail).toContain("the key is");
    expect(told[`GET /v1/calls/${call.id}/timeline 200`]).toContain("INVITE");
    expect(digests.size).toBeGreaterThanOrEqual(3);
    const key = readFileSync(join(strowger.folder, "data", "secret.key"), "utf8").trim();
    const secrets = [ALICE.password, BOB, CARRIER, WRONG, OF_API, CAROL, strowger.token, key, ...digests];
    const leaks = Object.entries(told).flatMap(([where, text]) =>
      [...secrets, OF_SCRIPT].filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
    );
    expect(leaks).toEqual([]);
    const store = readFileSync(join(strowger.folder, "data", "strowger.sqlite"), "latin1");
    expect(secrets.filter((secret) => store.includes(secret))).toEqual([]);
  });
});
