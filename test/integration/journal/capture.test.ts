import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** What Wireshark makes of a capture: the fields of each packet. */
function dissected(file: string, ...fields: readonly string[]): string[][] {
  const wanted = fields.flatMap((field) => ["-e", field]);
  const text = execFileSync("tshark", ["-r", file, "-T", "fields", "-E", "separator=|", ...wanted], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|"));
}

async function capture(id: string, name: string): Promise<string> {
  const file = join(strowger.folder, name);
  const answer = await fetch(`${strowger.url}/v1/calls/${id}/pcap`, {
    headers: { authorization: `Bearer ${strowger.token}` },
  });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/vnd.tcpdump.pcap"]);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

describe("The capture file of a call", () => {
  it.runIf(hasPrograms("tshark"))("is read by Wireshark, live and ended, with the real ends and times", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const before = Date.now() / 1000;
    const call = await connectCall(caller, callee, "700");
    const { id } = await strowger.call(({ state }) => state === "answered");
    const live = dissected(await capture(id, "live.pcap"), "sip.Method", "sip.Status-Code");
    expect(live.filter(([method]) => method === "INVITE").length).toBe(2);
    await hangUp(call.caller, call.callee);
    await until("the record", async () => (await strowger.cdrs()).some((cdr) => cdr.id === id));
    await callee.settle();
    const file = await capture(id, "ended.pcap");
    const fields = ["sip.Method", "sip.Status-Code", "ip.src", "udp.srcport", "udp.dstport", "frame.time_epoch"];
    const packets = dissected(file, ...fields);
    expect(packets[0]?.slice(0, 5)).toEqual(["INVITE", "", "127.0.0.1", `${caller.port}`, `${strowger.sipPort}`]);
    expect(
      packets.some(
        ([method, , , from, to]) => method === "BYE" && from === `${strowger.sipPort}` && to === `${callee.port}`,
      ),
    ).toBe(true);
    for (const [, , , , , time] of packets) {
      expect(Number(time)).toBeGreaterThanOrEqual(before - 0.01);
      expect(Number(time)).toBeLessThanOrEqual(Date.now() / 1000);
    }
    expect(dissected(file, "sip.Call-ID").flat()).toContain(call.invite.header("Call-ID"));
    const broken = [
      "-o",
      "ip.check_checksum:TRUE",
      "-o",
      "udp.check_checksum:TRUE",
      "-Y",
      "_ws.malformed || _ws.expert.severity >= 8388608",
    ];
    expect(
      execFileSync("tshark", ["-r", file, ...broken], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    ).toBe("");
  });

  it("tells no password", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const response = "0123456789abcdef0123456789abcdef";
    const key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
    const body = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key}\r\n`;
    const fields = [["Authorization", `Digest username="x", response="${response}"`]] as const;
    const call = await connectCall(caller, callee, "702", { body, fields });
    const { id } = await strowger.call(({ state }) => state === "answered");
    const text = readFileSync(await capture(id, "secret.pcap"), "latin1");
    expect(text).not.toContain(response);
    expect(text).not.toContain(key);
    const [head = "", rest = ""] = text.slice(text.indexOf("INVITE sip:")).split("\r\n\r\n");
    const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
    expect(rest.slice(0, length)).toMatch(/a=crypto:[^\n]*\r\n$/);
    await hangUp(call.caller, call.callee);
  });

  it("is saved by the command line for its owner alone", async () => {
    const { id } = await until("a record", async () => (await strowger.cdrs())[0]);
    const run = (...args: readonly string[]) =>
      runStrowger(["calls", "pcap", ...args], { url: strowger.url, token: strowger.token, cwd: strowger.folder });
    expect((await run(id, "saved.pcap")).code).toBe(0);
    expect(statSync(join(strowger.folder, "saved.pcap")).mode & 0o777).toBe(0o600);
    expect((await run(id, "saved.pcap")).code).toBe(1);
    expect((await run(id)).stdout.length).toBeGreaterThan(24);
    const nobody = await run("nothing-like-this");
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("nothing-like-this")]);
  });
});
