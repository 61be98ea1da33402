import { afterAll, describe, expect, it } from "vitest";
import { baresipPhone, speechFile } from "../helpers/baresip-phones.ts";
import { messagesIn } from "../helpers/mailbox.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

const USERS = Object.fromEntries(["alice", "bob", "carol", "dave"].map((name) => [name, { password: `pw-${name}` }]));
const SECONDS = 3;

describe.skipIf(!hasPrograms("baresip", "sox"))("the message lamp", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it(
    "of a baresip that subscribes shows each message and its removal, and that of a phone which never did as well",
    shows({ baresip: ["message lamp"] }),
    async () => {
      started = await startSwitch({ users: USERS });
      const strowger = started;
      await strowger.deploy("main", script('  invite: (call) => voicemail(call.to.user ?? "", { greeting: "none" }),'));
      const sound = speechFile(8000, SECONDS);
      const [alice, bob, dave, carol] = await Promise.all([
        baresipPhone(strowger, { user: "alice", answer: "manual", mwi: true }),
        baresipPhone(strowger, { user: "bob", answer: "manual", sound }),
        baresipPhone(strowger, { user: "dave", answer: "manual", sound }),
        registeredPhone(strowger, "carol"),
      ]);
      await alice.wrote(/Messages-Waiting: no/i);

      bob.dial(`sip:alice@${strowger.domain}`);
      dave.dial(`sip:carol@${strowger.domain}`);

      await alice.wrote(/Messages-Waiting: yes[\s\S]*Voice-Message: 1\/0/i);
      const told = await carol.expect("NOTIFY", 15_000);
      carol.answer(told, 200, { reason: "OK" });
      expect(told.header("Event")).toBe("message-summary");
      expect(told.body).toMatch(/Messages-Waiting: yes[\s\S]*Voice-Message: 1\/0/);

      const [message] = await messagesIn(strowger, "alice");
      await strowger.api("DELETE", `/v1/voicemail/alice/messages/${message?.id}`);
      await alice.wrote(/Messages-Waiting: yes[\s\S]*Messages-Waiting: no/i);
    },
  );
});
