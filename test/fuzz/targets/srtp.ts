/** SRTP and SRTCP: what is protected comes back once, what was changed never does, and nothing else is harmed by it. */
import fc from "fast-check";
import { MAX_PACKET_BYTES } from "../../../runtime/media/embedded/rtp/packet.ts";
import { createSrtp, SRTP_TRAILER_BYTES, type SrtpPair } from "../../../runtime/media/embedded/rtp/srtp.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { joinPackets, splitPackets } from "../mutate/packets.ts";
import { holds, type Target } from "../runner/target.ts";

const KEY = Buffer.alloc(30, 0x41).toString("base64");
const MOST_PACKETS = 8;
const SUITES = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"] as const;

export const srtp: Target = {
  samples: [joinPackets(["\x80\0\0\x01\0\0\0\xa0abcdpayload", "\x81\xc9\0\x07abcd0123456789abcdef"])],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 2, arbitrary: mutated(seeds, { words: ["\x80\0\xff\xff", "\x90", "\x8f", "\x80\xc9"] }) },
      {
        weight: 1,
        arbitrary: fc.array(octets(80), { maxLength: 6 }).map((rest) => joinPackets(rest.map((one) => `\x80${one}`))),
      },
    ),
  run(input) {
    for (const suite of SUITES) {
      const pair = createSrtp({ suite, local: KEY, remote: KEY });
      if (!pair.ok) throw new Error(pair.problem);
      for (const [at, packet] of splitPackets(input).slice(0, MOST_PACKETS).entries()) {
        open(pair.value, packet);
        if (packet.length >= 12 && packet.length <= MAX_PACKET_BYTES) roundTrip(pair.value, packet, at);
      }
    }
  },
};

/** What a stranger sends. */
function open({ receiver }: SrtpPair, packet: Buffer): void {
  const length = receiver.unprotect(Buffer.from(packet), packet.length);
  const controlLength = receiver.unprotectRtcp(Buffer.from(packet), packet.length);
  holds(length === -1 && controlLength === -1, "A packet without a key is taken.");
  holds(receiver.forged + receiver.replayed > 0, "A refusal is not counted.");
}

/** The packet, as we would send it: without CSRCs and extension, numbered, from one source. */
function roundTrip({ sender, receiver }: SrtpPair, packet: Buffer, sequence: number): void {
  const bytes = Buffer.alloc(packet.length + SRTP_TRAILER_BYTES);
  packet.copy(bytes);
  bytes[0] = 0x80;
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(1, 8);
  const plain = Buffer.from(bytes.subarray(0, packet.length));
  const length = sender.protect(bytes, packet.length);
  if (length > MAX_PACKET_BYTES) return;
  const again = Buffer.from(bytes);
  const broken = Buffer.from(bytes);
  broken[length - 1] = (broken[length - 1] ?? 0) ^ 1;
  holds(receiver.unprotect(broken, length) === -1, "A packet that was changed is taken.");
  holds(receiver.unprotect(bytes, length) === packet.length, "Our own packet is refused.");
  holds(bytes.subarray(0, packet.length).equals(plain), "Our own packet is another one afterwards.");
  holds(receiver.unprotect(again, length) === -1, "A packet is taken twice.");
}
