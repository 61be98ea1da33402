/** The scripts and the configuration that our switch is measured with. */
import { ports } from "./ports.ts";
import type { Scenario } from "./scenario.ts";

export const FIRST_NUMBER = 100_000;
export const NUMBERS = 1_000;
export const benchDomain = "bench.test";

const table = `
const table: Record<string, string> = {};
for (let i = 0; i < ${NUMBERS}; i++) table[String(${FIRST_NUMBER} + i)] = "sip:callee@127.0.0.1:${ports.callee}";
`;

const invite = `
  invite(call) {
    const target = table[call.to.user];
    return target === undefined ? reject(404) : forward(target);
  },`;

const laterEvents = `
  bye(call) {
    call.state = { talked: call.seconds };
  },
  ended(call) {
    if (call.state.talked < 0) console.log("impossible");
  },`;

const voicemailScript = `import { type Script, voicemail } from "strowger";

export default {
  invite(call) {
    return voicemail("u" + call.to.user);
  },
} satisfies Script;
`;

/** A script that looks the called number up in a table of 1000, as the Kamailio scripts do. */
export function benchScript(kind: Scenario["script"]): string {
  if (kind === "voicemail") return voicemailScript;
  const handlers = kind === "invite" ? invite : invite + laterEvents;
  return `import { forward, reject, type Script } from "strowger";\n${table}\nexport default {${handlers}\n} satisfies Script;\n`;
}

/** The number, or the user and its credentials, of each call in turn. */
export function benchRows(scenario: Scenario): string[] {
  return Array.from({ length: NUMBERS }, (_, index) => {
    const number = FIRST_NUMBER + index;
    return scenario.users ? `u${number};[authentication username=u${number} password=pw${number}];` : `${number};`;
  });
}

/** The configuration of the switch: JSON, which is YAML. */
export function benchConfig(scenario: Scenario, httpPort: number): string {
  const names = scenario.users ? Array.from({ length: NUMBERS }, (_, index) => FIRST_NUMBER + index) : [];
  // Where there is no TCP, no large datagram is tried over it first: calls are measured over UDP.
  const isOverStreams = scenario.type === "connections" || scenario.type === "attack";
  const transports = isOverStreams ? ["udp", "tcp"] : ["udp"];
  return JSON.stringify({
    domain: benchDomain,
    listen: transports.map((transport) => `${transport}://127.0.0.1:${ports.switch}`),
    http: { listen: `127.0.0.1:${httpPort}` },
    data: "./data",
    users: Object.fromEntries(names.map((number) => [`u${number}`, { password: `pw${number}` }])),
    routes: [{ name: "all", script: "bench", public: true }],
    limits: { calls: { max: 50_000, perSecond: scenario.type === "attack" ? 500 : 50_000 } },
    guard: { exempt: scenario.type === "attack" ? [] : ["127.0.0.0/8"] },
  });
}
