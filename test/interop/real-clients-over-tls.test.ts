import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../helpers/authority.ts";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { runSippClient, startSippCallee } from "../helpers/sipp.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { tlsTunnel } from "../helpers/tls-tunnel.ts";
import { until } from "../helpers/until.ts";

const CALLS = 100;
const RATE = 50;

const folder = mkdtempSync(join(tmpdir(), "strowger-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let started: Promise<{ strowger: RunningSwitch; port: number; ca: string }> | undefined;
afterAll(async () => (await started)?.strowger.stop());

/** The switch with a certificate for 127.0.0.1 and switch.example. */
function theSwitch() {
  started ??= (async () => {
    const authority = createAuthority(folder);
    const identity = authority.issue("switch", "DNS:switch.example", "IP:127.0.0.1");
    const port = await freePort();
    const listen = [`tls://127.0.0.1:${port}`];
    return { strowger: await startSwitch({ listen, tls: { ...identity } }), port, ca: authority.ca };
  })();
  return started;
}

const options = (target: string): string =>
  [
    `OPTIONS sip:${target} SIP/2.0`,
    "Via: SIP/2.0/TLS probe.invalid;branch=z9hG4bKs1;rport",
    "Max-Forwards: 70",
    "From: <sip:probe@probe.invalid>;tag=p1",
    `To: <sip:${target}>`,
    "Call-ID: s-client-1",
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

describe.skipIf(!hasPrograms("openssl"))("openssl s_client", () => {
  /** Asks over this version of TLS; gives what it prints. */
  async function ask(version: string, send: string): Promise<string> {
    const { port, ca } = await theSwitch();
    const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", "switch.example", "-CAfile", ca, version];
    const client = new Child("openssl", [...args, "-verify_return_error", "-quiet", "-ign_eof"], { input: true });
    onTestFinished(async () => {
      if (client.running) await client.stop("SIGKILL");
    });
    client.write(send);
    await until("an answer", () => /SIP\/2\.0 |alert|error/.test(client.output));
    return client.output;
  }

  it.each(["-tls1_2", "-tls1_3"])(
    "verifies the certificate and gets an answer to OPTIONS with %s",
    shows({ openssl: ["TLS", "OPTIONS"] }),
    async (version) => {
      const { strowger } = await theSwitch();
      const output = await ask(version, options(strowger.domain));
      expect(output).toContain("SIP/2.0 200 OK");
      expect(output).toContain("received=127.0.0.1");
    },
  );

  it("is refused with TLS 1.1", shows({ openssl: ["TLS"] }), async () => {
    expect(await ask("-tls1_1", options("example.test"))).not.toContain("SIP/2.0");
  });

  it("finds nothing wrong with the chain", shows({ openssl: ["TLS"] }), async () => {
    const { port, ca } = await theSwitch();
    const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", "switch.example", "-CAfile", ca];
    const output = execFileSync("openssl", [...args, "-verify_hostname", "switch.example"], {
      input: "",
      stdio: "pipe",
    });
    expect(output.toString()).toMatch(/Verify return code: 0 \(ok\)/);
  });
});

describe.skipIf(!hasPrograms("sipp"))("SIPp", () => {
  it.each(["tcp", "tls"] as const)(
    "calls SIPp through the switch a hundred times over %s, and every call is answered and hung up",
    shows({ SIPp: ["call", "TCP", "TLS"] }),
    async (over) => {
      const { strowger, port, ca } = await theSwitch();
      const callee = await freePort();
      await strowger.deploy("main", inviteScript(`forward("sip:callee@127.0.0.1:${callee}")`));
      const answering = await startSippCallee({ scenario: "uas-call", port: callee, calls: CALLS });
      onTestFinished(() => answering.stop());
      const tunnel = { port, serverName: "switch.example", ca: readFileSync(ca, "utf8") };
      const switchPort = over === "tcp" ? strowger.sipPort : await tlsTunnel(tunnel);
      const load = { calls: CALLS, rate: RATE, rows: ["700;", "701;"], transport: "tcp" as const };
      await runSippClient({
        ...load,
        switchPort,
        domain: strowger.domain,
        scenario: "uac-call",
        port: await freePort(),
      });
      await answering.done();
      await strowger.noCalls();
    },
  );
});

describe.skipIf(!hasPrograms("baresip", "sox"))("baresip over TLS", () => {
  it(
    "registers, calls baresip over UDP, is called by it, and both hear each other",
    shows({ baresip: ["register", "call", "audio", "TLS"] }),
    async () => {
      const { strowger, port, ca } = await theSwitch();
      await strowger.deploy(
        "main",
        inviteScript('forward(call.to.user === "100" ? "alice" : "bob")').replace("() =>", "(call) =>"),
      );
      const [alice, bob] = [
        await baresipPhone(strowger, { user: "alice", answer: "auto", transport: "tls", switchPort: port, ca }),
        await baresipPhone(strowger, { user: "bob", answer: "auto" }),
      ];
      const { body } = await strowger.api("GET", "/v1/registrations?user=alice");
      expect(body.items).toMatchObject([{ transport: "tls" }]);
      alice.dial(`sip:101@${strowger.domain}`);
      await Promise.all([alice.event("CALL_ESTABLISHED"), bob.event("CALL_ESTABLISHED")]);
      await Promise.all([alice.heard(1), bob.heard(1)]);
      bob.hangUp();
      await alice.event("CALL_CLOSED");
      await strowger.noCalls();
      bob.dial(`sip:100@${strowger.domain}`);
      await strowger.call(({ state }) => state === "answered");
      bob.hangUp();
      await strowger.noCalls();
    },
  );
});
