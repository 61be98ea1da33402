import { afterAll, describe, expect, it } from "vitest";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { roughFrequency } from "../helpers/tone.ts";

const TEST_WITHIN_MS = 60_000;
const ALICE_HERTZ = 440;
const BOB_HERTZ = 880;
/** How far off sox is allowed to be: it counts crossings in G.711 sound. */
const SLACK_HERTZ = 40;

describe.skipIf(!hasPrograms("baresip", "sox"))("baresip alice calls baresip bob by his extension", () => {
  let started: RunningSwitch | undefined;
  const theSwitch = async () => (started ??= await startSwitch());
  afterAll(() => started?.stop());

  it.each([
    ["alice hangs up", "caller", "udp"],
    ["bob hangs up", "callee", "udp"],
    ["alice hangs up, and bob is on TCP", "caller", "tcp"],
  ] as const)(
    "with digest, both hear each other, and %s",
    { ...shows({ baresip: ["register", "call", "audio", "TCP"] }), timeout: TEST_WITHIN_MS },
    async (_, by, transport) => {
      const strowger = await theSwitch();
      const bye = 'bye: (call, event) => console.log("bye by " + event.by),';
      await strowger.deploy(
        "main",
        script(`  invite: (call) => forward(call.to.user === "101" ? "bob" : "alice"),\n  ${bye}`),
      );
      const tail = await strowger.tail("main");
      const bob = await baresipPhone(strowger, { user: "bob", answer: "auto", tone: BOB_HERTZ, transport });
      const alice = await baresipPhone(strowger, { user: "alice", answer: "manual", tone: ALICE_HERTZ });

      alice.dial(`sip:101@${strowger.domain}`);
      await Promise.all([alice.event("CALL_ESTABLISHED"), bob.event("CALL_ESTABLISHED")]);
      const [atAlice, atBob] = await Promise.all([alice.heard(2), bob.heard(2)]);
      (by === "caller" ? alice : bob).hangUp();
      await Promise.all([alice.event("CALL_CLOSED"), bob.event("CALL_CLOSED")]);

      await tail.line(`bye by ${by}`);
      expect(Math.abs((await roughFrequency(atAlice)) - BOB_HERTZ)).toBeLessThan(SLACK_HERTZ);
      expect(Math.abs((await roughFrequency(atBob)) - ALICE_HERTZ)).toBeLessThan(SLACK_HERTZ);
      await strowger.noCalls();
      tail.close();
    },
  );
});
