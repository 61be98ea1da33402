import { afterAll, describe, expect, it } from "vitest";
import { baresipPhone } from "../helpers/baresip-phones.ts";
import { Capture } from "../helpers/capture.ts";
import { mayUseRawSockets } from "../helpers/raw-sockets.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { boundPorts, configured, mediaPorts } from "../helpers/udp-ports.ts";
import { until } from "../helpers/until.ts";

const SCRIPT = script(`
  invite: () => play(["vm-too-short", "silence:500", "vm-goodbye"]),
  played(call, event) {
    console.log("played " + event.end + " " + event.seconds);
    return hangup();
  },`);
const PACKETS_PER_SECOND = 50;
const SAMPLES_PER_PACKET = 160;
const PCMU = "0";
const SENDER_REPORT = 200;
const GOODBYE = 203;

const canRun = hasPrograms("tshark", "baresip", "sox") && mayUseRawSockets("dumpcap");

describe.skipIf(!canRun)("tshark reads what the switch plays to baresip", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it(
    "as one RTP stream in which nothing is lost or out of order, with reports and a goodbye, and no malformed packet",
    shows({ tshark: ["audio", "well-formed"] }),
    async () => {
      started = await startSwitch({ media: configured(mediaPorts) });
      const strowger = started;
      await strowger.deploy("main", SCRIPT);
      const tail = await strowger.tail("main");
      const bob = await baresipPhone(strowger, { user: "bob", answer: "manual" });
      const { first, last } = mediaPorts;
      const capture = await Capture.start(`udp port ${strowger.sipPort} or udp portrange ${first}-${last}`);

      bob.dial(`sip:100@${strowger.domain}`);
      await bob.event("CALL_CLOSED");
      const { text = "" } = await tail.entry("the end of it", (entry) => entry.text?.startsWith("played ") === true);
      await until("the ports to be given back", () => boundPorts(mediaPorts).length === 0);
      await capture.stop(strowger);

      // By the session descriptions tshark knows what is RTP.
      const sip = ["-d", `udp.port==${strowger.sipPort},sip`];
      const ours = `udp.srcport >= ${first} && udp.srcport <= ${last}`;
      const fields = ["rtp.seq", "rtp.timestamp", "rtp.ssrc", "rtp.p_type", "rtp.marker"];
      const [packets, reports, malformed, summary] = await Promise.all([
        capture.fields(sip, `rtp && ${ours}`, fields),
        capture.fields(sip, `rtcp && ${ours}`, ["rtcp.pt"]),
        capture.fields(sip, `_ws.malformed && (sip || ${ours})`, ["frame.number"]),
        capture.read([...sip, "-q", "-z", "rtp,streams"]),
      ]);
      const [, end, seconds] = text.split(" ");
      expect(end).toBe("finished");
      expect(packets.length).toBeGreaterThanOrEqual(Math.floor(Number(seconds) * PACKETS_PER_SECOND));
      expect(different(packets, 2)).toHaveLength(1);
      expect(different(packets, 3)).toEqual([PCMU]);
      expect(/1|True/.test(packets[0]?.[4] ?? "")).toBe(true);
      expect(stepsOf(packets, 0, 2 ** 16)).toEqual([1]);
      // After a stall of the machine it is a multiple.
      expect(stepsOf(packets, 1, 2 ** 32).filter((step) => step % SAMPLES_PER_PACKET !== 0)).toEqual([]);
      expect(malformed).toEqual([]);

      const kinds = reports.flatMap(([types = ""]) => types.split(",").map(Number));
      expect(kinds).toContain(SENDER_REPORT);
      expect(kinds).toContain(GOODBYE);

      const { lost, meanDeltaMs, meanJitterMs } = streamOf(summary);
      expect(lost).toBe("0 (0.0%)");
      expect(Math.abs(meanDeltaMs - 20)).toBeLessThan(1);
      expect(meanJitterMs).toBeLessThan(30);
    },
  );
});

function different(rows: readonly string[][], column: number): readonly (string | undefined)[] {
  return [...new Set(rows.map((row) => row[column]))];
}

/** By how much a number is above the one before it, each amount once. */
function stepsOf(rows: readonly string[][], column: number, wrap: number): readonly number[] {
  const numbers = rows.map((row) => Number(row[column]));
  return [...new Set(numbers.slice(1).map((number, index) => (number - (numbers[index] ?? 0) + wrap) % wrap))];
}

/** The line of our stream in the table of `rtp,streams`. */
function streamOf(summary: string) {
  const columns =
    /127\.\S+\s+(\d+)\s+127\.\S+\s+\d+\s+\S+\s+g711U\s+\d+\s+(\d+ \(\S+%\))\s+\S+\s+(\S+)\s+\S+\s+\S+\s+(\S+)/;
  for (const line of summary.split("\n")) {
    const [, port, lost, meanDelta, meanJitter] = columns.exec(line) ?? [];
    if (Number(port) < mediaPorts.first || !(Number(port) <= mediaPorts.last)) continue;
    return { lost, meanDeltaMs: Number(meanDelta), meanJitterMs: Number(meanJitter) };
  }
  throw new Error(`tshark finds no stream of ours:\n${summary}`);
}
