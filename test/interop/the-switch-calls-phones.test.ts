import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { baresipPhone, speechFile } from "../helpers/baresip-phones.ts";
import { Linphone } from "../helpers/linphone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { timelineOf } from "../helpers/timeline.ts";
import { roughFrequency } from "../helpers/tone.ts";
import { until } from "../helpers/until.ts";

const TEST_WITHIN_MS = 60_000;
const REGISTERED_WITHIN_MS = 10_000;
const ALICE_HERTZ = 440;
const BOB_HERTZ = 880;
/** How far off sox is allowed to be: it counts crossings in G.711 sound. */
const SLACK_HERTZ = 40;

describe.skipIf(!hasPrograms("baresip", "sox"))("The switch calls real phones", () => {
  let started: RunningSwitch | undefined;
  const theSwitch = async () => (started ??= await startSwitch());
  afterAll(() => started?.stop());
  beforeEach(async () => {
    for (const user of ["alice", "bob"]) await started?.api("DELETE", `/v1/registrations/${user}`);
  });

  async function originate(strowger: RunningSwitch, body: object): Promise<string> {
    const answer = await strowger.api("POST", "/v1/calls", body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.id;
  }

  it.each([
    ["one codec", "PCMU", "bob", "caller"],
    ["a codec each, and the switch between them", "PCMA", "bob", "callee"],
    [
      "one codec, and their audio goes directly",
      "PCMU",
      { type: "forward", targets: ["bob"], media: "release" },
      "caller",
    ],
  ] as const)(
    "baresip and baresip, with %s: both hear each other",
    { ...shows({ baresip: ["call by the API", "audio"] }), timeout: TEST_WITHIN_MS },
    async (...row) => {
      const [, codec, to, by] = row;
      const strowger = await theSwitch();
      const bob = await baresipPhone(strowger, { user: "bob", answer: "auto", tone: BOB_HERTZ, codec });
      const alice = await baresipPhone(strowger, { user: "alice", answer: "auto", tone: ALICE_HERTZ });

      const id = await originate(strowger, { from: "alice", to });
      await Promise.all([alice.event("CALL_ESTABLISHED"), bob.event("CALL_ESTABLISHED")]);
      // What alice has heard before is the ringing of the switch.
      await strowger.call(({ legs }) => legs.filter(({ state }) => state === "answered").length === 2);
      const [atAlice, atBob] = await Promise.all([alice.heard(4), bob.heard(3)]);
      const { items } = await timelineOf(strowger, id);
      const ended = items.filter((item) => item.type === "fact" && item.what === "audio-ended");
      expect(ended.length).toBe(typeof to === "string" ? 0 : 2);
      (by === "caller" ? alice : bob).hangUp();
      await Promise.all([alice.event("CALL_CLOSED"), bob.event("CALL_CLOSED")]);

      expect(Math.abs((await roughFrequency(atAlice)) - BOB_HERTZ)).toBeLessThan(SLACK_HERTZ);
      expect(Math.abs((await roughFrequency(atBob)) - ALICE_HERTZ)).toBeLessThan(SLACK_HERTZ);
      expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({
        result: "answered",
        endedBy: by,
        user: "alice",
      });
      await strowger.noCalls();
    },
  );

  it.skipIf(!hasPrograms("linphonec"))(
    "linphone first, who gets a menu of a script, and baresip behind it",
    { ...shows({ linphone: ["call by the API", "DTMF"], baresip: ["call by the API"] }), timeout: TEST_WITHIN_MS },
    async () => {
      const strowger = await theSwitch();
      const { domain, sipPort: switchPort } = strowger;
      await strowger.deploy(
        "main",
        script(`
  invite: (call) => gather({ say: "press one", digits: 1, timeoutSeconds: 15 }),
  gathered: (call, event) => (event.digits === "1" ? forward(call.to.user) : hangup()),`),
      );
      const bob = await baresipPhone(strowger, { user: "bob", answer: "auto", tone: BOB_HERTZ });
      const sound = speechFile(8000, 15);
      const alice = await Linphone.start({ user: "alice", password: "pw-alice", domain, switchPort, sound });
      onTestFinished(() => alice.stop());
      const isThere = async () => {
        const { items } = (await strowger.api("GET", "/v1/registrations?user=alice")).body;
        return items.length > 0;
      };
      await until("alice to register", isThere, REGISTERED_WITHIN_MS);

      const id = await originate(strowger, { from: "alice", to: "bob", script: "main" });
      await alice.answer();
      await strowger.call((call) => call.id === id && call.state === "answered");
      alice.press("1");
      await bob.event("CALL_ESTABLISHED");
      await bob.heard(2);
      alice.hangUp();
      await bob.event("CALL_CLOSED");
      expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({
        endedBy: "caller",
        script: "main",
        legs: [{ target: "alice" }, { target: "bob" }],
      });
    },
  );
});
