import { afterAll, describe, expect, it } from "vitest";
import { Child } from "../helpers/child.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

describe.skipIf(!hasPrograms("sipsak"))("sipsak", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it("gets an answer to OPTIONS and is content with it", shows({ sipsak: ["OPTIONS"] }), async () => {
    started ??= await startSwitch({ domain: "localhost" });
    const sipsak = new Child("sipsak", ["-vv", ...asking(started)]);
    const { code } = await sipsak.exited;
    expect({ code, output: sipsak.output }).toMatchObject({ code: 0, output: expect.stringContaining("SIP/2.0 200") });
  });

  it("gets it over TCP as well", shows({ sipsak: ["OPTIONS", "TCP"] }), async () => {
    started ??= await startSwitch({ domain: "localhost" });
    const sipsak = new Child("sipsak", ["-vv", "-E", "tcp", ...asking(started)]);
    const { code } = await sipsak.exited;
    expect({ code, output: sipsak.output }).toMatchObject({ code: 0, output: expect.stringContaining("SIP/2.0 200") });
  });
});

/** Without a port in the Request-URI: this sipsak loses the last of five digits. */
function asking({ domain, sipPort }: RunningSwitch): string[] {
  return ["-s", `sip:${domain}`, "-p", `127.0.0.1:${sipPort}`];
}
