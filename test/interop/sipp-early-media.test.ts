import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { startSippWith } from "../helpers/sipp.ts";
import {
  answer,
  audioAt,
  expectInvite,
  expectRequest,
  expectResponse,
  invite,
  mayGet,
  pause,
  request,
  scenario,
} from "../helpers/sipp-scenario.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { within } from "../helpers/until.ts";

const RUN_WITHIN_MS = 40_000;
const TEST_MS = 90_000;
const CALLS = 5;
const RELIABLY = ["Require: 100rel", "RSeq: 4711"];
const ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE";

/** Runs a scenario of SIPp to its end; fails with what it says unless all went as it has it. */
class Side {
  readonly #folder = mkdtempSync(join(tmpdir(), "sipp-"));
  readonly #sipp: Child;

  constructor(text: string, port: number, strowger?: RunningSwitch) {
    const file = join(this.#folder, "scenario.xml");
    writeFileSync(file, text);
    writeFileSync(join(this.#folder, "rows.csv"), `SEQUENTIAL\n700;${strowger?.domain ?? ""}\n`);
    const errors = ["-trace_err", "-error_file", join(this.#folder, "errors.log")];
    const calls = strowger === undefined ? [] : [`127.0.0.1:${strowger.sipPort}`, "-r", "5"];
    const rows = ["-inf", join(this.#folder, "rows.csv")];
    this.#sipp = startSippWith(file, { port, calls: CALLS }, [...calls, ...rows, ...errors], this.#folder);
    onTestFinished(() => this.stop());
  }

  async done(): Promise<void> {
    const { code } = await within("SIPp to end", this.#sipp.exited, RUN_WITHIN_MS);
    if (code !== 0) throw new Error(`SIPp ended with ${code}:\n${this.#errors()}\n${this.#sipp.output.slice(-3000)}`);
  }

  async stop(): Promise<void> {
    if (this.#sipp.running) await this.#sipp.stop("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #errors(): string {
    try {
      return readFileSync(join(this.#folder, "errors.log"), "utf8").slice(0, 4000);
    } catch {
      return "";
    }
  }
}

async function runBoth(strowger: RunningSwitch, caller: string, callee: string, options = ""): Promise<void> {
  const port = await freePort();
  await strowger.deploy("main", inviteScript(`forward("sip:callee@127.0.0.1:${port}", { media: "direct"${options} })`));
  const answering = new Side(callee, port);
  const calling = new Side(caller, await freePort(), strowger);
  await calling.done();
  await answering.done();
  await strowger.noCalls();
}

const hangUp = (cseq: number) => [request("ACK", 1), pause(100), request("BYE", cseq), expectResponse(200)];
const takeBye = [expectRequest("ACK"), expectRequest("BYE"), answer("200 OK")];

describe.skipIf(!hasPrograms("sipp"))("SIPp, with early media through the switch,", () => {
  let started: RunningSwitch | undefined;
  const theSwitch = async () => (started ??= await startSwitch());
  afterAll(() => started?.stop());

  it("sends PRACK and an early UPDATE to SIPp, end to end", {
    ...shows({ SIPp: ["early media"] }),
    timeout: TEST_MS,
  }, async () => {
    const rack = { header: "RSeq:", pattern: "[0-9]+", as: "rseq" };
    const caller = scenario(
      invite(["Supported: 100rel", ALLOW]),
      mayGet(100),
      expectResponse(183, rack, { header: "Require:", pattern: "100rel" }, { pattern: "m=audio 7000" }),
      request("PRACK", 2, ["RAck: [$rseq] 1 INVITE"]),
      expectResponse(200),
      request("UPDATE", 3, [], audioAt(6002, 2)),
      expectResponse(200, { pattern: "m=audio 7002" }),
      expectResponse(200, { header: "CSeq:", pattern: "1 INVITE" }),
      ...hangUp(4),
    );
    const callee = scenario(
      expectInvite({ header: "Supported:", pattern: "100rel" }),
      answer("183 Session Progress", [...RELIABLY, ALLOW], audioAt(7000), "invite"),
      expectRequest("PRACK", { header: "RAck:", pattern: "4711 1 INVITE" }),
      answer("200 OK"),
      expectRequest("UPDATE", { pattern: "m=audio 6002" }),
      answer("200 OK", ["Contact: <sip:sipp@[local_ip]:[local_port]>"], audioAt(7002, 2)),
      answer("200 OK", [], "", "invite"),
      ...takeBye,
    );
    await runBoth(await theSwitch(), caller, callee);
  });

  it("gets its PRACK from the switch where the caller knows of no such thing", {
    ...shows({ SIPp: ["early media"] }),
    timeout: TEST_MS,
  }, async () => {
    const caller = scenario(
      invite([]),
      mayGet(100),
      expectResponse(183, { pattern: "m=audio 7000" }),
      expectResponse(200),
      ...hangUp(2),
    );
    const callee = scenario(
      expectInvite(),
      answer("183 Session Progress", RELIABLY, audioAt(7000), "invite"),
      expectRequest("PRACK", { header: "RAck:", pattern: "4711 1 INVITE" }),
      answer("200 OK"),
      answer("200 OK", [], audioAt(7000), "invite"),
      ...takeBye,
    );
    await runBoth(await theSwitch(), caller, callee);
  });

  it("gets reliable responses of the switch where it requires them and the callee knows of no such thing", {
    ...shows({ SIPp: ["early media"] }),
    timeout: TEST_MS,
  }, async () => {
    const rack = { header: "RSeq:", pattern: "[0-9]+", as: "rseq" };
    const caller = scenario(
      invite(["Require: 100rel"]),
      mayGet(100),
      expectResponse(183, rack),
      // The 183 comes again meanwhile.
      pause(700),
      request("PRACK", 2, ["RAck: [$rseq] 1 INVITE"]),
      expectResponse(200, { header: "CSeq:", pattern: "2 PRACK" }),
      expectResponse(200, { header: "CSeq:", pattern: "1 INVITE" }),
      ...hangUp(3),
    );
    const callee = scenario(
      expectInvite(),
      answer("183 Session Progress", [], audioAt(7000), "invite"),
      answer("200 OK", [], audioAt(7000), "invite"),
      ...takeBye,
    );
    await runBoth(await theSwitch(), caller, callee);
  });
});

describe.skipIf(!hasPrograms("sipp"))("SIPp, with a session timer of seconds,", () => {
  it("is refreshed by the switch on both sides, by UPDATE and by INVITE", {
    ...shows({ SIPp: ["session timer"] }),
    timeout: TEST_MS,
  }, async () => {
    const strowger = await startSwitch({ sip: { sessionExpires: 4, minSE: 2 } });
    onTestFinished(() => strowger.stop());
    const caller = scenario(
      invite(["Supported: timer", ALLOW]),
      mayGet(100),
      expectResponse(200, { header: "Session-Expires:", pattern: "4;refresher=uas" }),
      request("ACK", 1),
      expectRequest("UPDATE", { header: "Session-Expires:", pattern: "4;refresher=uac" }),
      answer("200 OK", ["Session-Expires: 4;refresher=uac"]),
      expectRequest("UPDATE"),
      answer("200 OK", ["Session-Expires: 4;refresher=uac"]),
      pause(500),
      request("BYE", 2),
      expectResponse(200),
    );
    const refreshed = [
      expectRequest("INVITE", { header: "Session-Expires:", pattern: "4;refresher=uac" }, { pattern: "m=audio 6000" }),
      answer(
        "200 OK",
        ["Contact: <sip:sipp@[local_ip]:[local_port]>", "Session-Expires: 4;refresher=uac"],
        audioAt(7000),
      ),
      expectRequest("ACK"),
    ];
    const callee = scenario(
      expectInvite({ header: "Session-Expires:", pattern: "4;refresher=uac" }),
      answer("200 OK", ["Session-Expires: 4;refresher=uac", "Require: timer"], audioAt(7000), "invite"),
      expectRequest("ACK"),
      ...refreshed,
      ...refreshed,
      expectRequest("BYE"),
      answer("200 OK"),
    );
    await runBoth(strowger, caller, callee);
  });

  it("is hung up where it does not refresh the session that is its own to refresh", {
    ...shows({ SIPp: ["session timer"] }),
    timeout: TEST_MS,
  }, async () => {
    const strowger = await startSwitch({ sip: { sessionExpires: 4, minSE: 2 } });
    onTestFinished(() => strowger.stop());
    const caller = scenario(
      invite(["Supported: timer", "Session-Expires: 3;refresher=uac"]),
      mayGet(100),
      expectResponse(200, { header: "Session-Expires:", pattern: "3;refresher=uac" }),
      request("ACK", 1),
      expectRequest("BYE", { header: "Reason:", pattern: "cause=408" }),
      answer("200 OK"),
    );
    const callee = scenario(expectInvite(), answer("200 OK", [], audioAt(7000), "invite"), ...takeBye);
    await runBoth(strowger, caller, callee);
    const { body } = await strowger.api("GET", `/v1/cdrs?limit=${CALLS}`);
    expect(body.items.map(({ endedBy }: { endedBy: string }) => endedBy)).toEqual(Array(CALLS).fill("switch"));
  });
});
