import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { baresipPhone, speechFile } from "../helpers/baresip-phones.ts";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { Linphone } from "../helpers/linphone.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { readBy, sayAs } from "../helpers/raw-request.ts";
import { repoRoot } from "../helpers/repo-root.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { startSippWith } from "../helpers/sipp.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { until } from "../helpers/until.ts";

const USERS = Object.fromEntries(["alice", "bob", "carol", "dave"].map((name) => [name, { password: `pw-${name}` }]));

describe.skipIf(!hasPrograms("baresip", "linphonec", "sipp", "sipsak", "sox"))("Messages and presence", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  async function running(): Promise<RunningSwitch> {
    if (started !== undefined) return started;
    started = await startSwitch({ users: USERS });
    await started.deploy("main", script('  invite: (call) => forward(call.to.user ?? ""),'));
    return started;
  }

  /** A message of alice's by sipsak; gives what sipsak says. */
  async function sipsakSays(strowger: RunningSwitch, to: string, text: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "sipsak-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const uri = `sip:${to}@${strowger.domain}`;
    const lines = [
      `MESSAGE ${uri} SIP/2.0`,
      `From: <sip:alice@${strowger.domain}>;tag=sak`,
      `To: <${uri}>`,
      `Call-ID: sak-${text}`,
      "CSeq: 1 MESSAGE",
      "Max-Forwards: 70",
      "Content-Type: text/plain",
      `Content-Length: ${text.length}`,
    ];
    const file = join(folder, "message.sip");
    writeFileSync(file, `${lines.join("\n")}\n\n${text}`);
    const who = ["-u", "alice", "-a", "pw-alice"];
    const sipsak = new Child("sipsak", ["-vv", "-f", file, ...who, "-p", `127.0.0.1:${strowger.sipPort}`, "-s", uri]);
    await sipsak.exited;
    return sipsak.output;
  }

  async function waiting(strowger: RunningSwitch, user: string): Promise<number> {
    return (await strowger.api("GET", `/v1/users/${user}/messages`)).body.items.length;
  }

  it(
    "go from sipsak to a user who is away, and reach baresip when it registers",
    shows({ sipsak: ["message"], baresip: ["message"] }),
    async () => {
      const strowger = await running();
      expect(await sipsakSays(strowger, "bob", "one")).toContain("SIP/2.0 202 Accepted");
      expect(await sipsakSays(strowger, "bob", "two")).toContain("SIP/2.0 202 Accepted");
      expect(await waiting(strowger, "bob")).toBe(2);
      await baresipPhone(strowger, { user: "bob", answer: "manual" });
      await until("baresip to have taken both", async () => (await waiting(strowger, "bob")) === 0);
      expect(await sipsakSays(strowger, "bob", "three")).toContain("SIP/2.0 200 OK");
    },
  );

  it("go from and to baresip", shows({ baresip: ["message"] }), async () => {
    const strowger = await running();
    const [bob, carol] = await Promise.all([
      baresipPhone(strowger, { user: "bob", answer: "manual", watches: ["carol"] }),
      registeredPhone(strowger, "carol"),
    ]);
    // To the contact that it has.
    bob.command("message", "from-baresip");
    expect((await readBy(carol)).body).toBe("from-baresip");
    expect((await sayAs(carol, "bob", "to baresip")).status).toBe(200);
  });

  it("go from and to linphonec", shows({ linphone: ["register", "message"] }), async () => {
    const strowger = await running();
    const { domain, sipPort: switchPort } = strowger;
    const alice = await Linphone.start({
      user: "alice",
      password: "pw-alice",
      domain,
      switchPort,
      sound: speechFile(8000, 2),
    });
    onTestFinished(() => alice.stop());
    await until("linphonec to be registered", async () => {
      return (await strowger.api("GET", "/v1/registrations?user=alice")).body.items.length > 0;
    });
    const carol = await registeredPhone(strowger, "carol");
    expect((await sayAs(carol, "alice", "to linphone")).startLine).toBe("SIP/2.0 200 Ok");
    alice.say(`sip:carol@${domain}`, "from-linphone");
    // It tells first that it has read the other.
    expect((await readBy(carol)).header("Content-Type")).toBe("message/imdn+xml");
    expect((await readBy(carol)).text).toContain("from-linphone");
  });

  it("show baresip what another baresip publishes", shows({ baresip: ["presence"] }), async () => {
    const strowger = await running();
    const alice = await baresipPhone(strowger, { user: "alice", answer: "manual", watches: ["dave"] });
    const shown = (status: string) =>
      until(`dave to be ${status}`, async () => new RegExp(`${status}[^\\n]*dave`).test(await alice.ask("contacts")));
    await shown("Offline");
    const dave = await baresipPhone(strowger, { user: "dave", answer: "manual", watches: [] });
    dave.command("presence_online");
    await shown("Online");
  });

  it("light the lamp of SIPp while two phones talk", shows({ SIPp: ["busy lamp"] }), async () => {
    const strowger = await running();
    const sound = speechFile(8000, 4);
    const [bob, alice] = await Promise.all([
      baresipPhone(strowger, { user: "bob", answer: "auto" }),
      baresipPhone(strowger, { user: "alice", answer: "manual", sound }),
    ]);
    const folder = mkdtempSync(join(tmpdir(), "sipp-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const scenario = join(repoRoot, "test", "interop", "sipp", "watch-calls.xml");
    const args = [
      `127.0.0.1:${strowger.sipPort}`,
      "-key",
      "domain",
      strowger.domain,
      "-auth_uri",
      `bob@${strowger.domain}`,
    ];
    const sipp = startSippWith(scenario, { port: await freePort(), calls: 1 }, args, folder);
    await until("SIPp to have subscribed", async () => {
      return /^strowger_subscriptions [1-9]/m.test((await strowger.api("GET", "/metrics")).body);
    });
    alice.dial(`sip:bob@${strowger.domain}`);
    await bob.event("CALL_ESTABLISHED");
    const { code } = await sipp.exited;
    expect({ code, output: sipp.output }).toMatchObject({ code: 0 });
  });
});
