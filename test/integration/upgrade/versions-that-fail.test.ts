import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { ProgramOnDisk, switchProcesses, upgrade } from "../../helpers/upgrade.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const program = new ProgramOnDisk();
let strowger: RunningSwitch;
let config: string;
beforeAll(async () => {
  strowger = await startSwitch({}, {}, program.root);
  config = readFileSync(strowger.configFile, "utf8");
});
afterAll(async () => {
  await strowger.stop();
  program.remove();
});
afterEach(() => writeFileSync(strowger.configFile, config));

function configure(changes: Readonly<Record<string, unknown>>): void {
  writeFileSync(strowger.configFile, JSON.stringify({ ...JSON.parse(config), ...changes }));
}

/** A call that is up while `meanwhile` happens goes on, in the same process, and so do new ones. */
async function isUnharmed(meanwhile: () => Promise<void>): Promise<void> {
  const callee = await registeredPhone(strowger, "alice");
  await strowger.deploy("main", inviteScript(forwardTo([callee])));
  const call = await connectCall(await rawPhone(strowger, "before"), callee, "700");
  const [before] = switchProcesses(strowger);
  await meanwhile();
  expect(await until("one process", () => onlyOneOf(strowger))).toBe(before);
  const next = await connectCall(await rawPhone(strowger, "after"), callee, "700");
  await hangUp(next.caller, next.callee);
  await hangUp(call.caller, call.callee);
  await strowger.noCalls();
}

function onlyOneOf(of: RunningSwitch): number | undefined {
  const [first, ...others] = switchProcesses(of);
  return others.length === 0 ? first : undefined;
}

describe("A version that cannot start leaves the one that runs as it is", () => {
  it("where a file of it cannot be read", () =>
    isUnharmed(async () => {
      program.change("runtime/banner.ts", "export function printBanner(", "export function printBanner((");
      const failed = await upgrade(strowger);
      program.change("runtime/banner.ts", "export function printBanner((", "export function printBanner(");
      expect(failed.state).toBe("failed");
      expect(failed.reason).toMatch(/banner\.ts:\d+/);
    }));

  it("where the configuration is not valid", () =>
    isUnharmed(async () => {
      configure({ lisen: ["udp://127.0.0.1:5060"] });
      const failed = await upgrade(strowger);
      expect(failed.reason).toContain("lisen");
    }));

  it("where a certificate cannot be read", () =>
    isUnharmed(async () => {
      configure({ tls: { cert: "nowhere.pem", key: "nowhere.pem" } });
      expect((await upgrade(strowger)).reason).toContain("nowhere.pem");
    }));

  it("where a port that is new is another program's", () =>
    isUnharmed(async () => {
      const port = await freePort();
      const other = createSocket("udp4");
      other.bind(port, "127.0.0.1");
      await once(other, "listening");
      configure({ listen: [...JSON.parse(config).listen, `udp://127.0.0.1:${port}`] });
      const failed = await upgrade(strowger);
      other.close();
      expect(failed.reason).toContain(`udp://127.0.0.1:${port} is in use already`);
    }));

  it("where it writes calls down in another way", () =>
    isUnharmed(async () => {
      const [, format] = /FORMAT_LINE = '(.*)'/.exec(
        readFileSync(join(program.root, "runtime/recovery/read-calls.ts"), "utf8"),
      ) ?? ["", ""];
      program.change("runtime/recovery/read-calls.ts", format, '{"format":99}');
      const failed = await upgrade(strowger);
      program.change("runtime/recovery/read-calls.ts", '{"format":99}', format);
      expect(failed.reason).toContain("would lose those that are up");
    }));

  it("where a script that is live does not run on it", () =>
    isUnharmed(async () => {
      program.change("sdk/index.ts", "{ cancelTimer, forward,", "{ cancelTimer, forward as forwarded,");
      const failed = await upgrade(strowger);
      program.change("sdk/index.ts", "forward as forwarded,", "forward,");
      expect(failed.reason).toContain("does not run on this version");
    }));

  it("where it dies before it is ready", () =>
    isUnharmed(async () => {
      const place = 'import { ConfigError, DeployError } from "../base/errors.ts";';
      program.change("runtime/assemble/take-place.ts", place, `${place}\nprocess.kill(process.pid, "SIGKILL");`);
      const failed = await upgrade(strowger);
      program.change("runtime/assemble/take-place.ts", `\nprocess.kill(process.pid, "SIGKILL");`, "");
      expect(failed).toMatchObject({ state: "failed", to: null, reason: "SIGKILL" });
    }));
});

describe("A version that dies right after the other one has handed over", () => {
  it("is started again at once, with the calls", async () => {
    const callee = await registeredPhone(strowger, "alice");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(await rawPhone(strowger, "caller"), callee, "700", {
      from: "sip:lasting@elsewhere.invalid",
    });
    const [before] = switchProcesses(strowger);
    const marker = join(strowger.folder, "dies");
    writeFileSync(marker, "");
    const [turn, death] = [
      "  const { left, held } = await place.turn();",
      `  if (existsSync("${marker}")) { rmSync("${marker}"); process.kill(process.pid, "SIGKILL"); }`,
    ];
    program.change("runtime/assemble/take-place.ts", turn, `${turn}\n${death}`);
    program.change(
      "runtime/assemble/take-place.ts",
      "import { join }",
      'import { existsSync, rmSync } from "node:fs";\nimport { join }',
    );
    const failed = await upgrade(strowger);
    expect(failed.reason).toContain("died while it took over: SIGKILL");
    expect(existsSync(marker)).toBe(false);
    expect(onlyOneOf(strowger)).not.toBe(before);
    expect(await strowger.calls()).toHaveLength(1);
    await hangUp(call.caller, call.callee);
    await strowger.cdr(({ from }) => from.includes("lasting"));
    expect((await strowger.cdrs()).filter(({ from }) => from.includes("lasting"))).toHaveLength(1);
    expect(strowger.log()).toContain("starting it again in 0 ms");
  });
});
