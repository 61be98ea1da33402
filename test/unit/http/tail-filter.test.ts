import { describe, expect, it } from "vitest";
import { type TailQuery, tailQuery } from "../../../runtime/contract/feed-api.ts";
import { acceptsEntry } from "../../../runtime/http/tail-filter.ts";
import type { TailEntry } from "../../../runtime/port/feed.ts";

const at = "2026-01-01T00:00:00.000Z";
const of = { at, ref: { script: "main", version: 3 }, handler: "invite", callId: "c1" } as const;
const entries: Readonly<Record<string, TailEntry>> = {
  debug: { type: "log", ...of, level: "debug", text: "looking up Alice" },
  error: { type: "log", ...of, level: "error", text: "no such thing" },
  returned: { type: "invocation", ...of, outcome: "returned", wallMs: 1, cpuMs: 0.5 },
  threw: { type: "fault", ...of, outcome: "threw", fault: { reason: "threw", message: "Error: broken" } },
  timeout: {
    type: "fault",
    ...of,
    ref: { script: "main", version: 4 },
    handler: "bye",
    callId: "c2",
    outcome: "timeout",
    fault: { reason: "timeout", message: "too slow" },
  },
  deploy: {
    type: "deploy",
    at,
    deployment: {
      script: "main",
      id: 1,
      versions: [{ version: 4, percent: 100 }],
      reason: "deploy",
      message: null,
      author: "me",
      createdAt: at,
      autoRollback: true,
    },
  },
};

/** The names of the entries that come through. */
function through(query: Readonly<Record<string, string>>): string[] {
  const accepts = acceptsEntry(tailQuery.parse(query) as TailQuery);
  return Object.entries(entries).flatMap(([name, entry]) => (accepts(entry) ? [name] : []));
}

describe("The filters of a tail", () => {
  it.each([
    [{}, ["debug", "error", "returned", "threw", "timeout", "deploy"]],
    [{ type: "log,deploy" }, ["debug", "error", "deploy"]],
    [{ level: "warn" }, ["error", "returned", "threw", "timeout", "deploy"]],
    [{ event: "bye" }, ["timeout"]],
    [{ version: "4" }, ["timeout", "deploy"]],
    [{ callId: "c2" }, ["timeout"]],
    [{ search: "ALICE" }, ["debug"]],
    [{ outcome: "returned" }, ["returned"]],
    [{ outcome: "fault" }, ["threw", "timeout"]],
    [{ outcome: "returned,timeout" }, ["returned", "timeout"]],
    [{ outcome: "fault", version: "3", callId: "c1" }, ["threw"]],
    [{ sample: "0.000001" }, ["threw", "timeout", "deploy"]],
    [{ sample: "1" }, ["debug", "error", "returned", "threw", "timeout", "deploy"]],
  ])("%o lets through %o", (query, names) => {
    expect(through(query)).toEqual(names);
  });

  it("takes a share of calls, each with all of its entries", () => {
    const accepts = acceptsEntry(tailQuery.parse({ sample: "0.25" }));
    const chosen = Array.from({ length: 4000 }, (_, n) => `0.mabc${n.toString(36)}xyz`).filter((callId) => {
      const verdicts = (["debug", "returned"] as const).map((name) =>
        accepts({ ...entries[name], callId } as TailEntry),
      );
      expect(verdicts[0]).toBe(verdicts[1]);
      return verdicts[0];
    });
    expect(chosen.length).toBeGreaterThan(800);
    expect(chosen.length).toBeLessThan(1200);
  });

  it.each([{ sample: "0" }, { sample: "2" }, { outcome: "fine" }, { level: "loud" }])("refuse %o", (query) => {
    expect(tailQuery.safeParse(query).success).toBe(false);
  });
});
