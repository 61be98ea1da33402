import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { levelOf, shareOfTone } from "../helpers/likeness.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import type { Tail } from "../helpers/tail.ts";
import { readWavFile, type Wav } from "../helpers/wav.ts";

/** In no chord of the music on hold. */
const ALICE_HERTZ = 1130;
const BOB_HERTZ = 1730;
/** Share of a tone in a sound that is nothing else, in one that is another tone, and in music. */
const PURE = 0.9;
const ABSENT = 0.01;
const OF_MUSIC = 0.3;
const LEAST_MUSIC = 0.01;

const SCRIPT = script(`
  invite: () => forward("bob", { record: true }),
  recorded(call, event) {
    console.log("recorded " + event.recording + " " + event.end);
  },
  hold(call, event) {
    console.log("hold by " + event.by);
  },
  resume(call, event) {
    console.log("resume by " + event.by);
  },`);

describe.skipIf(!hasPrograms("baresip", "sox"))(
  "baresip calls baresip, and the audio passes through the switch",
  () => {
    let started: RunningSwitch | undefined;
    const theSwitch = async () => (started ??= await startSwitch());
    afterAll(() => started?.stop());

    async function connected() {
      const strowger = await theSwitch();
      await strowger.deploy("main", SCRIPT);
      const tail = await strowger.tail("main");
      const [alice, bob] = await Promise.all([
        baresipPhone(strowger, { user: "alice", answer: "manual", tone: ALICE_HERTZ }),
        baresipPhone(strowger, { user: "bob", answer: "auto", tone: BOB_HERTZ }),
      ]);
      alice.dial(`sip:101@${strowger.domain}`);
      await Promise.all([alice.event("CALL_ESTABLISHED"), bob.event("CALL_ESTABLISHED")]);
      return { strowger, tail, alice, bob };
    }

    it(
      "both hear each other, and the recording has the caller left and the callee right",
      shows({ baresip: ["call", "audio"] }),
      async () => {
        const { strowger, tail, alice, bob } = await connected();
        const [atAlice, atBob] = await Promise.all([alice.hears(2), bob.hears(2)]);
        alice.hangUp();
        await Promise.all([alice.event("CALL_CLOSED"), bob.event("CALL_CLOSED")]);

        expect(share(atAlice, BOB_HERTZ)).toBeGreaterThan(PURE);
        expect(share(atBob, ALICE_HERTZ)).toBeGreaterThan(PURE);
        const recording = await recordingOf(strowger, tail);
        expect(recording.channels).toHaveLength(2);
        expect(soundOf(recording).length / recording.rate).toBeGreaterThan(1.5);
        expect(share(recording, ALICE_HERTZ, 0)).toBeGreaterThan(PURE);
        expect(share(recording, BOB_HERTZ, 0)).toBeLessThan(ABSENT);
        expect(share(recording, BOB_HERTZ, 1)).toBeGreaterThan(PURE);
        expect(share(recording, ALICE_HERTZ, 1)).toBeLessThan(ABSENT);
        await strowger.noCalls();
      },
    );

    it.each(["caller", "callee"] as const)(
      "while the %s holds it the other hears music",
      shows({ baresip: ["hold"] }),
      async (by) => {
        const { strowger, tail, alice, bob } = await connected();
        const [holder, other] = by === "caller" ? [alice, bob] : [bob, alice];
        const hertz = by === "caller" ? ALICE_HERTZ : BOB_HERTZ;
        holder.command("hold");
        await tail.line(`hold by ${by}`);
        const music = await other.hears(1.5);
        holder.command("resume");
        await tail.line(`resume by ${by}`);
        const after = await other.hears(1.5);
        alice.hangUp();
        await Promise.all([alice.event("CALL_CLOSED"), bob.event("CALL_CLOSED")]);

        expect(levelOf(soundOf(music))).toBeGreaterThan(LEAST_MUSIC);
        expect(share(music, hertz)).toBeLessThan(OF_MUSIC);
        expect(share(after, hertz)).toBeGreaterThan(PURE);
        // What the holder hears again: this baresip records nothing more once it has held a call, whoever sends to it.
        const end = lastSecond(await recordingOf(strowger, tail));
        expect(share(end, ALICE_HERTZ, 0)).toBeGreaterThan(PURE);
        expect(share(end, BOB_HERTZ, 1)).toBeGreaterThan(PURE);
      },
    );
  },
);

/** The recording of the only call of this tail. */
async function recordingOf(strowger: RunningSwitch, tail: Tail): Promise<Wav> {
  const { text = "" } = await tail.entry("the recording", (entry) => entry.text?.startsWith("recorded ") === true);
  const [, id, end] = text.split(" ");
  expect(end).toBe("hangup");
  return readWavFile(join(strowger.folder, "data", "recordings", strowger.domain, `${id}.wav`));
}

function lastSecond({ rate, channels }: Wav): Wav {
  return { rate, channels: channels.map((samples) => samples.slice(-rate)) };
}

/** Without what was still on its way, and what jitter buffers had not settled yet. */
function soundOf({ channels, rate }: Wav, channel = 0): Float64Array {
  return channels[channel]?.slice(Math.round(0.4 * rate)) ?? new Float64Array(0);
}

/** The share of this tone, in pieces: where a jitter buffer adapts, the phase of a tone jumps. */
function share(wav: Wav, hertz: number, channel = 0): number {
  const samples = soundOf(wav, channel);
  const length = Math.round(wav.rate / 10);
  const shares: number[] = [];
  for (let at = 0; at + length <= samples.length; at += length) {
    shares.push(shareOfTone(samples.subarray(at, at + length), wav.rate, hertz));
  }
  return shares.reduce((sum, one) => sum + one, 0) / shares.length;
}
