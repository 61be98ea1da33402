/**
 * Voicemail calls at once: each is greeted and then spoken to, as RTP both ways. Printed are the CPU of a call (a stream
 * each way), how evenly its packets leave, the memory of a call, and how long an INVITE takes beside all that.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { until } from "../helpers/until.ts";
import { benchDomain, FIRST_NUMBER } from "./bench-script.ts";
import { cpuSecondsOf, memoryBytesOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import { percentile } from "./report.ts";

const CALLS = 400;
const CALLS_PER_SECOND = 50;
const FRAME_MS = 20;
const RTP_HEADER_BYTES = 12;
const FRAME_BYTES = 160;
/** Noise that comes and goes as syllables do: a steady one is no speech, and ends the message. */
const SYLLABLE_FRAMES = 20;
const LOUD_FRAMES = 11;
const LOUD = Buffer.from(
  Array.from({ length: FRAME_BYTES }, (_, at) => ((at * 37) % 2) * 0x80 + 0x10 + ((at * 53) % 32)),
);
const QUIET = Buffer.alloc(FRAME_BYTES, 0xff);
/** From the last call on, until the figures are steady: the engine compiles what is hot meanwhile. */
const SETTLE_MS = 12_000;
const UP_WITHIN_MS = 60_000;
const MOST_SPACING_MS = 30;

export async function measureVoicemail(peer: Peer, pace: { seconds: number }): Promise<Measurement> {
  const sip = await bound(ports.caller);
  const callers: Caller[] = [];
  const byCallId = new Map<string, Caller>();
  sip.on("message", (datagram) => {
    const message = new SipText(datagram.toString("latin1"));
    byCallId.get(message.header("Call-ID"))?.receive(message);
  });
  const before = memoryBytesOf(peer.pid);
  const speaking = setInterval(() => speak(callers), FRAME_MS / 4);
  try {
    for (let index = 0; index < CALLS; index++) {
      const caller = new Caller(sip, await bound(0), index, peer.pid);
      callers.push(caller);
      byCallId.set(caller.callId, caller);
      caller.call();
      await pause(1000 / CALLS_PER_SECOND);
    }
    await until(`${CALLS} calls to be up`, () => callers.every(({ isUp }) => isUp), UP_WITHIN_MS);
    await pause(SETTLE_MS);
    for (const caller of callers) caller.gaps = [];
    const [cpuBefore, start] = [cpuSecondsOf(peer.pid), performance.now()];
    await pause(pace.seconds * 1000);
    const cpu = cpuSecondsOf(peer.pid) - cpuBefore;
    const share = (cpu / ((performance.now() - start) / 1000)) * 100;
    const gaps = callers.flatMap((caller) => caller.gaps);
    const answers = callers.map(({ answeredMs }) => answeredMs);
    const memory = memoryBytesOf(peer.pid) - before;
    const spacing = percentile(gaps, 0.99);
    return {
      value: share / CALLS,
      unit: "% of a core per call",
      valid: spacing < MOST_SPACING_MS && gaps.length > 0.98 * CALLS * pace.seconds * (1000 / FRAME_MS),
      detail:
        `${CALLS} calls, ${share.toFixed(0)}% of a core; between packets p50=${percentile(gaps, 0.5).toFixed(1)} ` +
        `p99=${spacing.toFixed(1)} max=${percentile(gaps, 1).toFixed(1)} ms; INVITE to 200 p50=` +
        `${percentile(answers, 0.5).toFixed(1)} p99=${percentile(answers, 0.99).toFixed(1)} ms; ` +
        `${(memory / CALLS / 1024).toFixed(0)} KiB per call`,
    };
  } finally {
    clearInterval(speaking);
    for (const caller of callers) caller.hangUp();
    await pause(500);
    for (const caller of callers) caller.close();
    sip.close();
  }
}

/** Sends what is due of every caller: the clock is absolute, so a late tick is made up for. */
function speak(callers: readonly Caller[]): void {
  const now = performance.now();
  for (const caller of callers) caller.speak(now);
}

class Caller {
  readonly callId: string;
  gaps: number[] = [];
  answeredMs = Number.NaN;
  isUp = false;
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #uri: string;
  readonly #index: number;
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_BYTES);
  #calledAt = 0;
  #lastAt = 0;
  #mediaPort = 0;
  #begunAt = 0;
  #sent = 0;
  #answer: SipText | null = null;

  constructor(sip: Socket, rtp: Socket, index: number, run: number) {
    this.#sip = sip;
    this.#rtp = rtp;
    this.#index = index;
    this.#uri = `sip:${FIRST_NUMBER + index}@${benchDomain}`;
    this.callId = `voicemail-${run}-${index}`;
    this.#packet.writeUInt16BE(0x8000);
    this.#packet.writeUInt32BE(index + 1, 8);
    rtp.on("message", () => this.#heard());
  }

  call(): void {
    this.#calledAt = performance.now();
    const { port } = this.#rtp.address();
    const body = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`;
    const contact = ["Contact", `<sip:caller@127.0.0.1:${ports.caller}>`] as const;
    this.#send("INVITE", 1, `<${this.#uri}>`, [contact, ["Content-Type", "application/sdp"]], body);
  }

  receive(message: SipText): void {
    if (message.method !== "INVITE" || message.status < 200) return;
    this.#answer = message;
    this.#send("ACK", 1, message.header("To"));
    if (this.isUp) return;
    this.isUp = true;
    this.answeredMs = performance.now() - this.#calledAt;
    this.#mediaPort = Number(/m=audio (\d+)/.exec(message.body)?.[1]);
    this.#begunAt = performance.now();
  }

  speak(now: number): void {
    if (this.#mediaPort === 0) return;
    while (this.#begunAt + this.#sent * FRAME_MS <= now) {
      (this.#sent % SYLLABLE_FRAMES < LOUD_FRAMES ? LOUD : QUIET).copy(this.#packet, RTP_HEADER_BYTES);
      this.#packet.writeUInt16BE(this.#sent & 0xffff, 2);
      this.#packet.writeUInt32BE(this.#sent * FRAME_BYTES, 4);
      this.#sent++;
      this.#rtp.send(Buffer.from(this.#packet), this.#mediaPort, "127.0.0.1");
    }
  }

  hangUp(): void {
    this.#mediaPort = 0;
    if (this.#answer !== null) this.#send("BYE", 2, this.#answer.header("To"));
  }

  close(): void {
    this.#rtp.close();
  }

  #heard(): void {
    const now = performance.now();
    if (this.#lastAt !== 0) this.gaps.push(now - this.#lastAt);
    this.#lastAt = now;
  }

  #send(
    method: string,
    cseq: number,
    to: string,
    fields: readonly (readonly [string, string])[] = [],
    body = "",
  ): void {
    const uri = this.#answer?.uriOf("Contact") ?? this.#uri;
    const text = requestText({
      method,
      uri,
      fields: [
        ["Via", `SIP/2.0/UDP 127.0.0.1:${ports.caller};branch=z9hG4bK${this.callId}${method}`],
        ["Max-Forwards", "70"],
        ["From", `<sip:caller@caller.invalid>;tag=v${this.#index}`],
        ["To", to],
        ["Call-ID", this.callId],
        ["CSeq", `${cseq} ${method}`],
        ...fields,
      ],
      body,
    });
    this.#sip.send(text, ports.switch, "127.0.0.1");
  }
}

async function bound(port: number): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1_000_000 });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
