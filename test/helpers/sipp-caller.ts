/**
 * SIPp as a caller with audio: what it does once the call is up is a list of acts, and its audio are the captures that
 * Debian ships with it. To send them it writes raw packets, which only root may, or who was given that right.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { mayUseRawSockets } from "./raw-sockets.ts";
import { hasPrograms, skip } from "./require-program.ts";
import { startSippWith } from "./sipp.ts";
import type { RunningSwitch } from "./switch.ts";
import { within } from "./until.ts";

const CAPTURES = "/usr/share/sip-tester";
const RUN_WITHIN_MS = 30_000;

/** In PCMA, 30 ms a packet, seven seconds. */
export const SPEECH_CAPTURE = join(CAPTURES, "g711a.pcap");

export type Act =
  | { readonly type: "play"; readonly capture: string }
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "hang-up" }
  /** The switch hangs up. */
  | { readonly type: "hung-up-on" };

export const play = (capture: string): Act => ({ type: "play", capture });
export const pause = (ms: number): Act => ({ type: "pause", ms });
export const hangUp: Act = { type: "hang-up" };
export const hungUpOn: Act = { type: "hung-up-on" };

/** A key by RFC 4733, and the time of a hand between two keys. */
export function press(key: string): readonly Act[] {
  const name = key === "#" ? "pound" : key === "*" ? "star" : key;
  return [play(join(CAPTURES, `dtmf_2833_${name}.pcap`)), pause(300)];
}

/** Whether SIPp is here, with its captures and the right to play them. */
export function hasSippAudio(): boolean {
  if (!hasPrograms("sipp")) return false;
  if (!existsSync(SPEECH_CAPTURE)) return skip(`${SPEECH_CAPTURE} is missing`);
  return mayUseRawSockets("sipp");
}

export interface SippCalls {
  readonly to: string;
  readonly acts: readonly Act[];
  /** All begin at once. @default 1 */
  readonly calls?: number;
}

/** Runs calls to their end; fails, with what SIPp says of them, unless all went as told. */
export async function callWithSipp(strowger: RunningSwitch, { to, acts, calls = 1 }: SippCalls): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sipp-"));
  const [file, errors] = [join(folder, "scenario.xml"), join(folder, "errors.log")];
  writeFileSync(file, callScenario(to, strowger.domain, acts));
  const load = ["-r", String(calls), "-l", String(calls), "-mp", String(await freePort(4 * calls))];
  const args = [`127.0.0.1:${strowger.sipPort}`, ...load, "-trace_err", "-error_file", errors];
  const sipp = startSippWith(file, { port: await freePort(), calls }, args, folder);
  try {
    const { code } = await within("SIPp to end", sipp.exited, RUN_WITHIN_MS);
    if (code === 0) return;
    const said = existsSync(errors) ? readFileSync(errors, "utf8").slice(0, 4000) : "";
    throw new Error(`SIPp ended with ${code}:\n${said}\n${sipp.output.slice(-3000)}`);
  } finally {
    if (sipp.running) await sipp.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function callScenario(to: string, domain: string, acts: readonly Act[]): string {
  return xml(`${inviteOf(to, domain)}
  <recv response="100" optional="true"></recv>
  <recv response="180" optional="true"></recv>
  <recv response="183" optional="true"></recv>
  <recv response="200" rrs="true"></recv>
  ${requestWithin("ACK", 1, to, domain)}
  ${acts.map((act) => actOf(act, to, domain)).join("\n  ")}`);
}

function actOf(act: Act, to: string, domain: string): string {
  switch (act.type) {
    case "play":
      return `<nop><action><exec play_pcap_audio="${act.capture}"/></action></nop>`;
    case "pause":
      return `<pause milliseconds="${act.ms}"/>`;
    case "hang-up":
      return `${requestWithin("BYE", 2, to, domain)}
  <recv response="200"></recv>`;
    case "hung-up-on":
      return `<recv request="BYE"></recv>
  <send><![CDATA[

      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

  ]]></send>`;
  }
}

function inviteOf(to: string, domain: string): string {
  return `<send retrans="500"><![CDATA[

      INVITE sip:${to}@${domain} SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      Max-Forwards: 70
      From: <sip:caller@caller.invalid>;tag=[pid]c[call_number]
      To: <sip:${to}@${domain}>
      Call-ID: [call_id]
      CSeq: 1 INVITE
      Contact: <sip:caller@[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [auto_media_port] RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15

  ]]></send>`;
}

function requestWithin(method: "ACK" | "BYE", cseq: number, to: string, domain: string): string {
  return `<send${method === "BYE" ? ' retrans="500"' : ""}><![CDATA[

      ${method} [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      Max-Forwards: 70
      From: <sip:caller@caller.invalid>;tag=[pid]c[call_number]
      To: <sip:${to}@${domain}>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: ${cseq} ${method}
      Content-Length: 0

  ]]></send>`;
}

function xml(steps: string): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
  ${steps}
</scenario>
`;
}
