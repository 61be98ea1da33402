import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { baresipPhone, speechFile } from "../helpers/baresip-phones.ts";
import { Linphone } from "../helpers/linphone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import type { Tail } from "../helpers/tail.ts";
import { roughFrequency } from "../helpers/tone.ts";
import { until } from "../helpers/until.ts";
import type { Wav } from "../helpers/wav.ts";

const TEST_WITHIN_MS = 60_000;
/** How far off sox is allowed to be: it counts crossings in G.711 sound. */
const SLACK_HERTZ = 40;
const TONES = { alice: 440, bob: 880, dave: 660 } as const;
const USERS = {
  alice: { password: "pw-alice", extension: "100" },
  bob: { password: "pw-bob", extension: "101" },
  dave: { password: "pw-dave", extension: "102" },
};
const exchange = (media: string): string =>
  script(`
  invite: (call) => forward({ "100": "alice", "101": "bob", "102": "dave" }[call.to.user] ?? "nobody", ${media}),
  reinvite: (_call, event) => console.log("re-INVITE by " + event.by),
  transferred(_call, event) {
    console.log(event.end + " " + event.who + " by " + event.by + " " + event.code);
  },`);

let strowger: RunningSwitch;
let tail: Tail;

beforeAll(async () => {
  strowger = await startSwitch({ users: USERS });
});
afterAll(() => strowger.stop());
afterEach(() => tail.close());

async function deploy(media: string): Promise<void> {
  await strowger.deploy("main", exchange(media));
  tail = await strowger.tail("main");
}

/** Of a tone, by how often it crosses zero; its first half second may still be the one before. */
function frequencyOf({ rate, channels: [samples = new Float64Array()] }: Wav): number {
  const heard = samples.slice(rate / 2);
  let crossings = 0;
  for (let at = 1; at < heard.length; at++) if (Number(heard[at - 1]) < 0 !== Number(heard[at]) < 0) crossings++;
  return (crossings / 2) * (rate / heard.length);
}

describe.skipIf(!hasPrograms("baresip", "sox"))("baresip transfers a call blind", () => {
  it.each([
    ["and the phones talk directly", "{}", "callee"],
    ["and the audio passes through the switch", '{ media: "anchor" }', "callee"],
    ["whose caller it is", "{}", "caller"],
  ] as const)("%s", { ...shows({ baresip: ["transfer"] }), timeout: TEST_WITHIN_MS }, async (_what, media, by) => {
    await deploy(media);
    const bob = await baresipPhone(strowger, { user: "bob", answer: "auto", tone: TONES.bob });
    const dave = await baresipPhone(strowger, { user: "dave", answer: "auto", tone: TONES.dave });
    const alice = await baresipPhone(strowger, { user: "alice", answer: "manual", tone: TONES.alice });
    alice.dial(`sip:101@${strowger.domain}`);
    await Promise.all([alice.event("CALL_ESTABLISHED"), bob.event("CALL_ESTABLISHED")]);
    await alice.heard(1);
    const [leaves, stays] = by === "callee" ? [bob, alice] : [alice, bob];
    leaves.command("transfer", `sip:102@${strowger.domain}`);
    await tail.line(`connected ${by === "callee" ? "caller" : "callee"} by ${by} 200`);
    await Promise.all([leaves.event("CALL_CLOSED"), dave.event("CALL_ESTABLISHED")]);
    expect(Math.abs(frequencyOf(await stays.hears(2)) - TONES.dave)).toBeLessThan(SLACK_HERTZ);
    const tone = by === "callee" ? TONES.alice : TONES.bob;
    expect(Math.abs((await roughFrequency(await dave.heard(2))) - tone)).toBeLessThan(SLACK_HERTZ);
    dave.hangUp();
    await stays.event("CALL_CLOSED");
    await strowger.noCalls();
  });
});

describe.skipIf(!hasPrograms("linphonec"))("linphonec transfers a call", () => {
  const phones: Linphone[] = [];
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((phone) => phone.stop()));
  });

  async function phone(user: keyof typeof USERS): Promise<Linphone> {
    const { domain, sipPort: switchPort } = strowger;
    const sound = speechFile(8000, 30);
    const made = await Linphone.start({ user, password: `pw-${user}`, domain, switchPort, sound, codec: "PCMU" });
    phones.push(made);
    await until(`${user} to register`, async () => {
      const { items } = (await strowger.api("GET", "/v1/registrations")).body;
      return items.some((item: { user: string }) => item.user === user);
    });
    return made;
  }

  it("blind", { ...shows({ linphone: ["transfer"] }), timeout: TEST_WITHIN_MS }, async () => {
    await deploy("{}");
    const [alice, bob, dave] = [await phone("alice"), await phone("bob"), await phone("dave")];
    const answering = bob.answer();
    await alice.call(`sip:101@${strowger.domain}`);
    await answering;
    const taking = dave.answer();
    bob.transfer(`sip:102@${strowger.domain}`);
    await taking;
    await tail.line("connected caller by callee 200");
    const live = await strowger.call();
    expect(live.legs.map(({ state }) => state)).toEqual(["ended", "answered"]);
    dave.hangUp();
    await strowger.noCalls();
  });

  it("attended", { ...shows({ linphone: ["transfer"] }), timeout: TEST_WITHIN_MS }, async () => {
    await deploy("{}");
    const [alice, bob, dave] = [await phone("alice"), await phone("bob"), await phone("dave")];
    const answering = bob.answer();
    await alice.call(`sip:101@${strowger.domain}`);
    await answering;
    const taking = dave.answer();
    await strowger.call(({ seconds }) => seconds > 1);
    bob.hold();
    await tail.line("re-INVITE by callee");
    await bob.callAgain(`sip:102@${strowger.domain}`);
    await taking;
    bob.joinCalls();
    await tail.line("connected caller by callee 200");
    await until("one call to be left", async () => (await strowger.calls()).length === 1);
    dave.hangUp();
    await strowger.noCalls();
  });
});
