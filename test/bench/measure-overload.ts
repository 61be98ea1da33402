/**
 * What the switch does when more calls come than it can take: first its capacity is looked for, then once, twice and three
 * times as much is offered in turn, again and again: a machine is not as fast in one minute as in the next. Goodput is calls
 * that were answered and hung up in a second, in the median of the turns; what is refused must be refused at once.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { benchDomain, benchRows, FIRST_NUMBER } from "./bench-script.ts";
import { cpuSecondsOf, udpDrops } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import { median, percentile } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { runLoad, startCallee } from "./sipp-load.ts";

const WARM_UP_SECONDS = 10;
const FACTORS = [1, 1.5, 2, 3] as const;
/** How often each is offered. */
const TURNS = 3;
/** At twice the capacity, of the best of all factors. */
const LEAST_SHARE = 0.9;
const REFUSED_WITHIN_MS = 100;
/** While the load runs, a caller of its own asks for a call so often. */
const PROBE_EVERY_MS = 20;
const SEARCH_SECONDS = 5;
const SEARCH_STEP = 1.3;
/** A rate is within the capacity as long as so many of its calls come to a good end. */
const KEPT_UP = 0.97;

interface Round {
  /** Calls that were offered in a second. */
  readonly rate: number;
  readonly goodput: number;
  /** Milliseconds to each 503. */
  readonly refusals: readonly number[];
}

interface Offered extends Round {
  /** Of the calls that were offered. */
  readonly share: number;
}

export async function measureOverload(
  peer: Peer,
  scenario: Scenario,
  pace: { rate: number; seconds: number },
): Promise<Measurement> {
  const callee = await startCallee();
  const offer = (rate: number, seconds: number) => offered(peer, scenario, rate, seconds);
  try {
    await offer(pace.rate, WARM_UP_SECONDS);
    const capacity = await findCapacity(pace.rate, offer);
    const rates = FACTORS.map((factor) => Math.round(capacity * factor));
    const turns: Offered[] = [];
    for (let turn = 0; turn < TURNS; turn++) for (const rate of rates) turns.push(await offer(rate, pace.seconds));
    return judge(
      capacity,
      rates.map((rate) => inTheMedian(turns.filter((offered) => offered.rate === rate))),
    );
  } finally {
    await callee.stop();
  }
}

/** The most calls a second that all come to a good end. */
async function findCapacity(from: number, offer: (rate: number, seconds: number) => Promise<Offered>): Promise<number> {
  let best = 0;
  for (let rate = from; ; rate = Math.round(rate * SEARCH_STEP)) {
    const { goodput, share } = await offer(rate, SEARCH_SECONDS);
    best = Math.max(best, goodput);
    console.log(`  capacity: ${rate}/s offered, ${goodput.toFixed(0)}/s answered`);
    if (share < KEPT_UP) return best;
  }
}

/** The same rate, offered several times. */
function inTheMedian(turns: readonly Offered[]): Round {
  return {
    rate: turns[0]?.rate ?? 0,
    goodput: median(turns.map(({ goodput }) => goodput)),
    refusals: turns.flatMap(({ refusals }) => refusals),
  };
}

function judge(capacity: number, rounds: readonly Round[]): Measurement {
  const peak = Math.max(...rounds.map(({ goodput }) => goodput));
  const lines = rounds.map(({ rate, goodput, refusals }, index) => {
    const late = percentile(refusals, 0.99);
    const refused =
      refusals.length === 0
        ? "none refused"
        : `503 p50=${percentile(refusals, 0.5).toFixed(1)} p99=${late.toFixed(1)} ms`;
    return `${FACTORS[index]}x (${rate}/s): ${goodput.toFixed(0)}/s (${((goodput / peak) * 100).toFixed(0)} % of the peak), ${refused}`;
  });
  const atTwice = rounds[FACTORS.indexOf(2)];
  const share = (atTwice?.goodput ?? 0) / peak;
  const refusals = rounds.flatMap(({ refusals }) => refusals);
  return {
    value: share * 100,
    unit: "% of the peak at twice the capacity",
    valid: share >= LEAST_SHARE && percentile(refusals, 0.99) <= REFUSED_WITHIN_MS,
    detail: `capacity ${capacity.toFixed(0)}/s; ${lines.join("; ")}`,
  };
}

async function offered(peer: Peer, scenario: Scenario, rate: number, seconds: number): Promise<Offered> {
  const probe = await Probe.start();
  const before = await answeredCalls(peer);
  const start = performance.now();
  const [cpu, drops] = [cpuSecondsOf(peer.pid), dropsOfAll()];
  const result = await runLoad({ scenario: "uac-overload", rows: benchRows(scenario), rate, seconds });
  const busy = ((cpuSecondsOf(peer.pid) - cpu) / result.seconds) * 100;
  const lost = dropsOfAll().map((count, index) => count - (drops[index] ?? 0));
  console.log(
    `  ${rate}/s for ${result.seconds.toFixed(1)} s: ${result.succeeded} of ${result.calls} came to an end, ${result.retransmissions} sent again, switch ${busy.toFixed(0)} % busy, ` +
      `${lost[0]} lost before the switch, ${lost[1]} before the caller, ${lost[2]} before the callee`,
  );
  const answered = (await answeredCalls(peer)) - before;
  const lasted = Math.max(seconds, (performance.now() - start) / 1000);
  const share = answered / Math.round(rate * seconds);
  return { rate, goodput: answered / lasted, share, refusals: await probe.stop() };
}

function dropsOfAll(): number[] {
  return [ports.switch, ports.caller, ports.callee].map(udpDrops);
}

async function answeredCalls(peer: Peer): Promise<number> {
  const metrics = await peer.api("GET", "/metrics");
  return Number(/^strowger_calls_total\{result="answered"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

/** A caller that gives up at the first word, and notes how long it took where that was a 503. */
class Probe {
  readonly #socket: Socket;
  readonly #sentAt = new Map<string, number>();
  readonly #refusals: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #serial = 0;

  static async start(): Promise<Probe> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new Probe(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (datagram) => this.#hear(new SipText(datagram.toString("latin1"))));
    this.#timer = setInterval(() => this.#ask(), PROBE_EVERY_MS);
  }

  async stop(): Promise<readonly number[]> {
    clearInterval(this.#timer);
    this.#socket.close();
    return this.#refusals;
  }

  #ask(): void {
    const callId = `probe-${this.#socket.address().port}-${++this.#serial}`;
    const uri = `sip:${FIRST_NUMBER}@${benchDomain}`;
    this.#sentAt.set(callId, performance.now());
    this.#send("INVITE", uri, callId, `z9hG4bK${callId}`, `<${uri}>`);
  }

  #hear(answer: SipText): void {
    const callId = answer.header("Call-ID");
    const sentAt = this.#sentAt.get(callId);
    if (sentAt === undefined || answer.method !== "INVITE") return;
    this.#sentAt.delete(callId);
    const uri = `sip:${FIRST_NUMBER}@${benchDomain}`;
    if (answer.status === 503) this.#refusals.push(performance.now() - sentAt);
    const method = answer.status < 200 ? "CANCEL" : "ACK";
    this.#send(method, uri, callId, `z9hG4bK${callId}`, method === "ACK" ? answer.header("To") : `<${uri}>`);
  }

  #send(method: string, uri: string, callId: string, branch: string, to: string): void {
    const { port } = this.#socket.address();
    const text = requestText({
      method,
      uri,
      fields: [
        ["Via", `SIP/2.0/UDP 127.0.0.1:${port};branch=${branch}`],
        ["Max-Forwards", "70"],
        ["From", "<sip:probe@caller.invalid>;tag=probe"],
        ["To", to],
        ["Call-ID", callId],
        ["CSeq", `1 ${method}`],
        ["Contact", `<sip:probe@127.0.0.1:${port}>`],
      ],
    });
    this.#socket.send(text, ports.switch, "127.0.0.1");
  }
}
