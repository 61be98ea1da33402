import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallQualityBody } from "../../../runtime/contract/call-quality-api.ts";
import { register } from "../../helpers/raw-account.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";
import { INSPECTABLE, runInThread } from "../../helpers/thread-of-the-switch.ts";
import { timelineOf } from "../../helpers/timeline.ts";
import { until } from "../../helpers/until.ts";
import { sine } from "../media/embedded/sounds.ts";

const USERS = { bob: { password: "pw-bob" }, carol: { password: "pw-carol" } };
const SCRIPT = script(`
  invite(call) {
    return call.to.user === "recorded" ? forward("bob", { record: true }) : forward("carol");
  },`);
const PACKETS = 150;
const LOST = PACKETS / 10;
/** What is said before the media plane knows of the agreement is not heard. */
const HEARD = PACKETS - 8;
const SPEECH = sine(440, PACKETS * 20);
/** Shorter than what the switch takes for the death of a worker. */
const HANGS_MS = 3000;
const ANSWERED_WITHIN_MS = 2000;

describe("The quality of a live call", () => {
  let strowger: RunningSwitch;

  beforeAll(async () => {
    strowger = await startSwitch({ users: USERS, media: { workers: 1 } }, INSPECTABLE);
    await strowger.deploy("main", SCRIPT);
  });
  afterAll(() => strowger.stop());

  async function registered(name: string): Promise<RawPhone> {
    const phone = await RawPhone.udp({ name, switchPort: strowger.sipPort });
    await register(phone, { user: name });
    return phone;
  }

  /** Two who talk with each other through the switch. */
  async function talking() {
    const bob = await registered("bob");
    const [caller, callee] = await Promise.all([TalkingPhone.call(strowger, "recorded"), TalkingPhone.answering(bob)]);
    const { id } = await strowger.call(({ state }) => state === "answered");
    return { caller, callee, id };
  }

  async function qualityOf(...ids: readonly string[]): Promise<readonly CallQualityBody[]> {
    return (await strowger.api("GET", `/v1/calls/quality?calls=${ids}`)).body.items;
  }

  it("is told by side, a side that loses packets is worse, and so it stands in the call's timeline", async () => {
    const { caller, callee, id } = await talking();
    await Promise.all([
      caller.speak(SPEECH, (index) => (index % 10 === 8 ? "lost" : 0)),
      callee.speak(SPEECH, (index) => (index % 2 === 0 ? 0 : 12)),
    ]);
    const quality = await until("all that was said", async () => {
      const [told] = await qualityOf(id);
      return told?.sides.every((side) => side.packetsReceived + side.packetsLost >= HEARD) === true && told;
    });
    expect(quality).toEqual({
      call: id,
      sides: [
        {
          side: "caller",
          codec: "PCMU",
          packetsSent: expect.any(Number),
          packetsReceived: expect.any(Number),
          packetsLost: LOST,
          lossPercent: expect.any(Number),
          jitterMs: expect.any(Number),
          roundTripMs: null,
          mos: expect.any(Number),
        },
        expect.objectContaining({ side: "callee", packetsLost: 0, lossPercent: 0 }),
      ],
    });
    const [ofCaller, ofCallee] = quality.sides;
    expect(ofCaller?.lossPercent).toBeCloseTo(10, 0);
    expect(ofCaller?.packetsSent).toBeGreaterThan(PACKETS / 2);
    expect(ofCaller?.mos).toBeCloseTo(3.4, 1);
    expect(ofCallee?.mos).toBeCloseTo(4.4, 1);
    expect(ofCallee?.jitterMs).toBeGreaterThan(3);

    await Promise.all([caller.hangUp(), callee.isHungUp()]);
    await strowger.noCalls();
    expect(await qualityOf(id)).toEqual([]);
    const { items } = await timelineOf(strowger, id, ({ items }) => endsOf(items).length === 2);
    expect(endsOf(items).sort()).toEqual([
      expect.stringMatching(/^callee: .* received, 0 lost, .*, MOS 4\.4$/),
      expect.stringMatching(/^caller: .* received, 15 lost, .*, MOS 3\.4$/),
    ]);
  });

  it("has no sides where the phones talk directly", async () => {
    const dave = await RawPhone.udp({ name: "dave", switchPort: strowger.sipPort });
    const { caller, callee } = await connectCall(dave, await registered("carol"), "plain");
    const { id } = await strowger.call(({ state }) => state === "answered");
    expect(await qualityOf(id, "nobody")).toEqual([{ call: id, sides: [] }]);
    await hangUp(caller, callee);
    await strowger.noCalls();
  });

  it("is answered in time while the thread of the media hangs, and told again when it does not any more", async () => {
    const { caller, callee, id } = await talking();
    await until("both sides", async () => (await qualityOf(id))[0]?.sides.length === 2);
    await runInThread(strowger, "media", `for (const end = Date.now() + ${HANGS_MS}; Date.now() < end; );`);
    const answeredMs = await until("nothing of it", async () => {
      const askedAt = performance.now();
      return (await qualityOf(id)).length === 0 && performance.now() - askedAt;
    });
    expect(answeredMs).toBeLessThan(ANSWERED_WITHIN_MS);
    await until("both sides again", async () => (await qualityOf(id))[0]?.sides.length === 2);
    await Promise.all([caller.hangUp(), callee.isHungUp()]);
    await strowger.noCalls();
  });
});

function endsOf(items: readonly { readonly type: string }[]): string[] {
  return items.flatMap((item) => {
    const { what, text } = item as { what?: string; text?: string };
    return what === "audio-ended" && text !== undefined ? [text] : [];
  });
}
