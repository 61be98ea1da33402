/** Prints what real clients have shown of the switch: a line for each feature, a column for each client. */
import type { Reporter, TestModule } from "vitest/node";
import { CLIENTS, type Client, FEATURES, type Feature, type Shown } from "./shows.ts";

export interface InteropResult {
  readonly shown: Shown;
  readonly state: "passed" | "failed" | "skipped" | "pending";
}

const MARKS = { passed: "✓", failed: "✗", none: "-" } as const;

/** A feature that several tests show works where all of them have passed. Nothing where there is nothing to show. */
export function interopTable(results: readonly InteropResult[]): string[] {
  const marks = new Map<string, string>();
  for (const { shown, state } of results) {
    if (state !== "passed" && state !== "failed") continue;
    for (const [client, features] of Object.entries(shown)) {
      for (const feature of features ?? []) {
        const cell = cellOf(client as Client, feature);
        if (marks.get(cell) !== MARKS.failed) marks.set(cell, MARKS[state]);
      }
    }
  }
  const isKnown = (client: Client, feature: Feature) => marks.has(cellOf(client, feature));
  const clients = CLIENTS.filter((client) => FEATURES.some((feature) => isKnown(client, feature)));
  const features = FEATURES.filter((feature) => clients.some((client) => isKnown(client, feature)));
  if (clients.length === 0) return [];
  const width = Math.max(...features.map((feature) => feature.length));
  const line = (name: string, cells: readonly string[]) =>
    `  ${[name.padEnd(width), ...cells.map((cell, index) => centred(cell, clients[index]?.length ?? 0))].join("  ").trimEnd()}`;
  return [
    line("", clients),
    ...features.map((feature) =>
      line(
        feature,
        clients.map((client) => marks.get(cellOf(client, feature)) ?? MARKS.none),
      ),
    ),
  ];
}

function cellOf(client: Client, feature: Feature): string {
  return `${client}/${feature}`;
}

function centred(text: string, width: number): string {
  const before = Math.floor((width - text.length) / 2);
  return `${" ".repeat(Math.max(0, before))}${text}`.padEnd(width);
}

export default class InteropTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results: InteropResult[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { shows } = test.meta();
        if (shows !== undefined) results.push({ shown: shows, state: test.result().state });
      }
    }
    const lines = interopTable(results);
    if (lines.length > 0) console.log(["", "Real clients (✓ shown, ✗ failed, - not shown):", ...lines, ""].join("\n"));
  }
}
