import { describe, expect, it } from "vitest";
import type { Config } from "../../../runtime/config/config.ts";
import { parseConfig } from "../../../runtime/config/load.ts";
import { diskFindings } from "../../../runtime/doctor/checks/disk.ts";
import { bufferFound, filesFound, openFiles } from "../../../runtime/doctor/checks/limits.ts";
import { mediaFindings } from "../../../runtime/doctor/checks/media-ports.ts";
import { type NatFacts, natFindings } from "../../../runtime/doctor/checks/nat.ts";
import { kernelFound, nodeFound } from "../../../runtime/doctor/checks/node.ts";
import { liveFindings } from "../../../runtime/doctor/checks/trunks.ts";
import type { Found } from "../../../runtime/doctor/finding.ts";

function configOf(yaml: string): Config {
  const parsed = parseConfig(yaml, "strowger.yaml", {});
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
}

const levels = (found: readonly (Found | undefined)[]) => found.map((one) => one?.level);

describe("What the doctor says of addresses", () => {
  const PRIVATE = ["127.0.0.1", "192.168.1.2"];
  const mapped = { address: "203.0.113.7", port: 4000, localPort: 4000, server: "stun.example.com" };
  const find = (facts: Partial<NatFacts>): readonly Found[] =>
    natFindings({
      config: configOf("listen: udp://0.0.0.0:5060"),
      own: PRIVATE,
      advertise: null,
      farGateway: undefined,
      mapped: undefined,
      ...facts,
    });
  const advertised = (text: string, ...addresses: string[]) => ({ text, addresses });

  it("is content with a public address, and with a private one as long as nobody is outside", () => {
    expect(find({ own: ["127.0.0.1", "203.0.113.7"] })).toEqual([
      { level: "ok", where: "listen", what: "others reach the switch at 203.0.113.7", advice: null },
    ]);
    expect(levels(find({}))).toEqual(["ok"]);
  });

  it("finds a private address that a trunk in the internet is told", () => {
    const [found] = find({ farGateway: "gw.example.net", mapped });
    expect(found?.level).toBe("problem");
    expect(found?.what).toContain("192.168.1.2, which gw.example.net cannot reach");
    expect(found?.advice).toContain("203.0.113.7");
    expect(levels(find({ farGateway: "gw", advertise: advertised("10.0.0.1", "10.0.0.1") }))).toEqual(["problem"]);
    expect(levels(find({ farGateway: "gw", advertise: advertised("100.64.0.1", "100.64.0.1") }))).toEqual(["problem"]);
  });

  it("finds an address that is not the one that others see", () => {
    const found = find({ advertise: advertised("203.0.113.9", "203.0.113.9"), mapped });
    expect(levels(found)).toEqual(["ok", "problem"]);
    expect(found[1]?.what).toContain("sees us as 203.0.113.7");
    expect(levels(find({ advertise: advertised("203.0.113.7", "203.0.113.7"), mapped }))).toEqual(["ok"]);
  });

  it("says what a NAT must forward, and where to look for an ALG", () => {
    const [found] = find({ advertise: advertised("sip.example.com", "203.0.113.7") });
    expect(found?.what).toMatch(/5060\/udp, 16384-32767\/udp.*SIP ALG/);
  });

  it("finds a name without an address, a private address of nobody, and one of this machine alone", () => {
    expect(levels(find({ advertise: advertised("nowhere.example.com") }))).toEqual(["problem"]);
    expect(levels(find({ advertise: advertised("10.9.9.9", "10.9.9.9") }))).toEqual(["warning"]);
    expect(levels(find({ advertise: advertised("localhost", "127.0.0.1") }))).toEqual(["warning"]);
    expect(levels(find({ advertise: advertised("192.168.1.2", "192.168.1.2") }))).toEqual(["ok"]);
  });
});

describe("What the doctor says of ports for audio", () => {
  const find = (yaml: string, ephemeral = { first: 32768, last: 60999 }) => mediaFindings(configOf(yaml), ephemeral);

  it("is content with what a new installation has", () => {
    expect(levels(find(""))).toEqual(["ok"]);
    expect(find("")[0]?.what).toContain("4096 calls");
  });

  it.each([
    ["a range for a few calls", "media: { ports: 20000-20099 }", "warning"],
    ["the SIP port within the range", "media: { ports: 5000-9000 }", "problem"],
    ["a range that the system gives away", "media: { ports: 40000-50000 }", "warning"],
  ])("finds %s", (_, yaml, level) => {
    expect(levels(find(yaml))).toContain(level);
  });

  it("wants no more ports than calls", () => {
    expect(levels(find("media: { ports: 20000-20099 }\nlimits: { calls: { max: 20 } }"))).toEqual(["ok"]);
  });
});

describe("What the doctor says of the machine", () => {
  it("finds a disk that is nearly full, of bytes or of files", () => {
    expect(levels(diskFindings("/data", { freeMB: 50_000, freeFiles: null }))).toEqual(["ok"]);
    expect(levels(diskFindings("/data", { freeMB: 800, freeFiles: 1e6 }))).toEqual(["warning"]);
    expect(levels(diskFindings("/data", { freeMB: 100, freeFiles: 1e6 }))).toEqual(["problem"]);
    expect(levels(diskFindings("/data", { freeMB: 50_000, freeFiles: 10 }))).toEqual(["ok", "problem"]);
  });

  it("reads how many files a process may open, and finds that they are too few", () => {
    const table =
      "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n";
    expect(openFiles(table)).toBe(4096);
    expect(openFiles(table.replace("4096", "unlimited"))).toBe(Number.POSITIVE_INFINITY);
    expect(openFiles("")).toBeUndefined();
    const config = configOf("limits: { connections: { max: 1000 }, calls: { max: 100 } }");
    expect(filesFound(config, 1024)).toMatchObject({
      level: "warning",
      advice: expect.stringContaining("LimitNOFILE=1900"),
    });
    expect(filesFound(config, 1900)?.level).toBe("ok");
    expect(filesFound(config, undefined)).toBeUndefined();
  });

  it("finds a receive buffer that is too small", () => {
    expect(bufferFound(212_992)).toMatchObject({ level: "warning", advice: "sysctl -w net.core.rmem_max=4194304" });
    expect(bufferFound(4_194_304)?.level).toBe("ok");
    expect(bufferFound(Number.NaN)).toBeUndefined();
  });

  it("finds a runtime or a kernel that is too old, and another system", () => {
    expect([nodeFound("24.1.0").level, nodeFound("20.20.2").level]).toEqual(["ok", "problem"]);
    expect(["6.1.0-18", "4.18.0", "4.17.1"].map((version) => kernelFound("linux", version).level)).toEqual([
      "ok",
      "ok",
      "problem",
    ]);
    expect(kernelFound("darwin", "24").level).toBe("warning");
  });
});

describe("What the doctor says of a trunk of the running switch", () => {
  it("tells of each gateway and each registration", () => {
    const found = liveFindings({
      name: "carrier",
      state: "up",
      gateways: [
        { uri: "sip:a", state: "up", reason: null },
        { uri: "sip:b", state: "down", reason: "no answer" },
        { uri: "sip:c", state: "unknown", reason: null },
      ],
      registrations: [
        { state: "registered", registrar: "sip:r", reason: null },
        { state: "registering", registrar: "sip:r", reason: null },
        { state: "failed", registrar: "sip:r", reason: "403 Forbidden" },
      ],
    });
    expect(levels(found)).toEqual(["ok", "problem", "ok", "ok", "warning", "problem"]);
    expect(found[5]?.what).toBe("not registered with sip:r: 403 Forbidden");
  });
});
