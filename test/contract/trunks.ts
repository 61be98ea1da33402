/** What every store must do for trunks: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { Store } from "../../runtime/port/store.ts";
import type { TrunkRow } from "../../runtime/port/trunk-store.ts";

const carrier: TrunkRow = {
  domain: "example.com",
  name: "carrier",
  position: 2,
  json: '{"uri":"sip:gw.example.net"}',
  password: { keyId: "k1", nonce: "bm9uY2U=", sealed: "c2VhbGVk" },
};

/** `current` gives the store of the test that runs. */
export function trunkContract(current: () => Store): void {
  describe("trunks", () => {
    it("are kept by domain and name in their order, replaced and removed", async () => {
      const { trunks } = current();
      await trunks.put(carrier);
      await trunks.put({ ...carrier, name: "first", position: 1, password: null });
      await trunks.put({ ...carrier, domain: "example.net", position: 3 });
      await trunks.put({ ...carrier, json: '{"uri":"sip:gw2.example.net"}', password: null });
      expect(await trunks.remove("example.net", "carrier")).toBe(true);
      expect(await trunks.remove("example.net", "carrier")).toBe(false);
      expect(await trunks.all()).toEqual([
        { ...carrier, name: "first", position: 1, password: null },
        { ...carrier, json: '{"uri":"sip:gw2.example.net"}', password: null },
      ]);
    });

    it("with a sealed password count as secrets: the key is theirs, too", async () => {
      const { trunks, scriptData } = current();
      await trunks.put({ ...carrier, name: "open", password: null });
      expect(await scriptData.secrets.count()).toBe(0);
      await trunks.put(carrier);
      expect(await scriptData.secrets.count()).toBe(1);
    });
  });
}
