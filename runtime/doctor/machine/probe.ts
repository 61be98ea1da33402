/** Asks a gateway whether it is there: an OPTIONS (RFC 3261 §11) over UDP or TCP, or a connection over TLS. */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { connect as connectTls } from "node:tls";

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  readonly uri: string;
}

export type Probed =
  | { readonly type: "answered"; readonly what: string }
  | { readonly type: "silent"; readonly why: string };

/** Of a timer T1 of 500 ms (RFC 3261 §17.1.2.2), three times. */
const SEND_AT_MS = [0, 500, 1500];
const LONGEST_MS = 4_000;

export function probe(target: ProbeTarget): Promise<Probed> {
  return target.transport === "udp" ? probeUdp(target) : probeStream(target);
}

function probeUdp({ address, port, uri }: ProbeTarget): Promise<Probed> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const timers: NodeJS.Timeout[] = [];
    const end = (probed: Probed): void => {
      for (const timer of timers) clearTimeout(timer);
      socket.close();
      resolve(probed);
    };
    socket.on("error", (error) => end({ type: "silent", why: error.message }));
    socket.on("message", (message) => end(answerOf(message.toString("latin1"))));
    socket.connect(port, address, () => {
      const { address: host, port: from } = socket.address();
      const text = optionsText(uri, "UDP", isIPv6(host) ? `[${host}]:${from}` : `${host}:${from}`);
      for (const at of SEND_AT_MS) timers.push(setTimeout(() => socket.send(text, () => {}), at));
      timers.push(setTimeout(() => end({ type: "silent", why: "no answer" }), LONGEST_MS));
    });
  });
}

function probeStream({ address, port, transport, uri }: ProbeTarget): Promise<Probed> {
  return new Promise((resolve) => {
    const isTls = transport === "tls";
    // Whether its certificate is good is what a call will tell; here it is asked whether anybody is there.
    const socket = isTls ? connectTls({ host: address, port, rejectUnauthorized: false }) : connect(port, address);
    const timer = setTimeout(() => end({ type: "silent", why: "no answer" }), LONGEST_MS);
    const end = (probed: Probed): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(probed);
    };
    socket.on("error", (error) => end({ type: "silent", why: error.message }));
    socket.on("close", () => end({ type: "silent", why: "it closed the connection" }));
    socket.on("data", (data: Buffer) => end(answerOf(data.toString("latin1"))));
    socket.once(isTls ? "secureConnect" : "connect", () => {
      const { localAddress = "0.0.0.0", localPort = 0 } = socket;
      const host = isIPv6(localAddress) ? `[${localAddress}]` : localAddress;
      socket.write(optionsText(uri, isTls ? "TLS" : "TCP", `${host}:${localPort}`));
    });
  });
}

function optionsText(uri: string, transport: string, sentBy: string): string {
  const [branch, tag, callId] = Array.from({ length: 3 }, () => randomBytes(8).toString("hex"));
  return [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${sentBy};branch=z9hG4bK${branch};rport`,
    "Max-Forwards: 70",
    `From: <sip:doctor@${sentBy}>;tag=${tag}`,
    `To: <${uri}>`,
    `Call-ID: ${callId}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:doctor@${sentBy}>`,
    "Accept: application/sdp",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** Any answer tells that somebody is there. */
function answerOf(text: string): Probed {
  const status = /^SIP\/2\.0 (\d{3}[^\r\n]{0,60})/.exec(text)?.[1];
  return status === undefined
    ? { type: "silent", why: "what answers speaks no SIP" }
    : { type: "answered", what: status };
}
