import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { ackRefusal, cancel, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { boundPorts, configured, mediaPorts } from "../../helpers/udp-ports.ts";
import { until } from "../../helpers/until.ts";

/** From before the script has decided to after the call is answered, on a fast machine and on a slow one. */
const AFTER_MS = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 15, 20];

describe("a caller gives up while the switch opens the audio of a mailbox", () => {
  let strowger: RunningSwitch | undefined;
  afterAll(() => strowger?.stop());

  it("and each call ends as cancelled or as answered, with no port and no message left behind", async () => {
    strowger = await startSwitch({ media: configured(mediaPorts) });
    await strowger.deploy("main", script('  invite: () => voicemail("alice", { greeting: "none" }),'));
    const caller = await rawPhone(strowger, "caller");

    const statuses: number[] = [];
    for (const ms of AFTER_MS) {
      const sent = invite(caller, "100", { body: sdp(6000) });
      spin(ms);
      cancel(caller, sent);
      const final = await caller.expect(/^SIP\/2\.0 (200|487)[\s\S]*CSeq: 1 INVITE/);
      statuses.push(final.status);
      if (final.status === 487) ackRefusal(caller, sent, final);
      else {
        const dialog = RawDialog.ofCaller(caller, sent, final);
        dialog.ack(sent);
        await dialog.bye();
      }
    }

    expect(statuses[0]).toBe(487);
    await strowger.noCalls();
    await until("all ports to be given back", () => boundPorts(mediaPorts).length === 0);
    const { body } = await strowger.api("GET", "/v1/voicemail/alice/messages");
    expect(body.items).toEqual([]);
    const results = (await strowger.cdrs()).map(({ result }) => result);
    expect(results.filter((result) => result === "cancelled")).toHaveLength(
      statuses.filter((code) => code === 487).length,
    );
    expect(results).toHaveLength(AFTER_MS.length);
    expect(strowger.log()).not.toMatch(/"level":"(error|fatal)"|ERROR/);
  });
});

/** A timer is not as fine as this. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
