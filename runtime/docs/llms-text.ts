/**
 * `llms.txt`: all that a model, or a hurried person, needs to write a script. The text is `guide.md`; its reference is made
 * of the docstrings of the sdk, and its limits are those of the switch, so that it says what the sources say.
 */
import { jsonSchema } from "../contract/json-schema.ts";
import { condense, type Detail } from "./condense.ts";
import { headOf } from "./declarations.ts";
import { buildersIn, decisionLine, eventLine, kindsIn } from "./kind-lines.ts";
import type { Sources } from "./sources.ts";

const DECISIONS = ["decisions", "audio", "voicemail", "transfer", "send-message", "accept"];
const CALL_EVENTS = ["events"];
const OTHER_EVENTS = ["http-event", "schedule-event", "trunk-event", "request-event", "register-events"];
/** How much is said of a module; the others are taken briefly. */
const FULL = new Set(["decisions", "audio", "call"]);
/** Modules that say nothing to scripts; the globals are told in the text. */
const LEFT_OUT = ["index", "script", "script-event", "zoned-time", "globals.d"];
const BYTES_PER_KB = 1024;
const MS_PER_SECOND = 1000;

/** Defaults of `limits.script`. */
export type GuideLimits = Readonly<
  Record<
    | "eventMs"
    | "cpuMs"
    | "handlerMs"
    | "memoryMB"
    | "eventBytes"
    | "decisionBytes"
    | "stateBytes"
    | "operations"
    | "operationBytes"
    | "logLines",
    number
  >
>;

/** `guide`: with names in double braces, for what is put there. */
export function llmsText(guide: string, sdk: Sources, limits: GuideLimits): string {
  const parts: Readonly<Record<string, string>> = { ...limitParts(limits), ...referenceParts(sdk) };
  return guide
    .replaceAll(/\{\{(\w+)\}\}/g, (_slot, name: string) => {
      const part = parts[name];
      if (part === undefined) throw new Error(`The guide asks for "${name}", which nothing makes`);
      return part;
    })
    .replaceAll(/Readonly<(Record<string, \w+>)>/g, "$1");
}

function limitParts(limits: GuideLimits): Record<string, string> {
  const shown = Object.entries(limits).map(([name, limit]) => {
    return [name, name.endsWith("Bytes") ? `${Math.round(limit / BYTES_PER_KB)} KB` : String(limit)];
  });
  const handlerSeconds = String(limits.handlerMs / MS_PER_SECOND);
  return { ...Object.fromEntries(shown), handlerSeconds, planSteps: mostSteps() };
}

/** By the schema of plans: one decision, or a list. */
function mostSteps(): string {
  const { anyOf } = jsonSchema("plan") as { anyOf: readonly { readonly maxItems?: number }[] }; // As it is made.
  return String(anyOf.find(({ maxItems }) => maxItems !== undefined)?.maxItems);
}

function referenceParts(sdk: Sources): Record<string, string> {
  const textOf = (name: string): string => sdk.get(name) ?? "";
  const decisionSources = DECISIONS.map(textOf);
  const builders = buildersIn(decisionSources);
  const decisions = kindsIn(decisionSources).flatMap((kind) =>
    (builders.get(kind.declaration.name) ?? []).map((builder) => decisionLine(kind, builder)),
  );
  const linesOf = (modules: readonly string[]): string => kindsIn(modules.map(textOf)).map(eventLine).join("\n");
  const names = shownNames(sdk);
  const typesOf = (modules: readonly string[]): string =>
    code(modules.map((name) => condense(textOf(name), names, detailOf(name))));
  const told = new Set([...LEFT_OUT, ...DECISIONS, ...CALL_EVENTS, ...OTHER_EVENTS, "call", "operation"]);
  const others = [...sdk.keys()].filter((name) => !told.has(name));
  return {
    call: typesOf(["call"]),
    callEvents: linesOf(CALL_EVENTS),
    callEventTypes: typesOf(CALL_EVENTS),
    otherEvents: linesOf(OTHER_EVENTS),
    otherEventTypes: typesOf(OTHER_EVENTS),
    aboutAudio: headOf(textOf("audio")),
    decisions: decisions.join("\n"),
    decisionTypes: typesOf(["decisions", "audio", "transfer"]),
    modules: typesOf(["voicemail", ...others, "operation"]),
  };
}

/** What scripts can import, but decisions and their builders, and events, which have lines of their own. */
function shownNames(sdk: Sources): ReadonlySet<string> {
  const lists = (sdk.get("index") ?? "").matchAll(/export (?:type )?\{([^}]*)\}/g);
  const exported = [...lists].flatMap(([, list = ""]) => list.split(/[\s,]+/));
  const sources = [...DECISIONS, ...CALL_EVENTS, ...OTHER_EVENTS].map((name) => sdk.get(name) ?? "");
  const kinds = kindsIn(sources).map(({ declaration }) => declaration.name);
  const builders = [...buildersIn(sources)].flatMap(([kind, all]) =>
    kinds.includes(kind) ? all.map(({ name }) => name) : [],
  );
  const said = new Set([...kinds, ...builders, "Decision", "AudioDecision", "TransferDecision", "CallEvent"]);
  return new Set(exported.filter((name) => name !== "" && !said.has(name)));
}

function detailOf(module: string): Detail {
  return FULL.has(module) ? "full" : "brief";
}

function code(texts: readonly string[]): string {
  return `\`\`\`ts\n${texts.filter((text) => text !== "").join("\n")}\n\`\`\``;
}
