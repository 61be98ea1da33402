/** `strowger init`: a folder to begin with, a commented configuration and a first script. Nothing is overwritten. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { CommandFailure } from "../failure.ts";
import { Output } from "../output.ts";

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

const files: Readonly<Record<string, string>> = { "strowger.yaml": CONFIGURATION, "scripts/hello.ts": SCRIPT };

export function defineInit(program: Command): void {
  program
    .command("init")
    .description("write a commented strowger.yaml and a first script; overwrites nothing")
    .argument("[folder]", "where to", ".")
    .action((folder: string, _options: unknown, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const written: string[] = [];
      const kept: string[] = [];
      for (const [name, content] of Object.entries(files)) {
        const path = join(folder, name);
        (writeNew(path, content) ? written : kept).push(path);
      }
      out.result({ written, kept }, () =>
        [
          ...written.map((path) => `wrote ${path}`),
          ...kept.map((path) => `kept ${path}: it was there already`),
          "Next: npx strowger start, then npx strowger deploy scripts/hello.ts",
        ].join("\n"),
      );
    });
}

/** Whether the file is new; one that was there stays as it is. */
function writeNew(path: string, content: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new CommandFailure(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
