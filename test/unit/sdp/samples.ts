/** Offers in the manner of phones and switches that are out there, written for these tests. */

export function sdp(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n`;
}

/** A plain description with one audio line; further lines follow it. */
export function audioOffer(media: string, ...attributes: readonly string[]): string {
  return sdp("v=0", "o=- 1 1 IN IP4 192.0.2.10", "s=-", "c=IN IP4 192.0.2.10", "t=0 0", `m=${media}`, ...attributes);
}

export const BARESIP = sdp(
  "v=0",
  "o=- 1286411712 3401231290 IN IP4 192.0.2.10",
  "s=-",
  "c=IN IP4 192.0.2.10",
  "t=0 0",
  "a=tool:baresip 1.0.0",
  "m=audio 18362 RTP/AVP 96 9 0 8 101",
  "a=rtpmap:96 opus/48000/2",
  "a=fmtp:96 stereo=0;sprop-stereo=0",
  "a=rtpmap:9 G722/8000",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-15",
  "a=rtcp:18363",
  "a=sendrecv",
  "a=label:1",
  "a=rtcp-rsize",
  "a=ssrc:3012543920 cname:sip:alice@example.com",
  "a=ptime:20",
);

/** AVPF, ICE and a second, optional offer of video. */
export const LINPHONE = sdp(
  "v=0",
  "o=alice 1903 2762 IN IP4 192.0.2.11",
  "s=Talk",
  "c=IN IP4 192.0.2.11",
  "t=0 0",
  "a=ice-pwd:61a61a61a61a61a61a61a61a",
  "a=ice-ufrag:8c9fe21b",
  "a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics",
  "m=audio 7078 RTP/AVPF 96 97 98 0 8 18 101 99",
  "c=IN IP4 198.51.100.20",
  "a=rtpmap:96 opus/48000/2",
  "a=fmtp:96 useinbandfec=1",
  "a=rtpmap:97 speex/16000",
  "a=fmtp:97 vbr=on",
  "a=rtpmap:98 speex/8000",
  "a=fmtp:18 annexb=yes",
  "a=rtpmap:101 telephone-event/48000",
  "a=rtpmap:99 telephone-event/8000",
  "a=rtcp:7079 IN IP4 198.51.100.21",
  "a=candidate:1 1 UDP 2130706303 192.0.2.11 7078 typ host",
  "a=rtcp-fb:* trr-int 5000",
  "m=video 9078 RTP/AVPF 96 97",
  "a=rtpmap:96 VP8/90000",
  "a=rtpmap:97 H264/90000",
  "a=fmtp:97 profile-level-id=42801F",
);

/** SRTP with the plain profile as second choice. */
export const YEALINK = sdp(
  "v=0",
  "o=- 20083 20083 IN IP4 192.0.2.12",
  "s=SDP data",
  "c=IN IP4 192.0.2.12",
  "t=0 0",
  "m=audio 12186 RTP/SAVP 9 0 8 101",
  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^31|1:1",
  "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^31",
  "a=crypto:3 F8_128_HMAC_SHA1_80 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj",
  "a=rtpmap:9 G722/8000",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-15",
  "a=ptime:20",
  "a=sendrecv",
  "m=audio 12188 RTP/AVP 8 101",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
);

/** No rtpmap for static types, comfort noise, and a line that RFC 8866 does not know. */
export const CISCO = sdp(
  "v=0",
  "o=Cisco-SIPUA 26425 0 IN IP4 192.0.2.13",
  "s=SIP Call",
  "b=AS:4064",
  "t=0 0",
  "m=audio 21058 RTP/AVP 8 0 18 13 101",
  "c=IN IP4 192.0.2.13",
  "b=TIAS:64000",
  "a=fmtp:18 annexb=no",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-16",
  "a=ptime:30",
  "x=cisco-something",
  "a=sendrecv",
);

/** RFC 2543 hold, and line ends of its own. */
export const POLYCOM_HOLD =
  "v=0\no=- 1700000000 1700000001 IN IP4 192.0.2.14\ns=Polycom IP Phone\nc=IN IP4 0.0.0.0\nt=0 0\na=sendonly\n" +
  "m=audio 2228 RTP/AVP 0 8 127\na=rtpmap:127 telephone-event/8000\n";

export const ASTERISK = sdp(
  "v=0",
  "o=root 1024815316 1024815316 IN IP6 2001:db8::15",
  "s=Asterisk PBX 20.1.0",
  "c=IN IP6 2001:db8::15",
  "t=0 0",
  "m=audio 14850 RTP/AVP 107 8 101",
  "a=rtpmap:107 opus/48000/2",
  "a=fmtp:107 useinbandfec=1",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-16",
  "a=ptime:20",
  "a=maxptime:140",
  "a=sendrecv",
);

/** T.38 in front of the audio, as after a fax tone. */
export const FREESWITCH_FAX = sdp(
  "v=0",
  "o=FreeSWITCH 1767225600 1767225602 IN IP4 192.0.2.16",
  "s=FreeSWITCH",
  "c=IN IP4 192.0.2.16",
  "t=0 0",
  "m=image 17218 udptl t38",
  "a=T38FaxVersion:0",
  "a=T38MaxBitRate:14400",
  "m=audio 17220 RTP/AVP 0 101",
  "a=rtpmap:0 pcmu/8000",
  "a=rtpmap:101 TELEPHONE-EVENT/8000",
);

export const SIPP = sdp(
  "v=0",
  "o=user1 53655765 2353687637 IN IP4 192.0.2.17",
  "s=-",
  "c=IN IP4 192.0.2.17",
  "t=0 0",
  "m=audio 6000 RTP/AVP 0",
  "a=rtpmap:0 PCMU/8000",
);

export const CHROMIUM = sdp(
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0 1",
  "a=msid-semantic: WMS stream",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126",
  "c=IN IP4 0.0.0.0",
  "a=rtcp:9 IN IP4 0.0.0.0",
  "a=ice-ufrag:F7gI",
  "a=ice-pwd:x9cml/YzichV2+XlhiMu8g",
  "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F",
  "a=setup:actpass",
  "a=mid:0",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:110 telephone-event/48000",
  "a=rtpmap:126 telephone-event/8000",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "c=IN IP4 0.0.0.0",
  "a=rtpmap:96 VP8/90000",
);

export const SAMPLES: Readonly<Record<string, string>> = {
  baresip: BARESIP,
  linphone: LINPHONE,
  Yealink: YEALINK,
  Cisco: CISCO,
  Polycom: POLYCOM_HOLD,
  Asterisk: ASTERISK,
  FreeSWITCH: FREESWITCH_FAX,
  SIPp: SIPP,
  Chromium: CHROMIUM,
};
