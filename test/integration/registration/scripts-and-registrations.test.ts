import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const SCRIPT = `
import { accept, reject, type Script } from "strowger";

export default {
  invite: () => reject(404),
  register(event) {
    if (event.userAgent === "forbidden") return reject(403, { reason: "Not This Phone" });
    if (event.userAgent === "broken") throw new Error("oops");
    return accept({ expiresSeconds: 120, maxContacts: 1 });
  },
  registered(event) {
    console.log("in", event.user, event.contact);
  },
  unregistered(event) {
    console.log("out", event.contact, event.reason);
  },
} satisfies Script;
`;

describe("A script that hears of registrations", () => {
  it("refuses, bounds, and is told what came of it; where it fails the phone registers all the same", async () => {
    await strowger.deploy("main", SCRIPT);
    const tail = await strowger.tail("main");
    const phone = await rawPhone(strowger, "bob");
    const agent = (name: string) => [["User-Agent", name]] as const;

    const refused = await register(phone, { user: "bob", fields: [...agent("forbidden")] });
    expect(refused.startLine).toBe("SIP/2.0 403 Not This Phone");

    const taken = await register(phone, { user: "bob" });
    expect(taken.status).toBe(200);
    expect(taken.header("Contact")).toContain(";expires=120");

    const other = await rawPhone(strowger, "bob");
    await register(other, { user: "bob" });
    const listed = await strowger.api("GET", "/v1/registrations?user=bob");
    expect(listed.body.items.map((item: { contact: string }) => item.contact)).toEqual([other.uri]);

    const broken = await register(other, { user: "bob", fields: [...agent("broken")] });
    expect(broken.status).toBe(200);
    expect(broken.header("Contact")).toContain(";expires=600");

    await strowger.api("DELETE", "/v1/registrations/bob");
    const expected = [
      `in bob ${phone.uri}`,
      `in bob ${other.uri}`,
      `out ${phone.uri} removed`,
      `out ${other.uri} removed`,
    ];
    await until("the script to hear of it", () => {
      const lines = tail.entries.filter(({ type }) => type === "log").map((entry) => JSON.stringify(entry));
      return expected.every((text) => lines.some((line) => line.includes(text)));
    });
  });

  it("is not asked by phones without the right password", async () => {
    await strowger.deploy("main", SCRIPT);
    const tail = await strowger.tail("main");
    const phone = await rawPhone(strowger, "bob");
    await register(phone, { user: "bob", password: "guess" });
    await register(phone, { user: "bob" });
    await until("the right one", () =>
      tail.entries.some((entry) => JSON.stringify(entry).includes(`in bob ${phone.uri}`)),
    );
    const asked = tail.entries.filter((entry) => JSON.stringify(entry).includes('"register"'));
    expect(asked).toHaveLength(1);
  });
});
