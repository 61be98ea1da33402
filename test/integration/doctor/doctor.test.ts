import { X509Certificate } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { inTime } from "../../../runtime/doctor/checks/certificates.ts";
import type { Finding } from "../../../runtime/doctor/finding.ts";
import { createAuthority } from "../../helpers/authority.ts";
import { Dnsmasq } from "../../helpers/dnsmasq.ts";
import { freePort } from "../../helpers/free-port.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";

let folder: string;
let base: { listen: string[]; http: { listen: string }; media: { ports: string } };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "strowger-doctor-"));
  const sip = await freePort();
  base = {
    listen: [`udp://127.0.0.1:${sip}`],
    http: { listen: `127.0.0.1:${await freePort()}` },
    media: { ports: "16384-19999" },
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly code: number | null;
  readonly findings: readonly Finding[];
  of(check: string, level?: string): readonly Finding[];
}

async function doctor(config: Record<string, unknown> | string = {}): Promise<Report> {
  const text = typeof config === "string" ? config : JSON.stringify({ ...base, ...config });
  writeFileSync(join(folder, "strowger.yaml"), text, { mode: 0o600 });
  return await examine(folder);
}

async function examine(cwd: string): Promise<Report> {
  const ran = await runStrowger(["doctor", "--json"], { cwd, token: null });
  expect(ran.stderr).toBe("");
  const { findings } = JSON.parse(ran.stdout) as { findings: Finding[] };
  return {
    code: ran.code,
    findings,
    of: (check, level) => findings.filter((one) => one.check === check && (level === undefined || one.level === level)),
  };
}

async function udp(onMessage: (socket: Socket, text: Buffer, port: number, address: string) => void = () => {}) {
  const socket = createSocket("udp4");
  socket.on("message", (text, { port, address }) => onMessage(socket, text, port, address));
  onTestFinished(() => void socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket.address().port;
}

describe("strowger doctor", () => {
  it("finds nothing wrong with an installation that could start", async () => {
    const report = await doctor();
    expect(report.of("config", "ok").length).toBe(1);
    expect(report.findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect(report.code).toBe(0);
    expect(report.of("sandbox", "ok")).toMatchObject([{ what: "they start" }]);
    const read = await runStrowger(["doctor"], { cwd: folder, token: null });
    expect(read.stdout).toMatch(/✓ config .*\n(.*\n)*\n\d+ ok, \d+ warnings, 0 problems\n$/);
  });

  it("examines the switch that runs", async () => {
    const closed = await freePort();
    const trunk = { uri: `sip:127.0.0.1:${closed};transport=tcp`, probe: { seconds: 5 } };
    const strowger = await startSwitch({ trunks: { carrier: trunk }, media: base.media });
    try {
      const isDown = async () => (await strowger.api("GET", "/v1/trunks/carrier")).body.state === "down";
      await until("the trunk to be down", isDown, 15_000);
      const report = await examine(strowger.folder);
      const ports = report.of("ports");
      expect(ports[0]).toMatchObject({ level: "ok", what: expect.stringContaining("takes calls") });
      expect(ports.filter(({ what }) => what.includes("the running switch listens here")).length).toBe(3);
      expect(report.of("sandbox", "ok")).toMatchObject([{ what: "those of the running switch are ready" }]);
      expect(report.of("database", "ok")).toMatchObject([{ what: expect.stringContaining("whole") }]);
      expect(report.of("trunks", "problem")).toMatchObject([
        { where: "trunk carrier", what: expect.stringContaining("is down") },
      ]);
      expect(report.code).toBe(1);
      await strowger.api("POST", "/v1/drain");
      expect((await examine(strowger.folder)).of("ports", "warning")).toContainEqual(
        expect.objectContaining({ where: "switch" }),
      );
    } finally {
      await strowger.stop();
    }
  });

  it("points at what is wrong in the configuration", async () => {
    const report = await doctor("domain: example.com\nlisten: udp://0.0.0.0:99999\nlimits:\n  cals: { max: 3 }\n");
    expect(report.code).toBe(1);
    const places = report.of("config", "problem").map(({ where }) => where.replace(`${folder}/`, ""));
    expect(places).toEqual(["strowger.yaml:2:9", "strowger.yaml:4:3"]);
    expect(report.of("config")[1]?.what).toContain("calls");
  });

  it("names the program that has a port", async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const report = await doctor({ listen: [`tcp://127.0.0.1:${port}`] });
    expect(report.of("ports", "problem")).toMatchObject([
      { where: `tcp://127.0.0.1:${port}`, what: expect.stringContaining(`process ${process.pid} `) },
    ]);
    expect(report.code).toBe(1);
  });

  it("finds an address that is not of this machine", async () => {
    const report = await doctor({ listen: ["udp://203.0.113.9:5060"] });
    expect(report.of("ports", "problem")).toMatchObject([{ what: "203.0.113.9 is no address of this machine" }]);
  });

  it("asks the gateway of a trunk whether it is there, when no switch runs", async () => {
    const answers = await udp((socket, text, port, address) => {
      const request = text.toString("latin1");
      const fields = ["Via", "From", "To", "Call-ID", "CSeq"].map(
        (name) => new RegExp(`^${name}: .*$`, "m").exec(request)?.[0],
      );
      socket.send(
        `SIP/2.0 405 Method Not Allowed\r\n${fields.join("\r\n")}\r\nContent-Length: 0\r\n\r\n`,
        port,
        address,
      );
    });
    const silent = await udp();
    const closed = await freePort();
    const report = await doctor({
      trunks: {
        good: { uri: `sip:127.0.0.1:${answers}` },
        silent: { uri: `sip:127.0.0.1:${silent}` },
        closed: { uri: `sip:127.0.0.1:${closed};transport=tcp` },
      },
    });
    expect(report.of("trunks").map(({ level, where }) => [where, level])).toEqual([
      ["trunk good", "ok"],
      ["trunk silent", "problem"],
      ["trunk closed", "problem"],
    ]);
    expect(report.of("trunks")[0]?.what).toContain("405 Method Not Allowed");
    expect(report.of("trunks")[2]?.what).toContain("ECONNREFUSED");
  });

  it("compares advertise with what a STUN server of the configuration sees", async () => {
    const stun = await udp((socket, request, port, address) => {
      const answer = Buffer.alloc(32);
      answer.writeUInt16BE(0x0101, 0);
      answer.writeUInt16BE(12, 2);
      request.copy(answer, 4, 4, 20);
      answer.writeUInt32BE(0x00200008, 20);
      answer.writeUInt16BE(0x0001, 24);
      answer.writeUInt16BE(port ^ 0x2112, 26);
      // 203.0.113.7
      answer.writeUInt32BE((0xcb007107 ^ 0x2112a442) >>> 0, 28);
      socket.send(answer, port, address);
    });
    const media = { ...base.media, webrtc: { iceServers: [{ url: `stun:127.0.0.1:${stun}` }] } };
    const wrong = await doctor({ media, advertise: "203.0.113.9" });
    expect(wrong.of("nat", "problem")).toMatchObject([{ advice: expect.stringContaining("advertise: 203.0.113.7") }]);
    expect((await doctor({ media, advertise: "203.0.113.7" })).of("nat", "problem")).toEqual([]);
  });

  it("finds certificates that are of another key, of another name, or over", async () => {
    const authority = createAuthority();
    const good = authority.issue("sip.example.test", "DNS:sip.example.test", "DNS:example.test");
    const other = authority.issue("other", "DNS:other.test");
    for (const { key } of [good, other]) chmodSync(key, 0o600);
    const listen = [`tls://127.0.0.1:${await freePort()}`];
    const withTls = (tls: Record<string, unknown>) => doctor({ listen, domain: "example.test", tls });
    expect((await withTls(good as never)).of("certificates").map(({ level }) => level)).toEqual(["ok"]);
    const mixed = await withTls({ cert: good.cert, key: other.key });
    expect(mixed.of("certificates", "problem")).toMatchObject([{ what: expect.stringContaining("is not the key of") }]);
    const foreign = await withTls(other as never);
    expect(foreign.of("certificates", "warning")).toMatchObject([
      { what: expect.stringContaining("is not for example.test, but for DNS:other.test") },
    ]);
    const certificate = new X509Certificate(readFileSync(good.cert));
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    const at = (now: number) => inTime("tls", "cert.pem", certificate, now);
    expect(at(to + 1000)).toMatchObject({ level: "problem", what: expect.stringContaining("has expired on") });
    expect(at(from - 1000)).toMatchObject({ level: "problem", what: expect.stringContaining("is not valid before") });
    expect(at(to - 86_400_000)).toMatchObject({ level: "warning", what: expect.stringContaining("in 1 days") });
    chmodSync(good.key, 0o644);
    expect((await withTls(good as never)).of("certificates", "warning")).toMatchObject([
      { advice: `chmod 600 ${good.key}` },
    ]);
    expect((await withTls({ cert: join(folder, "none.pem"), key: good.key })).code).toBe(1);
  });

  it.runIf(hasPrograms("dnsmasq"))("finds records in DNS that lead elsewhere, or where nobody listens", async () => {
    const port = Number(base.listen[0]?.split(":").at(-1));
    const { server } = await Dnsmasq.start([
      "--host-record=sip.us.test,127.0.0.1",
      "--host-record=sip.them.test,203.0.113.9",
      "--host-record=plain.test,127.0.0.1",
      `--srv-host=_sip._udp.good.test,sip.us.test,${port}`,
      "--srv-host=_sip._udp.port.test,sip.us.test,5999",
      `--srv-host=_sip._udp.them.test,sip.them.test,${port}`,
    ]);
    const domain = ["good.test", "port.test", "them.test", "plain.test", "none.test"];
    const report = await doctor({ domain, dns: { servers: [server] } });
    expect(report.of("dns").map(({ where, level }) => [where, level])).toEqual([
      [`dns.servers ${server}`, "ok"],
      ["_sip._udp.good.test", "ok"],
      ["_sip._udp.port.test", "problem"],
      ["_sip._udp.them.test", "warning"],
      ["plain.test", "ok"],
      ["none.test", "warning"],
    ]);
  });

  it("finds that nobody answers about names", async () => {
    const silent = await udp();
    const report = await doctor({ domain: "a.test", dns: { servers: [`127.0.0.1:${silent}`], timeoutSeconds: 0.2 } });
    expect(report.of("dns")).toMatchObject([{ level: "problem", what: "no answer about a.test" }]);
  });

  it("finds files that others may read, and a clock that was set back", async () => {
    mkdirSync(join(folder, "data"));
    const token = join(folder, "data", "token");
    writeFileSync(token, "stw_secret\n", { mode: 0o644 });
    const tomorrow = new Date(Date.now() + 86_400_000);
    utimesSync(token, tomorrow, tomorrow);
    const report = await doctor({ users: { alice: { password: "pw-alice" } } });
    expect(report.of("permissions", "problem")).toMatchObject([{ where: token, advice: `chmod 600 ${token}` }]);
    expect(report.of("clock", "warning")).toContainEqual(
      expect.objectContaining({ what: expect.stringContaining("the clock was set back") }),
    );
    chmodSync(join(folder, "strowger.yaml"), 0o644);
    expect((await examine(folder)).of("permissions", "warning")).toMatchObject([
      { where: join(folder, "strowger.yaml") },
    ]);
  });

  it("takes a password in a comment for none", async () => {
    await doctor(`# users: { alice: { password: "example" } }\n${JSON.stringify(base)}\n`);
    chmodSync(join(folder, "strowger.yaml"), 0o644);
    expect((await examine(folder)).of("permissions", "warning")).toEqual([]);
  });

  it("finds a database that is none", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data", "strowger.sqlite"), "this is no database, though it is long enough to be one", {
      mode: 0o600,
    });
    const report = await doctor();
    expect(report.of("database", "problem")).toMatchObject([{ what: expect.stringContaining("not a database") }]);
  });
});
