import { describe, expect, it } from "vitest";
import { wholeLine } from "../../../../runtime/recovery/entry-line.ts";
import { framesOf } from "../../../../runtime/recovery/frame.ts";
import { FORMAT_LINE, readCalls } from "../../../../runtime/recovery/read-calls.ts";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { forward } from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { CrashingSwitch, DOMAIN } from "./crashing-switch.ts";

const CALLS = 10_000;
/** Two seconds on a machine that has nothing else to do; how many, the line that is printed tells. */
const PATIENCE_MS = 60_000;

describe(`${CALLS} calls of an earlier process`, () => {
  it(
    "are all there, in one go",
    () => {
      const clock = new VirtualClock();
      const net = new SimNet({ seed: 1, clock });
      const [alice, bob] = [new Phone(net, "alice", "203.0.113.1"), new Phone(net, "bob", "203.0.113.2")];
      const crashing = new CrashingSwitch({ clock, net, script: { invite: () => forward("sip:bob@203.0.113.2") } });
      const invite = alice.invite(`sip:100@${DOMAIN}`, {
        body: sdp("203.0.113.1"),
        fields: [["User-Agent", "x".repeat(200)]],
      });
      clock.advance(100);
      bob.answer(bob.take("INVITE"), 200, { body: sdp("203.0.113.2") });
      clock.advance(50);
      Side.ofCaller(alice, invite, alice.take("200 INVITE")).ack(invite);
      clock.advance(50);
      const [call] = readCalls(crashing.files.all()).calls;
      crashing.kill(true);
      const texts = { head: JSON.stringify(call?.head), tail: JSON.stringify(call?.tail), id: call?.id ?? "" };
      const names = [texts.id, invite.header("Call-ID"), ...crashingNames(texts.tail)];
      const lines = Array.from({ length: CALLS }, (_, index) => {
        const renamed = (text: string) => names.reduce((done, name) => done.replaceAll(name, `${name}-${index}`), text);
        return wholeLine(`${texts.id}-${index}`, JSON.parse(renamed(texts.head)), JSON.parse(renamed(texts.tail)));
      });
      const files = [Buffer.concat([...framesOf([FORMAT_LINE, ...lines])])];
      const started = performance.now();
      const { calls } = readCalls(files);
      const read = performance.now();
      crashing.startWith(calls);
      const ms = performance.now() - started;
      const megabytes = ((files[0]?.length ?? 0) / 2 ** 20).toFixed(0);
      console.log(
        `${CALLS} calls (${megabytes} MiB): read in ${Math.round(read - started)} ms, there after ${Math.round(ms)} ms`,
      );
      expect(crashing.taken).toEqual({ resumed: CALLS, ended: 0, lost: 0 });
    },
    PATIENCE_MS,
  );
});

/** The Call-IDs of the called sides. */
function crashingNames(tail: string): string[] {
  return [...tail.matchAll(/"callId":"(0\.[a-z0-9]+)"/g)]
    .map(([, name]) => name ?? "")
    .filter((name, index, all) => all.indexOf(name) === index);
}
