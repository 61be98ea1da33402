import { beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { RollbackPolicy } from "../../../../runtime/deploy/auto-rollback/judge.ts";
import { RollbackWatch } from "../../../../runtime/deploy/auto-rollback/watch.ts";
import { ScriptStatistics } from "../../../../runtime/observe/version-stats.ts";
import type { Deployment, DeploymentShare } from "../../../../runtime/port/deployment.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

const MINUTE_MS = 60_000;

describe("the watch over new deployments", () => {
  let clock: VirtualClock;
  let stats: ScriptStatistics;
  let watch: RollbackWatch;
  let policy: RollbackPolicy | null;
  let quarantined: number;
  let undone: { script: string; to: readonly DeploymentShare[]; message: string; ifMatch: number }[];

  beforeEach(() => {
    clock = new VirtualClock();
    stats = new ScriptStatistics(() => clock.now());
    policy = { withinMs: 10 * MINUTE_MS, minSample: 20, marginPercent: 5 };
    quarantined = 0;
    undone = [];
    watch = new RollbackWatch({
      clock,
      log: silentLog,
      stats,
      isQuarantined: ({ version }) => version === quarantined,
      policy: () => policy,
      goBack: async (script, to, by) => void undone.push({ script, to, ...by }),
    });
  });

  const one = (version: number): DeploymentShare[] => [{ version, percent: 100 }];

  function deployment(id: number, versions: readonly DeploymentShare[], over: Partial<Deployment> = {}): Deployment {
    const createdAt = new Date(clock.now()).toISOString();
    return {
      script: "desk",
      id,
      versions,
      reason: "deploy",
      autoRollback: true,
      message: null,
      author: "ci",
      createdAt,
      ...over,
    };
  }

  function events(version: number, count: number, faults = 0): void {
    for (let index = 0; index < count; index++) {
      const outcome = index < faults ? "threw" : "returned";
      stats.invocation({
        ref: { script: "desk", version },
        handler: "invite",
        callId: "a",
        outcome,
        wallMs: 1,
        cpuMs: 0,
      });
    }
  }

  it("goes back within a second of enough faults, and tells why", () => {
    events(1, 100);
    watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
    events(2, 19, 19);
    clock.advance(1000);
    expect(undone).toEqual([]);
    events(2, 1, 1);
    clock.advance(1000);
    expect(undone).toEqual([
      {
        script: "desk",
        to: one(1),
        ifMatch: 2,
        message: "version 2: 20 of 20 events failed (100.0 %); version 1: 0 of 100 (0.0 %)",
      },
    ]);
    clock.advance(MINUTE_MS);
    expect(undone).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("goes back from a version in quarantine, however little it did", () => {
    watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
    quarantined = 2;
    clock.advance(1000);
    expect(undone).toMatchObject([{ to: one(1), message: expect.stringContaining("quarantined") }]);
  });

  it("compares the shares of a split side by side", () => {
    const split = [
      { version: 2, percent: 10 },
      { version: 1, percent: 90 },
    ];
    watch.deployed(deployment(2, split), deployment(1, one(1)));
    // Both fail: something else is wrong.
    events(1, 200, 100);
    events(2, 40, 20);
    for (let call = 0; call < 40; call++)
      for (const version of [1, 2]) stats.callEnded({ script: "desk", version }, false);
    clock.advance(1000);
    expect(undone).toEqual([]);
    events(1, 2000);
    events(2, 40, 40);
    clock.advance(1000);
    expect(undone).toMatchObject([{ to: one(1), ifMatch: 2 }]);
  });

  it("takes a version that was tried on a few back altogether", () => {
    const few = [
      { version: 2, percent: 10 },
      { version: 1, percent: 90 },
    ];
    watch.deployed(deployment(3, one(2)), deployment(2, few));
    events(2, 50, 50);
    clock.advance(1000);
    expect(undone).toMatchObject([{ to: one(1), ifMatch: 3 }]);
  });

  it("counts from the deployment on: what a version did before is not held against it", () => {
    events(2, 100, 100);
    watch.deployed(deployment(4, one(2)), deployment(3, one(1)));
    events(2, 100);
    clock.advance(1000);
    expect(undone).toEqual([]);
  });

  it("ends when the deployment is no longer new", () => {
    watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
    clock.advance(10 * MINUTE_MS);
    events(2, 100, 100);
    clock.advance(MINUTE_MS);
    expect(undone).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, () => void]>([
    ["the first deployment", () => watch.deployed(deployment(1, one(2)), undefined)],
    ["a rollback", () => watch.deployed(deployment(3, one(2), { reason: "rollback" }), deployment(2, one(1)))],
    [
      "what it has undone itself",
      () => watch.deployed(deployment(3, one(2), { reason: "auto-rollback" }), deployment(2, one(1))),
    ],
    [
      "a deployment that asks it not to",
      () => watch.deployed(deployment(2, one(2), { autoRollback: false }), deployment(1, one(1))),
    ],
    [
      "anything where the configuration says never",
      () => {
        policy = null;
        watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
      },
    ],
    [
      "a deployment that another one has replaced",
      () => {
        watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
        watch.deployed(deployment(3, one(1)), deployment(2, one(2)));
      },
    ],
    [
      "a script that was removed",
      () => {
        watch.deployed(deployment(2, one(2)), deployment(1, one(1)));
        watch.forget("desk");
      },
    ],
  ])("leaves %s alone", (_, begin) => {
    begin();
    events(2, 100, 100);
    clock.advance(MINUTE_MS);
    expect(undone).toEqual([]);
  });
});
