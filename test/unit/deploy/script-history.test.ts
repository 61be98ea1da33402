import { describe, expect, it } from "vitest";
import { ScriptHistory } from "../../../runtime/deploy/script-history.ts";
import type { DeploymentShare, ScriptVersion } from "../../../runtime/port/deployment.ts";

function version(number: number, tag: string | null = null): ScriptVersion {
  return {
    script: "desk",
    version: number,
    sha256: "",
    entry: "main.ts",
    handlers: number === 1 ? ["invite"] : ["invite", "bye"],
    files: ["main.ts"],
    tag,
    message: null,
    author: "ci",
    createdAt: `2026-01-0${number}T00:00:00.000Z`,
    diagnostics: [],
  };
}

function history(
  versions: readonly ScriptVersion[],
  deployments: readonly (readonly DeploymentShare[])[],
  takenBackBy: number | null = null,
): ScriptHistory {
  const made = new ScriptHistory("desk");
  for (const one of versions) made.addVersion(one);
  for (const [index, shares] of deployments.entries()) {
    const createdAt = "2026-01-02T12:00:00.000Z";
    made.addDeployment({
      script: "desk",
      id: index + 1,
      versions: shares,
      reason: index + 1 === takenBackBy ? "auto-rollback" : "deploy",
      autoRollback: true,
      message: null,
      author: "",
      createdAt,
    });
  }
  return made;
}

const all = (number: number): readonly DeploymentShare[] => [{ version: number, percent: 100 }];

describe("history of a script", () => {
  it("finds a version by number, word and tag", () => {
    const desk = history([version(1, "stable"), version(2), version(3)], [all(1), all(2)]);
    expect(desk.find(1)?.version).toBe(1);
    expect(desk.find("latest")?.version).toBe(3);
    expect(desk.find("active")?.version).toBe(2);
    expect(desk.find("previous")?.version).toBe(1);
    expect(desk.find("stable")?.version).toBe(1);
  });

  it("goes back before a version that the switch has taken back, not to it", () => {
    const versions = [version(1), version(2), version(3), version(4)];
    const desk = history(versions, [all(1), all(2), all(3), all(2)], 4);
    expect(desk.find("active")?.version).toBe(2);
    expect(desk.find("previous")?.version).toBe(1);
    expect(history(versions, [all(2), all(3), all(2)], 3).previous).toBeUndefined();
    expect(history(versions, [all(2), all(3), all(2), all(4)], 3).find("previous")?.version).toBe(2);
  });

  it("takes the newest of several versions with the same tag", () => {
    expect(history([version(1, "stable"), version(2, "stable"), version(3)], []).find("stable")?.version).toBe(2);
  });

  it("takes the largest share of a split for active and previous", () => {
    const split = [
      { version: 3, percent: 10 },
      { version: 2, percent: 90 },
    ];
    const desk = history([version(1), version(2), version(3)], [split, all(1)]);
    expect(desk.find("previous")?.version).toBe(2);
  });

  it.each([0, 4, -1, 1.5, "", "4", "1", "nothing", "constructor"])("finds nothing for %j", (selector) => {
    expect(history([version(1), version(2)], [all(1)]).find(selector)).toBeUndefined();
  });

  it("has no active version before a deployment, no previous before the second", () => {
    expect(history([version(1)], []).find("active")).toBeUndefined();
    expect(history([version(1)], [all(1)]).find("previous")).toBeUndefined();
  });

  it("goes on counting where a removed script of the name has stopped", () => {
    const again = new ScriptHistory("desk", { version: 7, deployment: 9 });
    expect(again.numbers).toEqual({ version: 7, deployment: 9 });
    again.addVersion(version(8));
    expect(again.numbers).toEqual({ version: 8, deployment: 9 });
  });

  it("sums itself up: handlers of what is live, time of the last change", () => {
    expect(history([version(1), version(3)], [all(1)]).summary()).toEqual({
      name: "desk",
      latest: 3,
      active: all(1),
      handlers: ["invite"],
      updatedAt: "2026-01-03T00:00:00.000Z",
    });
    expect(history([version(1)], [all(1)]).summary()?.updatedAt).toBe("2026-01-02T12:00:00.000Z");
    expect(history([], []).summary()).toBeUndefined();
  });

  it("keeps live versions and the newest ten ready", () => {
    const versions = Array.from({ length: 9 }, (_, index) => version(index + 1));
    const many = history(
      [...versions, ...[10, 11, 12, 13, 14].map((n) => ({ ...version(9), version: n }))],
      [all(1), all(2)],
    );
    expect([...many.readyVersions()].sort((a, b) => a - b)).toEqual([1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});
