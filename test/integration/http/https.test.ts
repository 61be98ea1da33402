import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createAuthority } from "../../helpers/authority.ts";
import { Child } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { until } from "../../helpers/until.ts";

const OPTIONS = [
  "OPTIONS sip:example.test SIP/2.0",
  "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1",
  "Max-Forwards: 70",
  "From: <sip:a@example.test>;tag=1",
  "To: <sip:example.test>",
  "Call-ID: 1",
  "CSeq: 1 OPTIONS",
  "Content-Length: 0",
  "",
  "",
].join("\r\n");

/** The switch with its API over TLS alone, and an authority that has signed its certificates. */
async function start() {
  const authority = createAuthority();
  const identity = authority.issue("switch", "IP:127.0.0.1");
  const named = authority.issue("named", "DNS:console.example.test");
  const folder = mkdtempSync(join(tmpdir(), "strowger-https-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [port, sip] = [await freePort(), await freePort()];
  const servers = [{ name: "console.example.test", ...named }];
  const config = {
    listen: [`udp://127.0.0.1:${sip}`],
    http: { listen: `https://127.0.0.1:${port}` },
    tls: { ...identity, servers, ca: authority.ca, clientCertificates: "require" },
  };
  writeFileSync(join(folder, "strowger.yaml"), JSON.stringify(config));
  const child = new Child(process.execPath, [
    join(repoRoot, "runtime", "main.ts"),
    "--config",
    join(folder, "strowger.yaml"),
  ]);
  const ca = readFileSync(authority.ca);
  const ask = (path: string, more: Partial<Question> = {}) => askOverTls({ port, ca, path, ...more });
  await until(
    "the switch to be ready",
    async () => (await ask("/readyz").catch(() => undefined))?.status === 200,
    20_000,
  );
  const token = readFileSync(join(folder, "data", "token"), "utf8").trim();
  return { child, authority, identity, port, ca, ask, token };
}

describe("the API over TLS", () => {
  it("shows the certificates of the switch by name and as they are now, and asks nobody for one", async () => {
    const { child, authority, identity, ask, token } = await start();
    const { serial } = await ask("/readyz");
    expect((await ask("/readyz", { servername: "console.example.test" })).serial).not.toBe(serial);
    const renewed = authority.issue("renewed", "IP:127.0.0.1");
    copyFileSync(renewed.cert, identity.cert);
    copyFileSync(renewed.key, identity.key);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask("/v1/reload", { method: "POST", headers })).status).toBe(200);
    expect((await ask("/readyz")).serial).not.toBe(serial);
    expect((await child.stop()).code).toBe(0);
  });

  it("carries the console, whose cookie is for TLS alone, and SIP over a secure WebSocket", async () => {
    const { child, ask, port, ca, token } = await start();
    const headers = { "X-Strowger-Console": "1", "Content-Type": "application/json" };
    const session = await ask("/v1/session", { method: "POST", headers, body: JSON.stringify({ token }) });
    expect([session.status, session.cookie]).toEqual([201, expect.stringMatching(/; SameSite=Strict; Secure$/)]);
    expect(child.output).toContain(`https://127.0.0.1:${port}`);
    const socket = new WebSocket(`wss://127.0.0.1:${port}/sip`, ["sip"], { ca });
    onTestFinished(() => socket.terminate());
    const answers: string[] = [];
    socket.on("message", (data: Buffer) => answers.push(data.toString("latin1")));
    socket.on("open", () => socket.send(OPTIONS));
    const answer = await until("an answer over the WebSocket", () => answers[0]);
    expect(answer).toMatch(/^SIP\/2\.0 \d{3} [\s\S]*^Via: SIP\/2\.0\/WSS /m);
    expect((await child.stop()).code).toBe(0);
  });

  it("ends soon, also where somebody has connected and says nothing", async () => {
    const { child, port, ask } = await start();
    const silent: Socket = connect(port, "127.0.0.1");
    silent.on("error", () => {});
    onTestFinished(() => void silent.destroy());
    await until("the connection", () => silent.readyState === "open");
    expect((await ask("/readyz")).status).toBe(200);
    expect((await child.stop()).code).toBe(0);
  });
});

interface Question {
  readonly port: number;
  readonly ca: Buffer;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly servername: string;
}

interface Asked {
  readonly status: number | undefined;
  readonly cookie: string;
  /** Of the certificate that was shown. */
  readonly serial: string;
}

function askOverTls({ body, ...question }: Pick<Question, "port" | "ca" | "path"> & Partial<Question>): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", agent: false, ...question }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      response.resume();
      response.on("end", () =>
        resolve({ status: response.statusCode, cookie: response.headers["set-cookie"]?.[0] ?? "", serial }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
