/**
 * The HTTP API of a real switch, on loopback: requests made of its own OpenAPI document and changed, and octets that are
 * hardly HTTP. No request is answered by a fault of the switch, each refusal is a problem document, and it goes on.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import fc from "fast-check";
import { startSwitch } from "../../helpers/switch.ts";
import { switchProcess } from "../../helpers/thread-of-the-switch.ts";
import { decisions } from "../grammar/decisions.ts";
import { type HttpRequest, readOperations, requestOf, SCRIPT } from "../http/operations.ts";
import { mutated } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

/** Nobody is asked and nobody is called who is not here. */
const strowger = await startSwitch({
  dns: { servers: ["127.0.0.1:9"] },
  limits: { calls: { max: 50, perSecond: 100 } },
});
await strowger.deploy("main", SCRIPT);
const pid = switchProcess(strowger);
const document = await fetch(`${strowger.url}/v1/openapi.json`, {
  headers: { authorization: `Bearer ${strowger.token}` },
});
const api = readOperations(await document.text());
const { hostname: host, port } = new URL(strowger.url);

const RAW = [
  "GET /v1/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  'PUT /v1/users/alice HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"password":"secret"}',
  "POST /v1/calls HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "GET /x/main/a?b HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
];
const words = [
  "\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Expect: 100-continue\r\n",
  "HTTP/1.0",
  "%00",
  "//",
  "\0",
];
const WITHIN_MS = 10_000;
/** A message to a number that nobody answers at is answered when it is given up. */
const WAITS = ["/v1/messages", "/v1/calls"];
const PATIENCE_MS = 500;
/** Faults that are somebody else's, or that pass. */
const TOLD = [501, 503, 504, 507];
/** CPU of the thread of the calls for one request: looked at from outside, in ticks of 10 ms, with all that goes on beside. */
const MAIN_THREAD_MS = 300;

const number = fc.integer({ min: 0, max: 0xffffffff });
const plan = fc.noBias(fc.array(fc.array(number, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 }));

export const httpApi: Target = {
  samples: RAW,
  inputs: (seeds) =>
    fc.oneof(
      { weight: 4, arbitrary: plan.map((requests) => JSON.stringify(requests)) },
      { weight: 1, arbitrary: mutated(seeds, { words, mostOctets: 4000 }) },
    ),
  // Another process does the work: its CPU is looked at instead.
  stallMs: WITHIN_MS,
  inputsPerCheck: 1000,
  async run(input) {
    const before = mainThreadMs();
    const requests = planOf(input);
    for (const numbers of requests) await ask(requestOf(api, numbers, decisions));
    if (!input.startsWith("[")) await askRaw(input);
    holds(strowger.running, `The switch has ended:\n${strowger.log().slice(-2000)}`);
    const ms = mainThreadMs() - before;
    holds(ms <= MAIN_THREAD_MS * Math.max(1, requests.length), `The thread of the calls was busy for ${ms} ms.`);
  },
  close: () => strowger.stop(),
};

function planOf(input: string): number[][] {
  try {
    const plan: unknown = JSON.parse(input);
    return Array.isArray(plan) ? plan.filter(Array.isArray) : [];
  } catch {
    return [];
  }
}

async function ask(request: HttpRequest): Promise<void> {
  const { operation, method, path, headers, body } = request;
  const told = `${method} ${path} ${body?.slice(0, 2000) ?? ""}`;
  let response: Response;
  try {
    response = await fetch(`${strowger.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${strowger.token}`, ...headers },
      ...(body === undefined || method === "GET" || method === "HEAD" ? {} : { body: Buffer.from(body, "utf8") }),
      redirect: "manual",
      signal: AbortSignal.timeout(WAITS.includes(operation.path) ? PATIENCE_MS : WITHIN_MS),
    });
  } catch (error) {
    // What cannot be sent at all was refused by the client; what waits for a phone may take as long as that.
    if (error instanceof TypeError && !String(error.cause).includes("SocketError")) return;
    if (WAITS.includes(operation.path) && error instanceof Error && error.name === "TimeoutError") return;
    throw new Error(`No answer to ${told}: ${error}, ${error instanceof Error ? error.cause : ""}`);
  }
  const { status } = response;
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("event-stream")) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  holds(status < 500 || TOLD.includes(status), `${told}\nis answered by ${status}: ${text}`);
  if (method !== "HEAD" && status >= 400) isProblem(text, type, status, told);
  const isOwn = method === operation.method && status < 400 && status !== 304;
  holds(
    !isOwn || operation.statuses.includes(String(status)),
    `${told}\nis answered by ${status}, which the document does not know.`,
  );
  if (type.includes("json") && text !== "") JSON.parse(text);
}

function isProblem(text: string, type: string, status: number, told: string): void {
  holds(type.startsWith("application/problem+json"), `${told}\nis refused with ${type}: ${text}`);
  const problem: Readonly<Record<string, unknown>> = JSON.parse(text);
  const fields = ["type", "title", "code", "detail", "instance"].every((name) => typeof problem[name] === "string");
  holds(fields && problem.status === status, `${told}\nis refused with half a problem: ${text}`);
}

/** Octets as they are: whatever comes back is HTTP, and no fault. */
async function askRaw(octets: string): Promise<void> {
  const socket = connect({ host, port: Number(port) });
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.end(octets, "latin1");
  socket.setTimeout(WITHIN_MS, () => socket.destroy());
  await once(socket, "close");
  if (answer === "") return;
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
  holds(status !== undefined, `What comes back is no HTTP: ${answer.slice(0, 200)}`);
  holds(Number(status) < 500 || TOLD.includes(Number(status)), `Octets are answered by ${answer.slice(0, 400)}`);
}

/** CPU of the thread that does SIP and HTTP, in ticks of 10 ms. */
function mainThreadMs(): number {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
