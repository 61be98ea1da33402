import { Counter, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { BoundedCounter, MOST_SERIES } from "../../../runtime/observe/bounded-counter.ts";
import { Tally } from "../../../runtime/observe/tally.ts";

function series(text: string, name: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(`${name}{`));
}

describe("Figures by the names of scripts", () => {
  it("are kept of so many, and the rest is counted together", async () => {
    const registry = new Registry();
    const options = { name: "faults", help: "-", labelNames: ["script", "version"] as const, registers: [registry] };
    const counter = new BoundedCounter(new Counter(options));
    for (let version = 0; version < MOST_SERIES + 5; version++) counter.inc({ script: "main", version });
    counter.inc({ script: "main", version: 0 });
    const lines = series(await registry.metrics(), "faults");
    expect(lines.length).toBe(MOST_SERIES + 1);
    expect(lines).toContain('faults{script="main",version="0"} 2');
    expect(lines).toContain('faults{script="other",version="other"} 5');
  });

  it("are kept of so many where they change thousands of times a second", async () => {
    const registry = new Registry();
    const tally = new Tally(registry, "events", "-", ["script", "event"]);
    for (let script = 0; script < MOST_SERIES + 5; script++) tally.count(`script-${script}`, "invite");
    tally.count("script-0", "invite");
    const lines = series(await registry.metrics(), "events");
    expect(lines.length).toBe(MOST_SERIES + 1);
    expect(lines).toContain('events{script="script-0",event="invite"} 2');
    expect(lines).toContain('events{script="other",event="invite"} 5');
  });
});
