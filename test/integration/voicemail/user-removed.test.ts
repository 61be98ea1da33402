import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { wavBytes } from "../../helpers/wav.ts";

let strowger: RunningSwitch;

beforeAll(async () => {
  strowger = await startSwitch();
});
afterAll(() => strowger.stop());

/** Makes a user, and gives the mailbox that comes with it. */
async function box(user: string) {
  expect((await strowger.api("PUT", `/v1/users/${user}`, { password: "long enough" })).status).toBe(201);
  return (await strowger.api("GET", `/v1/voicemail/${user}`)).body;
}

async function furnish(user: string): Promise<void> {
  await box(user);
  const greeting = await fetch(`${strowger.url}/v1/voicemail/${user}/greetings/name`, {
    method: "PUT",
    headers: { authorization: `Bearer ${strowger.token}`, "content-type": "audio/wav" },
    body: wavBytes(1),
  });
  expect(greeting.ok).toBe(true);
  expect((await strowger.api("PATCH", `/v1/voicemail/${user}`, { pin: "4711" })).status).toBe(200);
}

it("a user who is removed and comes back finds the mailbox as it was", async () => {
  await furnish("erin");
  expect((await strowger.api("DELETE", "/v1/users/erin")).status).toBe(204);
  expect((await strowger.api("GET", "/v1/voicemail/erin")).status).toBe(404);
  expect(await box("erin")).toMatchObject({ hasPin: true, greetings: ["name"] });
});

it("a user who is removed with the mailbox leaves nothing to whoever has the name next", async () => {
  await furnish("frank");
  expect((await strowger.api("DELETE", "/v1/users/frank?erase=true")).status).toBe(204);
  expect(existsSync(join(strowger.folder, "data/voicemail/boxes", strowger.domain, "frank"))).toBe(false);
  expect(await box("frank")).toMatchObject({ hasPin: false, greetings: [] });
});
