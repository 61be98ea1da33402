import { afterAll, describe, expect, it } from "vitest";
import { Child } from "../helpers/child.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

describe.skipIf(!hasPrograms("sipsak"))("sipsak", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it("gets an answer to OPTIONS and is content with it", shows({ sipsak: ["OPTIONS"] }), async () => {
    started = await startSwitch();
    const sipsak = new Child("sipsak", ["-vv", "-s", `sip:127.0.0.1:${started.sipPort}`]);
    const { code } = await sipsak.exited;
    expect({ code, output: sipsak.output }).toMatchObject({ code: 0, output: expect.stringContaining("SIP/2.0 200") });
  });
});
