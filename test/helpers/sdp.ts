/** Session descriptions of test phones. */
import type { Field } from "../../runtime/simulator/network/sip-text.ts";

/** A session description of one audio line, told apart by its port. */
export function sdp(port: number, direction = "sendrecv", version = 1): string {
  return [
    "v=0",
    `o=phone 7 ${version} IN IP4 127.0.0.1`,
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "a=rtpmap:0 PCMU/8000",
    `a=${direction}`,
    "",
  ].join("\r\n");
}

export const sdpFields: readonly Field[] = [["Content-Type", "application/sdp"]];
