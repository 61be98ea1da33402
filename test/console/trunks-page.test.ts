import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawCarrier } from "../helpers/raw-carrier.ts";
import { barriersOf, hasBrowser, picture, TestConsole } from "./console.ts";

describe.skipIf(!hasBrowser())("The page of trunks", () => {
  let console: TestConsole;
  let carrier: RawCarrier;
  let refusing: RawCarrier;
  beforeAll(async () => {
    carrier = await RawCarrier.start();
    refusing = await RawCarrier.start(({ method }) => ({ status: method === "REGISTER" ? 403 : 200 }));
    console = await TestConsole.start({
      trunks: {
        carrier: {
          uri: carrier.uri,
          probe: { seconds: 5 },
          limits: { calls: 30 },
          numbers: ["+49*"],
          country: "DE",
          outgoing: { number: "national", callerId: { allow: ["+4930*"], default: "+49301000" } },
        },
        backup: { uri: refusing.uri, username: "acme", password: "not to be shown", register: true, probe: false },
      },
    });
  });
  afterAll(async () => {
    await console?.stop();
    await carrier?.goAway();
    await refusing?.goAway();
  });

  it("shows how each is doing and what it is set to do, without its password", async () => {
    const page = await console.open("/trunks");
    const first = page.getByRole("region", { name: "Trunk carrier" });
    await first.getByText("last probe answered in").waitFor();
    await first.getByText("0 of 30 lines in use").waitFor();
    await first.getByText("+49*; written as they are dialled in DE").waitFor();
    await first.getByText("A caller id that fits +4930* is shown as it is, all others as +49301000.").waitFor();
    await page.getByText("acme, with a password").waitFor();
    expect(await page.content()).not.toContain("not to be shown");
  });

  it("says why a registration is refused, and what to do", async () => {
    const page = await console.open("/trunks");
    const second = page.getByRole("region", { name: "Trunk backup" });
    await second.getByRole("list", { name: "Registrations" }).getByText("failed", { exact: true }).waitFor();
    await second.getByText("the registrar answers 403").waitFor();
    await second.getByText("Compare username, password and realm").waitFor();
  });

  it("shows as it happens that a carrier goes away and comes back", async () => {
    const page = await console.open("/trunks");
    const first = page.getByRole("region", { name: "Trunk carrier" });
    await first.getByText("last probe answered in").waitFor();
    carrier.manner = () => ({ status: 503 });
    await first.getByText("it answers 503 to OPTIONS").waitFor({ timeout: 20_000 });
    await first.getByText("The carrier itself has a fault").waitFor();
    carrier.manner = () => ({ status: 200 });
    await first.getByText("it answers 503 to OPTIONS").waitFor({ state: "detached", timeout: 20_000 });
  });

  it.each(["light", "dark"] as const)("can be used by everybody, in %s", async (scheme) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await console.open("/trunks", { scheme, size });
      await page.getByText("the registrar answers 403").waitFor();
      await picture(page, `trunks-${size}-${scheme}`);
      expect(await barriersOf(page)).toEqual([]);
    }
  });
});
