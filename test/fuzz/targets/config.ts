/** Texts of `strowger.yaml`: read, or refused with every problem in its place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { formatDiagnostics, parseConfig } from "../../../runtime/config/load.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { mutated } from "../mutate/bytes.ts";
import { mutatedJson } from "../mutate/json.ts";
import { holds, type Target } from "../runner/target.ts";

const FULL = `domain: example.com
listen: [udp://0.0.0.0:5060, tcp://0.0.0.0:5060]
advertise: 203.0.113.7
http: { listen: 127.0.0.1:8080, tokens: [{ token: "\${TOKEN}0123456789abcdef", scopes: [admin] }] }
data: ./data
media: { ports: 16384-32767 }
users:
  alice: { password: "secret", extension: "100", voicemail: { pin: "1234", email: a@example.com } }
  bob: &b { password: 'it''s', extension: "101" }
trunks: { carrier: { uri: "sip:gw.example.net", username: u, password: p, register: true, from: [192.0.2.0/24] } }
routes:
  - { name: front, to: "100", script: front-desk, fallback: [{ type: voicemail, mailbox: alice }] }
  - name: rest
    script: default
limits: { script: { eventMs: 50, memoryMB: 32 }, calls: { max: 10000, perSecond: 500 } }
guard: { exempt: [127.0.0.0/8] }
emergency: ["112", "911"]
`;
const words = [
  "\n",
  "  ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  "&a ",
  "*a",
  "!!binary ",
  "? ",
  "|\n",
  ">-\n",
  "---\n",
  "...",
  "#",
  "'",
  '"',
  "$",
  "{A}",
  "<<: *b",
  "\t",
  "%YAML 1.2\n",
  "~",
];
/** A file of an operator, not of a stranger: it may take its time, in proportion. */
const MOST_OCTETS = 8192;

export const config: Target = {
  samples: [FULL, readFileSync(join(repoRoot, "strowger.yaml"), "latin1")],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 2, arbitrary: mutated(seeds, { words, mostOctets: MOST_OCTETS }) },
      { weight: 1, arbitrary: mutatedJson([asJson], MOST_OCTETS) },
    ),
  stallMs: 100,
  run(input) {
    const text = Buffer.from(input, "latin1").toString("utf8");
    const read = parseConfig(text, "/etc/strowger.yaml", { TOKEN: "t", A: "a" });
    if (read.ok) return;
    holds(read.problem.length > 0, "A file is refused without a reason.");
    const lines = text.split("\n");
    for (const { line, column, message } of read.problem) {
      holds(line >= 1 && line <= lines.length, `Line ${line} of ${lines.length}.`);
      holds(
        column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1,
        `Column ${column} of line ${line}: ${message}`,
      );
      holds(message.length > 0 && !message.includes("\n"), `A problem of several lines: ${message}`);
    }
    formatDiagnostics(read.problem);
  },
};

const asJson = JSON.stringify({
  domain: "example.com",
  listen: ["udp://0.0.0.0:5060"],
  http: { listen: "127.0.0.1:8080", tokens: [{ token: "0123456789abcdef0123", scopes: ["admin"] }] },
  users: { alice: { password: "secret", extension: "100", voicemail: { pin: "1234" } } },
  trunks: {
    carrier: { uri: "sip:gw.example.net", username: "u", password: "p", register: true, from: ["192.0.2.0/24"] },
  },
  routes: [{ name: "front", to: "100", script: "front-desk", fallback: [{ type: "voicemail", mailbox: "alice" }] }],
  limits: { script: { eventMs: 50 }, calls: { max: 10 } },
});
