import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript, script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { runSippClient, startSippCallee } from "../helpers/sipp.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

const CALLS = 100;
const RATE = 50;

describe.skipIf(!hasPrograms("sipp"))("SIPp", () => {
  let started: RunningSwitch | undefined;
  const theSwitch = async () => (started ??= await startSwitch());
  afterAll(() => started?.stop());

  it(
    "calls SIPp through the switch a hundred times, and every call is answered and hung up",
    shows({ SIPp: ["call"] }),
    async () => {
      const strowger = await theSwitch();
      const callee = await freePort();
      await strowger.deploy("main", inviteScript(`forward("sip:callee@127.0.0.1:${callee}")`));
      const answering = await startSippCallee({ scenario: "uas-call", port: callee, calls: CALLS });
      onTestFinished(() => answering.stop());
      const rows = ["700;", "701;"];
      const to = { switchPort: strowger.sipPort, domain: strowger.domain };
      await runSippClient({ ...to, scenario: "uac-call", port: await freePort(), calls: CALLS, rate: RATE, rows });
      await answering.done();
      await strowger.noCalls();
      const { body } = await strowger.api("GET", `/v1/cdrs?limit=${CALLS}`);
      const answered = body.items.filter((cdr: { result: string }) => cdr.result === "answered");
      expect(answered).toHaveLength(CALLS);
    },
  );

  it("is refused with 404 by a script, and acknowledges it", shows({ SIPp: ["call"] }), async () => {
    const strowger = await theSwitch();
    await strowger.deploy("main", script('  invite: (call) => reject(call.to.user.startsWith("99") ? 404 : 500),'));
    const to = { switchPort: strowger.sipPort, domain: strowger.domain };
    await runSippClient({
      ...to,
      scenario: "uac-reject",
      port: await freePort(),
      calls: CALLS,
      rate: RATE,
      rows: ["700;"],
    });
  });

  it("registers as each of ten users with digest", shows({ SIPp: ["register"] }), async () => {
    const names = Array.from({ length: 10 }, (_, index) => `u${100 + index}`);
    const users = Object.fromEntries(names.map((name) => [name, { password: `pw-${name}` }]));
    const strowger = await startSwitch({ users });
    onTestFinished(() => strowger.stop());
    const rows = names.map((name) => `${name};[authentication username=${name} password=pw-${name}];`);
    const to = { switchPort: strowger.sipPort, domain: strowger.domain };
    const load = { calls: names.length, rate: RATE, rows };
    await runSippClient({ ...to, ...load, scenario: "uac-register-auth", port: await freePort() });
    const { body } = await strowger.api("GET", "/v1/registrations");
    expect(body.items.map((item: { user: string }) => item.user).sort()).toEqual(names);
  });
});
