/** RTCP compounds, of any length that a datagram may have: read, believed, and answered by a report that fits its room. */
import fc from "fast-check";
import { ReceiverStats } from "../../../runtime/media/embedded/rtp/receiver-stats.ts";
import { parseRtcp, writeRtcp } from "../../../runtime/media/embedded/rtp/rtcp.ts";
import { RtcpSession } from "../../../runtime/media/embedded/rtp/rtcp-session.ts";
import { RtpSender } from "../../../runtime/media/embedded/rtp/sender.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const MOST_OCTETS = 65_507;
const ROOM = 400;

export const rtcp: Target = {
  samples: samples(),
  inputs: (seeds) =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: mutated(seeds, {
          words: ["\x80\xc9\0\x01", "\x81\xca\0\x02", "\x9f\xcb", "\x01\0", "\0\0\0\0", "\xa0"],
          mostOctets: MOST_OCTETS,
        }),
      },
      {
        weight: 1,
        arbitrary: octets(100).map(
          (rest) => `\x9f\xca${String.fromCharCode(0, rest.length >> 2)}${rest.slice(0, rest.length & ~3)}`,
        ),
      },
    ),
  run(input) {
    const bytes = Buffer.from(input, "latin1");
    const parts = parseRtcp(bytes, bytes.length);
    holds(parts === null || parts.length <= bytes.length, "More parts than octets.");
    const sender = new RtpSender();
    const session = new RtcpSession(sender, new ReceiverStats(), "strowger", () => 0.5);
    const time = { atMs: 1000, wallMs: 1_700_000_000_000 };
    session.receive(bytes, bytes.length, time);
    const into = new Uint8Array(ROOM);
    const length = session.writeBye(into, time);
    holds(parseRtcp(into, length) !== null, "A report of ours cannot be read.");
  },
};

function samples(): string[] {
  const block = {
    ssrc: 1,
    fractionLost: 2,
    lost: -3,
    highestSequence: 4,
    jitter: 5,
    lastSenderReport: 6,
    delaySinceLastSenderReport: 7,
  };
  const sender = { wallMs: 1_700_000_000_123, rtpTimestamp: 9, packets: 10, octets: 11 };
  return [sender, null].map((from) => {
    const bytes = Buffer.alloc(ROOM);
    const length = writeRtcp(bytes, { ssrc: 8, cname: "a@b", sender: from, block, isBye: true });
    return bytes.toString("latin1", 0, length);
  });
}
