/** Session descriptions by the grammar of RFC 8866 §9, with something odd in them here and there. */
import fc from "fast-check";
import { joined, listed, maybe, mostly, word } from "./odd.ts";

const number = fc.oneof(
  fc.nat(200).map(String),
  fc.nat(70_000).map(String),
  fc.constantFrom("0", "65535", "99999", "1".repeat(12)),
);
const address = mostly(
  fc.constantFrom(
    "IP4 192.0.2.1",
    "IP4 0.0.0.0",
    "IP4 10.0.0.1",
    "IP6 2001:db8::1",
    "IP6 ::",
    "IP4 224.2.1.1/127/3",
    "IP4 phone.example.com",
    "IP6 fe80::1%eth0",
    "IP4 240.0.0.1",
    "IP4 a.invalid",
  ),
);
const KEY = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const attribute = mostly(
  fc.oneof(
    fc.constantFrom(
      "sendrecv",
      "sendonly",
      "recvonly",
      "inactive",
      "rtcp-mux",
      "ptime:20",
      "ptime:0",
      "maxptime:10",
      "ptime:99999",
      "setup:actpass",
    ),
    fc.constantFrom(
      "rtpmap:0 PCMU/8000",
      "rtpmap:8 PCMA/8000/1",
      "rtpmap:96 opus/48000/2",
      "rtpmap:101 telephone-event/8000",
      "rtpmap:9 G722/8000",
      "rtpmap:97 AMR/8000",
    ),
    fc.constantFrom(
      "fmtp:96 useinbandfec=1",
      "fmtp:101 0-16",
      "rtcp:9001",
      "rtcp:9001 IN IP4 192.0.2.9",
      "mid:0",
      "ice-ufrag:abcd",
      "ice-pwd:0123456789012345678901",
      "fingerprint:sha-256 AB:CD",
    ),
    fc.constantFrom(
      `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
      `crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${KEY}|2^20|1:4`,
      "candidate:1 1 UDP 1 192.0.2.1 9 typ host",
    ),
    joined("rtpmap:", number, " ", word("abcPCMU-.", 8), "/", number, maybe(joined("/", number))),
    joined("fmtp:", number, " ", word("abc=;0123 ", 16)),
    joined(word("abcdefghijklmnop-", 10), maybe(joined(":", word("abc0123 /", 12, 0)))),
  ),
);
const mediaLine = joined(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("audio") },
    { weight: 1, arbitrary: fc.constantFrom("video", "image", "message", "application") },
  ),
  " ",
  number,
  maybe(joined("/", number)),
  " ",
  mostly(
    fc.constantFrom(
      "RTP/AVP",
      "RTP/AVP",
      "RTP/SAVP",
      "RTP/AVPF",
      "UDP/TLS/RTP/SAVPF",
      "RTP/SAVPF",
      "udptl",
      "TCP/MSRP",
    ),
  ),
  " ",
  mostly(listed(fc.oneof(fc.constantFrom("0", "8", "9", "96", "101", "13", "18", "t38"), number), " ", 6, 1)),
);
const lineEnd = fc.oneof(
  { weight: 60, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "") },
);
const attributes = listed(joined("a=", attribute, lineEnd), "", 6);
const section = joined("m=", mostly(mediaLine), lineEnd, maybe(joined("c=IN ", address, lineEnd)), attributes);

export const description: fc.Arbitrary<string> = joined(
  mostly(fc.constant("v=0\r\n")),
  mostly(joined("o=", fc.constantFrom("-", "a b", "alice"), " ", number, " ", number, " IN ", address, lineEnd)),
  maybe(fc.constant("s=-\r\n")),
  maybe(joined("c=IN ", address, lineEnd)),
  maybe(joined("b=AS:", number, lineEnd)),
  mostly(fc.constantFrom("t=0 0\r\n", "t=0 0\r\n", "t=3724394400 3724398000\r\n", "")),
  attributes,
  listed(section, "", 4),
);
