import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { TrunkRow } from "../../../../runtime/port/trunk-store.ts";
import { type ConfiguredTrunk, createTrunks, type TrunkChange } from "../../../../runtime/switch/trunks/trunks.ts";

const KEY = "k1";

async function trunks(configured: readonly ConfiguredTrunk[] = [], rows: TrunkRow[] = []) {
  const stored = new Map(rows.map((row) => [row.name, row]));
  const errors: string[] = [];
  const table = await createTrunks({
    store: {
      all: async () => [...stored.values()],
      put: async (row) => void stored.set(row.name, row),
      remove: async (_domain, name) => stored.delete(name),
    },
    sealing: {
      sealText: (_domain, what, text) => ({ keyId: KEY, nonce: what, sealed: Buffer.from(text).toString("base64") }),
      openText: (_domain, what, { keyId, nonce, sealed }) =>
        keyId === KEY && nonce === what ? Buffer.from(sealed, "base64").toString() : undefined,
    },
    log: { ...silentLog, error: (text) => errors.push(text) },
    domain: "example.com",
    configured,
    status: () => ({ state: "up", gateways: [], registrations: [] }),
    callsOf: () => 2,
  });
  const changes: TrunkChange[] = [];
  table.watch((change) => changes.push(change));
  return { table, stored, errors, changes };
}

const GATEWAY = { uri: "sip:gw.example.net" };
const declared = { name: "carrier", trunk: { ...GATEWAY, numbers: ["+49*"] } };

describe("the table of trunks", () => {
  it("has those of the configuration first, and a stored one of the same name stands aside", async () => {
    const rows = ["carrier", "other"].map((name, position) => ({
      domain: "example.com",
      name,
      position,
      json: JSON.stringify(GATEWAY),
      password: null,
    }));
    const { table } = await trunks([declared], rows);
    expect(table.list().map(({ name, position, managed }) => [name, position, managed])).toEqual([
      ["carrier", 1, true],
      ["other", 2, false],
    ]);
    expect(table.forNumber("+4930").map(({ name }) => name)).toEqual(["carrier", "other"]);
    expect(table.forNumber("+33").map(({ name }) => name)).toEqual(["other"]);
  });

  it("keeps a password sealed, shows none, and leaves it as it is where it is not given again", async () => {
    const { table, stored } = await trunks();
    const { trunk, created } = await table.put("carrier", { ...GATEWAY, username: "me", password: "s3cret" });
    expect([created, trunk.hasPassword, trunk.calls]).toEqual([true, true, 2]);
    expect(JSON.stringify(trunk)).not.toContain("s3cret");
    expect(stored.get("carrier")?.json).not.toContain("s3cret");
    await table.put("carrier", { ...GATEWAY, username: "me", trust: true });
    expect(table.byName("carrier")?.account).toEqual({ username: "me", password: "s3cret", realm: null });
    await table.put("carrier", { ...GATEWAY, username: "another" });
    expect(table.byName("carrier")?.account?.password).toBe("");
    expect(table.get("carrier")?.hasPassword).toBe(false);
  });

  it("comes back from the store with its password, or says that another key has sealed it", async () => {
    const first = await trunks();
    await first.table.put("carrier", { ...GATEWAY, username: "me", password: "s3cret" });
    const again = await trunks([], [...first.stored.values()]);
    expect(again.table.byName("carrier")?.account?.password).toBe("s3cret");
    const [row] = first.stored.values();
    if (row?.password == null) throw new Error("nothing was stored");
    const foreign = await trunks([], [{ ...row, password: { ...row.password, keyId: "other" } }]);
    expect(foreign.table.byName("carrier")?.account?.password).toBe("");
    expect(foreign.errors).toHaveLength(1);
  });

  it.each([
    ["a name that is none", "a b", GATEWAY, "invalid-request"],
    ["no object", "carrier", "sip:gw", "invalid-request"],
    ["a field that is wrong", "carrier", { uri: "gw" }, "invalid-request"],
    ["a trunk of the configuration", "managed", GATEWAY, "managed-by-config"],
  ])("refuses %s", async (_what, name, value, code) => {
    const { table } = await trunks([{ name: "managed", trunk: GATEWAY }]);
    await expect(table.put(name, value)).rejects.toMatchObject({ code });
  });

  it("tells of what comes, goes, and is declared anew, and of nothing else", async () => {
    const { table, changes } = await trunks([declared, { name: "same", trunk: GATEWAY }]);
    table.replaceConfigured([
      { name: "same", trunk: { ...GATEWAY } },
      { name: "carrier", trunk: { ...GATEWAY, numbers: ["+33*"] } },
      { name: "new", trunk: GATEWAY },
    ]);
    await table.put("stored", GATEWAY);
    await table.remove("stored");
    expect(changes.map(({ before, after }) => [before?.name, after?.name])).toEqual([
      ["carrier", "carrier"],
      [undefined, "new"],
      [undefined, "stored"],
      ["stored", undefined],
    ]);
    await expect(table.remove("stored")).rejects.toMatchObject({ code: "not-found" });
  });

  it("knows a trunk by its sources: those it names, else its gateways that are addresses", async () => {
    const { table } = await trunks([
      { name: "networks", trunk: { ...GATEWAY, from: ["192.0.2.0/24", "2001:db8::/32"] } },
      { name: "gateways", trunk: { gateways: [{ uri: "sip:198.51.100.1:5080" }, { uri: "sip:[2001:db9::1]" }] } },
      { name: "named", trunk: GATEWAY },
    ]);
    const of = (address: string) => table.bySource(address)?.name;
    expect(
      ["192.0.2.7", "2001:db8::7", "198.51.100.1", "2001:db9::1", "::ffff:192.0.2.7", "203.0.113.1"].map(of),
    ).toEqual(["networks", "networks", "gateways", "gateways", "networks", undefined]);
  });

  it("has all defaults of a trunk that says nothing but where it is", async () => {
    const { table } = await trunks([{ name: "plain", trunk: GATEWAY }]);
    expect(table.byName("plain")).toMatchObject({
      domain: "example.com",
      gateways: [{ ...GATEWAY, weight: 1, priority: 0 }],
      account: null,
      registration: null,
      trust: false,
      codecs: null,
      limits: { calls: null, perSecond: null },
      failoverMs: 5000,
      probeMs: 30_000,
      outgoing: { number: "e164", from: "caller", defaultCaller: null },
      incoming: { number: "e164", callerId: "e164" },
    });
  });
});
