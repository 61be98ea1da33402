/**
 * The least of a session description that the library needs: one audio line with ICE and DTLS. Codecs are none of its
 * business, as it passes packets on as they are; what browsers see is written elsewhere.
 */
import type { DtlsSetup, Fingerprint, IceCandidate, IceDtls } from "../../../port/webrtc.ts";

const CANDIDATE = /^a=candidate:(\S+) 1 udp (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)\b/i;

/** What the browser has said. */
export function writeRemote({ ufrag, pwd, fingerprint, setup, candidates }: IceDtls): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 0",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtpmap:0 PCMU/8000",
    `a=setup:${setup}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    ...candidates.map(writeCandidate),
    "a=end-of-candidates",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function writeCandidate({ foundation, priority, address, port, type }: IceCandidate): string {
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  return `a=candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ ${type}${related}`;
}

/** What the library says of itself; `null`: not yet all. */
export function readLocal(sdp: string): IceDtls | null {
  const textOf = (name: string) => new RegExp(`^a=${name}:(.+)$`, "m").exec(sdp)?.[1]?.trim();
  const [ufrag, pwd, setup] = [textOf("ice-ufrag"), textOf("ice-pwd"), textOf("setup")];
  const [algorithm, value] = textOf("fingerprint")?.split(" ") ?? [];
  if (ufrag === undefined || pwd === undefined || setup === undefined || value === undefined) return null;
  const candidates = sdp.split(/\r?\n/).flatMap((line): IceCandidate[] => {
    const [, foundation, priority, address, port, type] = CANDIDATE.exec(line) ?? [];
    if (foundation === undefined || address === undefined || type === undefined) return [];
    const kind = type.toLowerCase() as IceCandidate["type"];
    return [{ foundation, priority: Number(priority), address, port: Number(port), type: kind }];
  });
  const fingerprint = { algorithm, value } as Fingerprint;
  return { ufrag, pwd, fingerprint, setup: setup as DtlsSetup, candidates };
}
