import { afterAll, describe, expect, it } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { ackRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { aNewCallWorks, CallThatIsUp, linesWith } from "./world.ts";

const CALLS = 5;
const first = await freePort(CALLS * 2);
const strowger = await startSwitch({
  media: { ports: `${first}-${first + CALLS * 2 - 1}` },
  routes: [
    { name: "hold", to: "9XX", script: "hold" },
    { name: "all", script: "main", public: true },
  ],
});
afterAll(() => strowger.stop());

describe("When there are no ports for audio left", () => {
  it("a call that needs one is refused, the others go on, and there is room again when one has ended", {
    timeout: 60_000,
  }, async () => {
    const direct = await CallThatIsUp.begin(strowger);
    await strowger.deploy("hold", inviteScript('play("music", { loop: true })'));
    const callIn = async () => {
      const phone = await rawPhone(strowger, "caller");
      return { phone, sent: invite(phone, "900", { body: sdp(6000) }) };
    };
    const talking = [];
    for (let calls = 0; calls < CALLS; calls++) {
      const { phone, sent } = await callIn();
      const dialog = RawDialog.ofCaller(phone, sent, await phone.expect("200 INVITE"));
      dialog.ack(sent);
      talking.push(dialog);
    }
    const { phone, sent } = await callIn();
    const refusal = await phone.expect(/^SIP\/2\.0 5\d\d/);
    ackRefusal(phone, sent, refusal);
    expect(linesWith(strowger, "All ports for audio are in use")).toBe(1);
    expect((await strowger.api("GET", "/metrics")).body).toContain('strowger_media_total{what="failedNoPort"} 1');
    await direct.works();
    await aNewCallWorks(strowger, direct.callee);
    await talking[0]?.bye();
    await until(
      "room for another",
      async () => {
        const next = await callIn();
        const answer = await next.phone.expect(/^SIP\/2\.0 [2-6]\d\d/);
        if (answer.status === 200) {
          const dialog = RawDialog.ofCaller(next.phone, next.sent, answer);
          dialog.ack(next.sent);
          talking.push(dialog);
        } else ackRefusal(next.phone, next.sent, answer);
        return answer.status === 200;
      },
      40_000,
    );
    await direct.works();
    for (const dialog of talking.slice(1)) await dialog.bye();
    await direct.end();
    expect(await strowger.noCalls()).toBe(true);
  });
});
