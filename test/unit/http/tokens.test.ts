import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTokenAuthority } from "../../../runtime/http/tokens.ts";
import type { Store, TokenRow } from "../../../runtime/port/store.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

function tokenStore(): { rows: Map<string, TokenRow>; store: Store["tokens"] } {
  const rows = new Map<string, TokenRow>();
  const store = {
    all: async () => [...rows.values()],
    put: async (row: TokenRow) => void rows.set(row.id, row),
    remove: async (id: string) => rows.delete(id),
  };
  return { rows, store };
}

describe("tokens of the API", () => {
  it("are kept as their SHA-256, and known again after a restart", async () => {
    const { rows, store } = tokenStore();
    const first = await createTokenAuthority(store, new VirtualClock());
    const { secret, token } = await first.create({ name: "ci", scopes: ["deploy"] });
    const hash = createHash("sha256").update(secret).digest("hex");
    expect([...rows.values()]).toEqual([{ ...token, hash }]);
    const second = await createTokenAuthority(store, new VirtualClock());
    expect(second.verify(secret)).toEqual({ id: token.id, name: "ci", scopes: ["deploy"] });
    expect(second.verify(hash)).toBeUndefined();
    expect(second.verify("")).toBeUndefined();
  });

  it("of the configuration follow it, and leave the others alone", async () => {
    const { rows, store } = tokenStore();
    const tokens = await createTokenAuthority(store, new VirtualClock());
    const own = await tokens.create({ name: "own", scopes: ["admin"] });
    await tokens.declare([
      { name: "a", secret: "secret-of-a", scopes: ["admin"] },
      { name: "b", secret: "secret-of-b", scopes: ["admin"] },
    ]);
    const id = tokens.verify("secret-of-a")?.id;
    await tokens.declare([{ name: "a", secret: "secret-of-a", scopes: ["deploy"] }]);
    expect(tokens.verify("secret-of-a")).toEqual({ id, name: "a", scopes: ["deploy"] });
    expect(tokens.verify("secret-of-b")).toBeUndefined();
    expect(tokens.verify(own.secret)?.name).toBe("own");
    expect([...rows.values()].map(({ name, managed }) => [name, managed])).toEqual([
      ["own", false],
      ["a", true],
    ]);
  });

  it("have one name each, also where two of that name are made at once", async () => {
    const { rows, store } = tokenStore();
    const tokens = await createTokenAuthority(store, new VirtualClock());
    const twice = [1, 2].map(() => tokens.create({ name: "ci", scopes: ["deploy"] }));
    const [first, second] = await Promise.allSettled(twice);
    expect(first?.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "already-exists" } });
    expect(rows.size).toBe(1);
  });

  it("of the configuration stay gone once they are taken out of it, also after two reloads at once", async () => {
    const { store } = tokenStore();
    const tokens = await createTokenAuthority(store, new VirtualClock());
    const declared = [{ name: "a", secret: "secret-of-a", scopes: ["admin"] }];
    await Promise.all([tokens.declare(declared), tokens.declare(declared)]);
    await tokens.declare([]);
    const afterRestart = await createTokenAuthority(store, new VirtualClock());
    expect(afterRestart.verify("secret-of-a")).toBeUndefined();
  });

  it("do not count before the store has them, and count until it has lost them", async () => {
    const { store } = tokenStore();
    const broken = { ...store, put: () => Promise.reject(new Error("disk full")) };
    const tokens = await createTokenAuthority(broken, new VirtualClock());
    await expect(tokens.create({ name: "ci", scopes: [] })).rejects.toThrow("disk full");
    expect(tokens.list()).toEqual([]);
  });

  it("are a thousand at most", async () => {
    const { store } = tokenStore();
    const tokens = await createTokenAuthority(store, new VirtualClock());
    for (let count = 0; count < 1000; count++) await tokens.create({ name: `token-${count}`, scopes: [] });
    await expect(tokens.create({ name: "one more", scopes: [] })).rejects.toMatchObject({ code: "too-many-requests" });
  });
});
