import { describe, expect, it, onTestFinished } from "vitest";
import { speechFile } from "../helpers/baresip-phones.ts";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { Linphone } from "../helpers/linphone.ts";
import { rawPhone } from "../helpers/phones.ts";
import { register } from "../helpers/raw-account.ts";
import { invite, RawDialog } from "../helpers/raw-dialog.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { sdp } from "../helpers/sdp.ts";
import { shows } from "../helpers/shows.ts";
import { startSwitch } from "../helpers/switch.ts";
import { until } from "../helpers/until.ts";

const REGISTERED_WITHIN_MS = 10_000;
const ANSWERED_WITHIN_MS = 15_000;

interface Registered {
  readonly contact: string;
  readonly instance: string | null;
  readonly gruu: string | null;
}

/** sipsak wants a domain that has an address. */
async function theSwitch(domain = "example.test") {
  const strowger = await startSwitch({ domain, digest: ["MD5"] });
  onTestFinished(() => strowger.stop());
  await strowger.deploy("main", inviteScript('forward("bob")'));
  const registered = async (): Promise<readonly Registered[]> =>
    (await strowger.api("GET", "/v1/registrations?user=bob")).body.items;
  return { strowger, registered };
}

describe.skipIf(!hasPrograms("linphonec"))("linphonec, which asks for a GRUU (RFC 5627)", () => {
  it(
    "is rung by its GRUU though bob has another phone, talks with it as its Contact, and is hung up on",
    shows({ linphone: ["register", "call", "GRUU"] }),
    async () => {
      const { strowger, registered } = await theSwitch();
      const { domain, sipPort: switchPort } = strowger;
      const sound = speechFile(8000, 5);
      const phone = await Linphone.start({ user: "bob", password: "pw-bob", domain, switchPort, sound, codec: "PCMU" });
      onTestFinished(() => phone.stop());
      const device = await until(
        "linphonec to register",
        async () => (await registered()).find(({ instance }) => instance !== null),
        REGISTERED_WITHIN_MS,
      );
      expect(device.gruu).toMatch(/^sip:bob@example\.test;gr=/);
      const other = await rawPhone(strowger, "other");
      await register(other, { user: "bob" });

      const caller = await rawPhone(strowger, "caller");
      const sent = invite(caller, "bob", { uri: device.gruu ?? "", body: sdp(40_000) });
      await caller.expect("180 INVITE");
      await phone.answer();
      const side = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE", ANSWERED_WITHIN_MS));
      side.ack(sent);
      expect(other.untaken).toEqual([]);
      await strowger.call(({ state }) => state === "answered");
      await side.bye();
      await strowger.noCalls();
    },
  );
});

describe.skipIf(!hasPrograms("sipsak"))("sipsak", () => {
  it("registers with a password and is listed", shows({ sipsak: ["register"] }), async () => {
    const { strowger, registered } = await theSwitch("localhost");
    const port = await freePort();
    const contact = `sip:bob@127.0.0.1:${port}`;
    const account = [
      "-s",
      "sip:bob@localhost",
      "-p",
      `127.0.0.1:${strowger.sipPort}`,
      "-u",
      "bob",
      "-a",
      "pw-bob",
      "-x",
      "600",
    ];
    const sipsak = new Child("sipsak", ["-U", "-C", contact, ...account, "-l", String(port), "-vv"]);
    const { code } = await sipsak.exited;
    expect({ code, output: sipsak.output }).toMatchObject({ code: 0 });
    expect((await registered()).map((one) => one.contact)).toEqual([contact]);
  });
});
