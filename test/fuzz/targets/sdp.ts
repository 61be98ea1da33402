/** Session descriptions: read, answered, offered again, accepted; what we write can be read, and fits what was offered. */
import fc from "fast-check";
import type { CodecName } from "../../../runtime/port/media.ts";
import { needsAnchor } from "../../../runtime/sdp/anchor.ts";
import { answerOffer } from "../../../runtime/sdp/answer.ts";
import { MAX_MEDIA_LINES, parseDescription } from "../../../runtime/sdp/description.ts";
import { holdChange } from "../../../runtime/sdp/hold.ts";
import { acceptAnswer, makeOffer, offerFor } from "../../../runtime/sdp/offer.ts";
import { newSession } from "../../../runtime/sdp/session.ts";
import { quotedStringEnd } from "../../../runtime/sip/message/quoted-string.ts";
import { knownBodies } from "../grammar/corpus.ts";
import { description } from "../grammar/sdp.ts";
import { mutated } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
  "v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 9\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\nm=video 0 RTP/AVP 99\r\n",
];
const words = [
  "m=audio 9 RTP/AVP 0\r\n",
  "c=IN IP4 ",
  "a=",
  "a=rtpmap:",
  "a=crypto:1 ",
  "a=inactive\r\n",
  "\r\n",
  " ",
  "/",
  "v=0\r\n",
  "o=- 1 1 IN IP4 192.0.2.1\r\n",
];
const codecs: readonly CodecName[] = ["opus", "G722", "PCMU", "PCMA"];
const local = { address: "192.0.2.99", port: 4000 };
const random = (count: number): Uint8Array => new Uint8Array(count).fill(7);
const party = { source: "192.0.2.5", contact: "192.0.2.5", security: "plain" } as const;

export const sdp: Target = {
  samples: [...OWN, ...knownBodies()],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 1, arbitrary: description },
      { weight: 1, arbitrary: mutated(seeds, { words, mostOctets: 70_000 }) },
    ),
  run(input) {
    const read = parseDescription(input);
    needsAnchor({ offer: input, caller: party, callees: [party], hasTrunk: false, needsAudio: false });
    holdChange(true, input);
    holdChange(false, input, OWN[0]);
    const ours = makeOffer({ codecs, local, session: newSession(random), random, comfortNoise: true });
    acceptAnswer(ours.text, input);
    const answered = answerOffer(input, { codecs, local, session: newSession(random), random });
    if (!answered.ok) {
      const { warning } = answered.problem;
      const start = warning.indexOf('"');
      holds(quotedStringEnd(warning, start, warning.length) === warning.length, `Not a Warning: ${warning}`);
      holds(!/[\r\n\0]/.test(warning), "A Warning of several lines.");
      return;
    }
    holds(read.ok, "What cannot be read is answered.");
    const answer = parseDescription(answered.value.text);
    holds(answer.ok, `Our answer cannot be read: ${answered.value.text}`);
    const offered = read.value.media;
    holds(
      answer.value.media.length === offered.length && offered.length <= MAX_MEDIA_LINES,
      "The answer has other media lines.",
    );
    holds(
      answer.value.media.every(({ media }, at) => media === offered[at]?.media),
      "Media in another order.",
    );
    const { stream, session } = answered.value;
    const next = offerFor(stream, { codecs, local, session, random: stream.srtp === null ? null : random });
    const again = parseDescription(next.text);
    holds(again.ok && again.value.media.length >= offered.length, `Our next offer cannot be read: ${next.text}`);
  },
};
