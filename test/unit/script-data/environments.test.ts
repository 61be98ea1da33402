import { beforeEach, describe, expect, it } from "vitest";
import type { EnvironmentRow } from "../../../runtime/port/script-data-store.ts";
import { Environments } from "../../../runtime/script-data/environments.ts";

const DOMAIN = "example.com";
let rows: EnvironmentRow[];
let told: [string, Readonly<Record<string, string>>][];
let environments: Environments;

function start(): Environments {
  told = [];
  return new Environments({
    store: {
      all: async () => rows,
      put: async (row) => {
        rows = [...rows.filter(({ script }) => script !== row.script), row];
      },
    },
    domain: DOMAIN,
    onChange: (script, variables) => void told.push([script, variables]),
  });
}

beforeEach(() => {
  rows = [];
  environments = start();
});

describe("The variables of a script", () => {
  it("are those of the configuration and those of the API together", async () => {
    await environments.load([{ name: "desk", env: { RING: "20" } }]);
    await environments.put("desk", { GREETING: "hi" });
    expect(environments.of("desk")).toEqual({ RING: "20", GREETING: "hi" });
    expect(environments.get("desk")).toEqual({ variables: { GREETING: "hi", RING: "20" }, managed: ["RING"] });
    expect(environments.get("menu")).toEqual({ variables: {}, managed: [] });
  });

  it("stay what the configuration declares; the same value may be sent along", async () => {
    await environments.load([{ name: "desk", env: { RING: "20" } }]);
    await expect(environments.put("desk", { RING: "30", A: "1" })).rejects.toMatchObject({ code: "managed-by-config" });
    expect(environments.of("desk")).toEqual({ RING: "20" });
    await environments.put("desk", { RING: "20", A: "1" });
    expect(rows).toEqual([{ domain: DOMAIN, script: "desk", variables: { A: "1" } }]);
    await environments.put("desk", {});
    expect(environments.of("desk")).toEqual({ RING: "20" });
  });

  it("are there again after a restart, and those of another domain are not", async () => {
    await environments.put("desk", { A: "1" });
    rows.push({ domain: "example.org", script: "desk", variables: { A: "2" } });
    rows.push({ domain: "example.org", script: "menu", variables: { A: "2" } });
    environments = start();
    await environments.load([]);
    expect(told).toEqual([["desk", { A: "1" }]]);
    expect(environments.of("menu")).toEqual({});
  });

  it("are told on where they change, and only there", async () => {
    const desk = { name: "desk", env: { RING: "20" } };
    await environments.load([desk, { name: "menu", env: { A: "1" } }]);
    told = [];
    environments.replaceConfigured([desk, { name: "menu", env: { A: "2" } }, { name: "new", env: { B: "1" } }]);
    expect(told).toEqual([
      ["menu", { A: "2" }],
      ["new", { B: "1" }],
    ]);
    told = [];
    environments.replaceConfigured([desk]);
    expect(told.sort()).toEqual([
      ["menu", {}],
      ["new", {}],
    ]);
    told = [];
    await environments.put("desk", { RING: "20" });
    expect(told).toEqual([]);
    await environments.put("desk", { C: "1" });
    expect(told).toEqual([["desk", { C: "1", RING: "20" }]]);
  });

  it("of the configuration hide those of the API, which come back when the declaration goes", async () => {
    await environments.load([]);
    await environments.put("desk", { RING: "30" });
    environments.replaceConfigured([{ name: "desk", env: { RING: "20" } }]);
    expect(environments.of("desk")).toEqual({ RING: "20" });
    environments.replaceConfigured([]);
    expect(environments.of("desk")).toEqual({ RING: "30" });
  });

  it("are bounded in the number of scripts that have some", async () => {
    for (let count = 0; count < 2_000; count++) await environments.put(`s${count}`, { A: "1" });
    await expect(environments.put("one-more", { A: "1" })).rejects.toMatchObject({ code: "full" });
    await environments.put("s0", {});
    await environments.put("one-more", { A: "1" });
  });
});
