import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { ackRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { aNewCallWorks, CallThatIsUp, linesWith, metric } from "./world.ts";

/** Takes every question and answers none. */
const silent = createSocket("udp4");
silent.bind(0, "127.0.0.1");
await once(silent, "listening");
const strowger = await startSwitch({
  dns: { servers: [`127.0.0.1:${silent.address().port}`], timeoutSeconds: 0.5 },
  routes: [
    { name: "away", to: "9XX", script: "away", public: true },
    { name: "all", script: "main", public: true },
  ],
});
afterAll(async () => {
  await strowger.stop();
  silent.close();
});

describe("When DNS is dead", () => {
  it("a call to a name fails in seconds, and calls to addresses go on meanwhile", async () => {
    const call = await CallThatIsUp.begin(strowger);
    await strowger.deploy("away", inviteScript('forward("sip:somebody@gw.example.net")'));
    const phone = await rawPhone(strowger, "caller");
    const begun = performance.now();
    const sent = invite(phone, "900");
    await call.works();
    await aNewCallWorks(strowger, call.callee);
    const refusal = await phone.expect(/^SIP\/2\.0 [4-6]\d\d/, 15_000);
    ackRefusal(phone, sent, refusal);
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect(linesWith(strowger, "No DNS server answers")).toBe(1);
    expect(await metric(strowger, "strowger_dns_failing")).toBe(1);
    await call.works();
    await call.end();
    await strowger.noCalls();
  });
});
