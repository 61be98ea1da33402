import { voicemail } from "strowger";
import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import numberLookup from "./number-lookup.ts";

const NUMBER = "+4930123456";
const env = { CRM_URL: "https://crm.example.com/callers" };
const secrets = { CRM_TOKEN: "crm-token" };
type Fetch = NonNullable<SimulationOptions["fetch"]>;

/** What alice's phone shows, once it rings. */
async function shown(fetch: Fetch, options: SimulationOptions = {}, from = NUMBER) {
  const simulation = simulate(numberLookup, { env, secrets, fetch, ...options });
  const call = simulation.invite({ to: "100", from, name: "sent by the caller" });
  await call.rings("alice", { within: 1.1 });
  expect(call.faults).toEqual([]);
  const from180 = /"([^"]*)" <sip:/.exec(
    simulation.phones.ofUser("alice")[0]?.phone.take("INVITE").header("From") ?? "",
  );
  return { call, name: from180?.[1] };
}

describe("The number look-up", () => {
  it("shows the name that the address book has", async () => {
    const asked: Request[] = [];
    const { call, name } = await shown((request) => {
      asked.push(request);
      return Response.json({ name: "Greta Beispiel" });
    });
    expect(name).toBe("Greta Beispiel");
    expect(asked.map(({ url }) => url)).toEqual([`${env.CRM_URL}?number=%2B4930123456`]);
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer crm-token");
    await call.answers("alice");
    expect(call).toBeConnectedTo("alice");
  });

  it.each<[string, Fetch]>([
    ["knows nobody", () => new Response("nobody", { status: 404 })],
    ["has an error", () => new Response("sorry", { status: 500 })],
    ["answers what is no JSON", () => new Response("<html>")],
    ["answers JSON without a name", () => Response.json({ person: 1 })],
    ["answers null", () => Response.json(null)],
    ["cannot be reached", () => Promise.reject(new Error("no route to host"))],
  ])("shows what the caller has sent where the address book %s", async (_what, fetch) => {
    expect((await shown(fetch)).name).toBe("sent by the caller");
  });

  it("does not wait longer than a second", async () => {
    const { call, name } = await shown(() => "silence");
    expect(name).toBe("sent by the caller");
    expect(call.logs).toMatchObject([{ level: "warn" }]);
  });

  it("shows no more of a name than a phone has room for, and no line breaks", async () => {
    const { name } = await shown(() => Response.json({ name: `Greta\r\nX-Evil: 1${"!".repeat(200)}` }));
    expect(name).toMatch(/^Greta X-Evil: 1!{45}$/);
  });

  it("asks nobody for callers without a number, without an address book, or without its token", async () => {
    const nobody: Fetch = () => expect.unreachable("somebody was asked");
    expect((await shown(nobody, {}, "sip:anonymous@anonymous.invalid")).name).toBe("sent by the caller");
    expect((await shown(nobody, { env: {} })).name).toBe("sent by the caller");
    expect((await shown(nobody, { secrets: {} })).name).toBe("sent by the caller");
    expect((await shown(nobody, {}, "9".repeat(300))).name).toBe("sent by the caller");
  });

  it("takes a message where nobody answers", async () => {
    const { call } = await shown(() => Response.json({ name: "Greta" }));
    await call.noAnswer(25);
    expect(call).toBeIn(voicemail("100"));
  });
});
