import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { SipText } from "../../runtime/simulator/network/sip-text.ts";
import type { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { inviteAs } from "../helpers/raw-account.ts";
import { RawDialog } from "../helpers/raw-dialog.ts";
import type { RawPhone } from "../helpers/raw-phone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { sdp, sdpFields } from "../helpers/sdp.ts";
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

const RUN_WITHIN_MS = 20_000;
const CONTACT = "Contact: <sip:sipp@[local_ip]:[local_port]>";

describe.skipIf(!hasPrograms("sipp"))("SIPp, transferred by a phone,", () => {
  let strowger: RunningSwitch;
  beforeAll(async () => {
    strowger = await startSwitch();
  });
  afterAll(() => strowger.stop());

  /** SIPp with one call, and with what it says where that does not go as the scenario has it. */
  function sipp(text: string, port: number, calls: boolean): () => Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "sipp-"));
    writeFileSync(join(folder, "scenario.xml"), text);
    writeFileSync(join(folder, "rows.csv"), `SEQUENTIAL\n100;${strowger.domain}\n`);
    const target = calls ? [`127.0.0.1:${strowger.sipPort}`] : [];
    const args = [...target, "-inf", join(folder, "rows.csv"), "-trace_err"];
    const child: Child = startSippWith(join(folder, "scenario.xml"), { port, calls: 1 }, args, folder);
    onTestFinished(async () => {
      if (child.running) await child.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    });
    return async () => {
      const { code } = await within("SIPp to end", child.exited, RUN_WITHIN_MS);
      expect(code, child.output.slice(-3000)).toBe(0);
    };
  }

  function take(phone: RawPhone, offered: SipText, toTag: string): RawDialog {
    const fields = [["Contact", phone.contact] as const, ...sdpFields];
    phone.answer(offered, 200, { reason: "OK", toTag, fields, body: sdp(7000) });
    return RawDialog.ofCallee(phone, offered, toTag);
  }

  it("talks with another SIPp in the place of the phone: attended, by Replaces", {
    ...shows({ SIPp: ["transfer"] }),
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const target = `sip:desk@127.0.0.1:${port}`;
    await strowger.deploy(
      "main",
      script(`  invite: (call) => forward(call.user === "alice" ? "${target}" : "alice"),`),
    );
    const alice = await registeredPhone(strowger, "alice");
    const desk = sipp(
      scenario(
        expectInvite(),
        answer("200 OK", [], audioAt(7100), "invite"),
        expectRequest("ACK"),
        expectRequest("INVITE", { pattern: "m=audio 6100" }),
        answer("200 OK", [CONTACT], audioAt(7102, 2)),
        expectRequest("ACK"),
        expectRequest("BYE"),
        answer("200 OK"),
      ),
      port,
      false,
    );
    const caller = sipp(
      scenario(
        invite([]),
        mayGet(100),
        expectResponse(200),
        request("ACK", 1),
        expectRequest("INVITE"),
        answer("200 OK", [CONTACT], audioAt(6100, 2)),
        expectRequest("ACK", { pattern: "m=audio 7102" }),
        pause(200),
        request("BYE", 2),
        expectResponse(200),
      ),
      await freePort(),
      true,
    );
    const first = take(alice, await alice.expect("INVITE"), "a1");
    await alice.expect("ACK");
    const sent = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "200", { body: sdp(7004) });
    const second = RawDialog.ofCaller(alice, sent, await alice.expect("200 INVITE"));
    second.ack(sent);
    const tag = (party: string): string => /;tag=([^;]+)/.exec(party)?.[1] ?? "";
    const names = `${second.callId};to-tag=${tag(second.remote)};from-tag=${tag(second.local)}`;
    first.request("REFER", { fields: [["Refer-To", `<sip:200@example.test?Replaces=${encodeURIComponent(names)}>`]] });
    await alice.expect("202 REFER");
    for (const line of ["SIP/2.0 100 Trying", "SIP/2.0 200 OK"]) {
      const notify = await alice.expect("NOTIFY");
      expect(notify.body.trim()).toBe(line);
      alice.answer(notify, 200, { reason: "OK" });
    }
    for (let count = 0; count < 2; count++) alice.answer(await alice.expect("BYE"), 200, { reason: "OK" });
    await caller();
    await desk();
    await strowger.noCalls();
  });
});
