/** The files of a project to begin with, each written where there is none of its name. */

const CONFIGURATION = `# The configuration of Strowger. Every key is optional; an unknown one is an error.
# A change takes effect with: npx strowger reload

# What our users register at and are called by. Default: our addresses and host names.
# domain: example.com

# Where SIP phones reach us.
listen: [udp://0.0.0.0:5060, tcp://0.0.0.0:5060]

# Our address as the world sees it, when we are behind NAT.
# advertise: 203.0.113.7

# The HTTP API. Without tokens, one is generated into data/token.
http:
  listen: 127.0.0.1:8080
  # tokens: [{ name: ci, token: "\${STROWGER_TOKEN}", scopes: [scripts:write, deploy] }]

# Where the switch keeps what it must remember, relative to this file.
data: ./data

# Users declared here are read-only over HTTP; "npx strowger users add" makes others.
# users:
#   carol: { password: "\${CAROL_PASSWORD}", extension: "102" }

# Where a new version fails clearly more often than the one before it, the switch goes back by itself (false: never).
# deploy: { keepVersions: 100, autoRollback: { withinMinutes: 10, minEvents: 20, marginPercent: 5 } }

# How long, and how much of, the audit log is kept: who changed what.
# audit: { days: 365, rows: 100000 }

# Which script gets a call. The first match wins. X is any digit, [2-9] one of these, * the rest.
# The fallback is done when the script fails, so it must be safe for any caller.
routes:
  - name: everything
    script: hello
    fallback: [{ type: reject, code: 500 }]
`;

const SCRIPT = `// Deploy with: npx strowger deploy scripts/hello.ts     Follow with: npx strowger tail hello
import { forward, reject, type Script } from "strowger";

export default {
  // A call comes in. What this returns is what the switch does.
  invite(call) {
    console.log(\`\${call.from.user} calls \${call.to.user}\`);
    if (call.to.user === "100") return forward("alice", { ringSeconds: 20 });
    if (call.to.user === "101") return forward("bob", { ringSeconds: 20 });
    return reject(404);
  },

  // Nobody answered. Another plan may follow from here.
  failed(_call, event) {
    console.log(\`nobody answered: \${event.code} \${event.reason}\`);
  },

  ended(_call, event) {
    console.log(\`\${event.cdr.result} after \${event.cdr.seconds} s\`);
  },
} satisfies Script;
`;

const TEST = `// Run with: npx strowger test     No switch, no phone, no waiting: the time is made up.
import { simulate } from "strowger/testing";
import { expect, it } from "vitest";
import "strowger/testing/vitest";
import hello from "./hello.ts";

it("connects 100 with alice", async () => {
  const call = simulate(hello).invite({ to: "100", from: "bob" });
  await call.rings("alice");
  await call.answers("alice");
  expect(call).toBeConnectedTo("alice");
});

it("rings no longer than 20 seconds", async () => {
  const call = simulate(hello).invite({ to: "101" });
  await call.rings("bob");
  await call.noAnswer(20);
  expect(call).toHaveEnded();
});

it("knows no other number", () => {
  expect(simulate(hello).invite({ to: "999" })).toBeRejectedWith(404);
});
`;

const README = `# A telephone switch with scripts

| | |
| --- | --- |
| \`npx strowger dev scripts/hello.ts\` | a switch that deploys the script whenever it is saved; \`--inspect\` for a debugger |
| \`npx strowger test\` | the tests, without a switch |
| \`npx strowger simulate scripts/hello.ts --to 100\` | walk through a call |
| \`npx strowger start\` | the switch, with \`strowger.yaml\` |
| \`npx strowger deploy scripts/hello.ts\` | a new version, for the next call |
| \`npx strowger tail hello\` | what it prints |
| \`npx strowger docs\` | events, decisions, modules, limits |

Editors know \`"strowger"\` by \`tsconfig.json\`; \`npx strowger types\` writes what it needs again. A model gets docs and tools
from \`npx strowger mcp\`.
`;

export const projectFiles: Readonly<Record<string, string>> = {
  "strowger.yaml": CONFIGURATION,
  "scripts/hello.ts": SCRIPT,
  "scripts/hello.test.ts": TEST,
  "README.md": README,
  ".gitignore": "data/\nnode_modules/\n",
};
