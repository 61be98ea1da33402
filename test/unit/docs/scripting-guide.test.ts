import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HANDLER_NAMES } from "../../../runtime/contract/handler-names.ts";
import { jsonSchema } from "../../../runtime/contract/json-schema.ts";
import { condense } from "../../../runtime/docs/condense.ts";
import { scriptingGuide } from "../../../runtime/docs/docs.ts";
import { sdkSources } from "../../../runtime/docs/sources.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import * as sdk from "../../../sdk/index.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const MOST_BYTES = 48 * 1024;
const text = scriptingGuide();

interface DecisionSchema {
  readonly properties: Readonly<Record<string, { readonly const?: string }>>;
}

describe("The guide to scripts", () => {
  it("is short enough to be read by a model every time", () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it.each(HANDLER_NAMES)("tells of the event %s", (name) => {
    expect(text).toMatch(new RegExp(`^- \`${name}\``, "m"));
  });

  it("tells of every decision, with every field of it", () => {
    const { oneOf } = jsonSchema("decision") as { oneOf: readonly DecisionSchema[] };
    const missing = oneOf.flatMap(({ properties }) => {
      const { type, ...fields } = properties;
      const names = [`- \`${type?.const}(`, ...Object.keys(fields).flatMap((name) => `${name}`)];
      return names.filter((name) => !text.includes(name));
    });
    expect(missing).toEqual([]);
  });

  it("tells of everything that a script can import, and what each function of a module is called", () => {
    for (const [name, value] of Object.entries(sdk)) {
      expect(text).toMatch(new RegExp(`\\b${name}\\b`));
      if (Object.isFrozen(value)) for (const member of Object.keys(value)) expect(text).toContain(`${name}.${member}`);
    }
  });

  it("says defaults, units and limits as the sources have them", () => {
    expect(text).toMatch(/ringSeconds\?: number; \/\/ How long .* Default: 60\./);
    expect(text).toContain(`Per entry ${DEFAULT_LIMITS.eventMs} ms`);
    expect(text).toContain("A plan has at most 10 steps.");
  });

  it("says nothing of how the sdk does it", () => {
    expect(
      text.match(/operate\(|Object\.freeze|readonly |@default|@example\b(?!\.)|biome-ignore|^.*\*\/$/gm),
    ).toBeNull();
  });

  it("follows a docstring that changes", () => {
    const decisions = (sdkSources().get("decisions") ?? "").replace(
      "How long a target may ring",
      "For so long it rings",
    );
    expect(condense(decisions, new Set(["ForwardOptions"]), "full")).toContain("For so long it rings, in seconds");
  });

  it("names all modules of the sdk that there are", () => {
    const files = readdirSync(join(repoRoot, "sdk")).map((name) => name.replace(/\.ts$/, ""));
    expect(new Set(sdkSources().keys())).toEqual(new Set(files));
    expect(readFileSync(join(repoRoot, "sdk/kv.ts"), "utf8")).toBe(sdkSources().get("kv"));
  });
});
