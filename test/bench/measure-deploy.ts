/**
 * Deploys: from the upload to the first call on the new version, from the rollback to the first call on the old one, and
 * what a thousand of them leave behind.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { descendantsOf } from "../helpers/process-tree.ts";
import { within } from "../helpers/until.ts";
import { benchDomain } from "./bench-script.ts";
import { memoryBytesOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import { percentile } from "./report.ts";

const WARM_UP = 30;
const TIMED = 100;
const DEPLOYS = 1_000;
/** Codes of refusals that follow each other, so that a call tells which version it ran on. */
const CODES = [480, 486, 488] as const;
const MOST_DEPLOY_MS = 1_000;
const MOST_ROLLBACK_MS = 100;
const MOST_LOADED = 21;

export async function measureDeploy(peer: Peer): Promise<Measurement> {
  const socket = createSocket("udp4");
  socket.bind(ports.caller, "127.0.0.1");
  await once(socket, "listening");
  const caller = new Caller(socket, peer.pid);
  let count = 0;
  const deploy = (): Promise<number> => {
    const code = CODES[++count % CODES.length] ?? CODES[0];
    return peer.api("PUT", "/v1/scripts/bench", scriptOf(count, code)).then(() => code);
  };
  try {
    let live: number = CODES[0];
    for (let index = 0; index < WARM_UP; index++) {
      live = await deploy();
      await caller.expect(live);
    }
    const [deploys, rollbacks] = [[] as number[], [] as number[]];
    for (let index = 0; index < TIMED; index++) {
      const start = performance.now();
      await caller.expect(await deploy());
      deploys.push(performance.now() - start);
      const back = performance.now();
      await peer.api("POST", "/v1/scripts/bench/rollback");
      await caller.expect(live);
      rollbacks.push(performance.now() - back);
    }
    const start = await stateOf(peer);
    const startedAt = performance.now();
    for (let index = 0; index < DEPLOYS; index++) await deploy();
    const each = (performance.now() - startedAt) / DEPLOYS;
    const end = await stateOf(peer);
    return {
      value: percentile(deploys, 0.5),
      unit: "ms upload to first call (median)",
      valid:
        percentile(deploys, 1) < MOST_DEPLOY_MS &&
        percentile(rollbacks, 1) < MOST_ROLLBACK_MS &&
        end.loaded <= MOST_LOADED &&
        end.processes <= start.processes,
      detail:
        `p99=${percentile(deploys, 0.99).toFixed(0)} max=${percentile(deploys, 1).toFixed(0)} ms; rollback to first call ` +
        `p50=${percentile(rollbacks, 0.5).toFixed(1)} p99=${percentile(rollbacks, 0.99).toFixed(1)} ms; ${DEPLOYS} deploys ` +
        `of ${each.toFixed(0)} ms: memory ${start.megabytes.toFixed(0)} to ${end.megabytes.toFixed(0)} MB, loaded versions ` +
        `${start.loaded} to ${end.loaded}, processes ${start.processes} to ${end.processes}, descriptors ` +
        `${start.descriptors} to ${end.descriptors}`,
    };
  } finally {
    socket.close();
  }
}

function scriptOf(number: number, code: number): string {
  return `// ${number}\nimport { reject, type Script } from "strowger";\nexport default { invite: () => reject(${code}) } satisfies Script;\n`;
}

async function stateOf(peer: Peer) {
  const processes = [peer.pid, ...descendantsOf(peer.pid).map(({ pid }) => pid)];
  const metrics = await peer.api("GET", "/metrics");
  return {
    processes: processes.length,
    descriptors: processes.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0),
    megabytes: memoryBytesOf(peer.pid) / 2 ** 20,
    loaded: Number(/^strowger_script_versions_loaded (\d+)/m.exec(metrics)?.[1]),
  };
}

class Caller {
  readonly #socket: Socket;
  readonly #run: number;
  #calls = 0;
  #answered: ((answer: SipText) => void) | null = null;

  constructor(socket: Socket, run: number) {
    this.#socket = socket;
    this.#run = run;
    socket.on("message", (datagram) => {
      const answer = new SipText(datagram.toString("latin1"));
      if (answer.status >= 200 && answer.header("Call-ID") === this.#callId) this.#answered?.(answer);
    });
  }

  /** Calls once; throws where the answer is another. */
  async expect(code: number): Promise<void> {
    this.#calls++;
    const uri = `sip:100000@${benchDomain}`;
    const { promise, resolve } = Promise.withResolvers<SipText>();
    this.#answered = resolve;
    const fields = [
      ["Via", `SIP/2.0/UDP 127.0.0.1:${ports.caller};branch=z9hG4bK${this.#callId}`],
      ["Max-Forwards", "70"],
      ["From", `<sip:caller@caller.invalid>;tag=d${this.#calls}`],
      ["Call-ID", this.#callId],
    ] as const;
    const contact = ["Contact", `<sip:caller@127.0.0.1:${ports.caller}>`] as const;
    this.#send("INVITE", uri, [...fields, ["To", `<${uri}>`], contact]);
    const answer = await within(`the answer ${code}`, promise);
    this.#send("ACK", uri, [...fields, ["To", answer.header("To")]]);
    if (answer.status !== code) throw new Error(`The call got ${answer.status} in place of ${code}`);
  }

  get #callId(): string {
    return `deploy-${this.#run}-${this.#calls}`;
  }

  #send(method: string, uri: string, fields: readonly (readonly [string, string])[]): void {
    this.#socket.send(
      requestText({ method, uri, fields: [...fields, ["CSeq", `1 ${method}`]] }),
      ports.switch,
      "127.0.0.1",
    );
  }
}
