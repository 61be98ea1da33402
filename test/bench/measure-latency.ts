/** Time from the INVITE that a caller sends to the INVITE that reaches the callee, which refuses it. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { answerText, requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { until } from "../helpers/until.ts";
import { benchDomain, FIRST_NUMBER, NUMBERS } from "./bench-script.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import { percentile } from "./report.ts";

/** Passed on untouched by every peer: says which INVITE this one was. */
const MARK = "X-Bench";
const WARM_UP_CALLS = 500;
const BUFFER_BYTES = 4_000_000;
const LAST_WITHIN_MS = 3_000;
const TICK_MS = 1;

export async function measureLatency(peer: Peer, pace: { rate: number; seconds: number }): Promise<Measurement> {
  const caller = await bound(ports.caller);
  const callee = await bound(ports.callee);
  const calls = WARM_UP_CALLS + Math.round(pace.rate * pace.seconds);
  const sentAt = new Float64Array(calls);
  const latencies: number[] = [];
  let arrived = 0;
  callee.on("message", (datagram) => {
    const now = performance.now();
    const request = new SipText(datagram.toString("latin1"));
    if (request.method !== "INVITE") return;
    const mark = Number(request.header(MARK));
    arrived++;
    if (mark >= WARM_UP_CALLS) latencies.push(now - (sentAt[mark] ?? Number.NaN));
    send(callee, answerText(request, 486, { reason: "Busy Here", toTag: `b${mark}` }));
  });
  caller.on("message", (datagram) => acknowledge(caller, new SipText(datagram.toString("latin1"))));
  try {
    await sendPaced(calls, pace.rate, (index) => {
      sentAt[index] = performance.now();
      send(caller, inviteOf(index, peer.pid));
    });
    await until("the last INVITE to arrive", () => arrived >= calls, LAST_WITHIN_MS).catch(() => undefined);
  } finally {
    caller.close();
    callee.close();
  }
  const p99 = percentile(latencies, 0.99);
  return {
    value: percentile(latencies, 0.5),
    unit: "ms INVITE to INVITE (median)",
    valid: arrived >= calls,
    detail: `p99=${p99.toFixed(2)} ms at ${pace.rate}/s, ${calls - arrived} of ${calls} lost`,
  };
}

async function bound(port: number): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: BUFFER_BYTES });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

function send(socket: Socket, text: string): void {
  socket.send(text, ports.switch, "127.0.0.1");
}

/** Sends `calls` at a steady rate: each tick, what is due by then. */
export function sendPaced(calls: number, rate: number, sendOne: (index: number) => void): Promise<void> {
  const start = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(calls, Math.floor(((performance.now() - start) * rate) / 1000));
      while (sent < due) sendOne(sent++);
      if (sent < calls) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

function inviteOf(index: number, run: number): string {
  const uri = `sip:${FIRST_NUMBER + (index % NUMBERS)}@${benchDomain}`;
  return requestText({
    method: "INVITE",
    uri,
    fields: [
      ["Via", `SIP/2.0/UDP 127.0.0.1:${ports.caller};branch=z9hG4bK${run}i${index}`],
      ["Max-Forwards", "70"],
      ["From", `<sip:caller@caller.invalid>;tag=l${index}`],
      ["To", `<${uri}>`],
      ["Call-ID", `latency-${run}-${index}`],
      ["CSeq", "1 INVITE"],
      ["Contact", `<sip:caller@127.0.0.1:${ports.caller}>`],
      [MARK, String(index)],
    ],
  });
}

function acknowledge(caller: Socket, answer: SipText): void {
  if (answer.status < 200) return;
  const fields = ["Via", "From", "To", "Call-ID"].map((name) => [name, answer.header(name)] as const);
  const uri = answer.uriOf("To");
  send(caller, requestText({ method: "ACK", uri, fields: [...fields, ["Max-Forwards", "70"], ["CSeq", "1 ACK"]] }));
}
