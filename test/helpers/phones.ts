/** Raw phones of the running test: closed when it ends, their messages printed as one ladder when it fails. */
import { expect, onTestFailed, onTestFinished } from "vitest";
import { Ladder } from "./ladder.ts";
import { type RegisterOptions, register } from "./raw-account.ts";
import { type PhoneOptions, RawPhone, type TlsTrust } from "./raw-phone.ts";
import type { RunningSwitch } from "./switch.ts";

type Options = Omit<PhoneOptions, "name" | "switchPort" | "ladder"> & { readonly transport?: "udp" | "tcp" };

/** A browser's phone, at a URL of the running switch. @default the port of its API */
export async function browserPhone(
  strowger: RunningSwitch,
  name: string,
  options: { readonly url?: string; readonly ca?: string } = {},
): Promise<RawPhone> {
  const url = options.url ?? `${strowger.url.replace("http", "ws")}/sip`;
  const phone = await RawPhone.ws({ ...options, url, name, switchPort: strowger.sipPort, ladder: ladderOfTest() });
  onTestFinished(() => phone.close());
  return phone;
}

/** `port`: where the switch listens for TLS. */
export async function tlsPhone(name: string, options: TlsTrust & { readonly port: number }): Promise<RawPhone> {
  const { port, ...rest } = options;
  const phone = await RawPhone.tls({ ...rest, name, switchPort: port, ladder: ladderOfTest() });
  onTestFinished(() => phone.close());
  return phone;
}

const ladders = new Map<string, Ladder>();

export async function rawPhone(strowger: RunningSwitch, name: string, options: Options = {}): Promise<RawPhone> {
  const { transport = "udp", ...rest } = options;
  const open = transport === "tcp" ? RawPhone.tcp : RawPhone.udp;
  const phone = await open({ ...rest, name, switchPort: strowger.sipPort, ladder: ladderOfTest() });
  onTestFinished(() => phone.close());
  return phone;
}

/** A raw phone that is registered as the user of its name. */
export async function registeredPhone(
  strowger: RunningSwitch,
  name: string,
  options: Options & { readonly register?: Partial<RegisterOptions> } = {},
): Promise<RawPhone> {
  const phone = await rawPhone(strowger, name, options);
  const answer = await register(phone, { user: name, ...options.register });
  expect(answer.startLine).toBe("SIP/2.0 200 OK");
  return phone;
}

function ladderOfTest(): Ladder {
  const test = expect.getState().currentTestName ?? "";
  const known = ladders.get(test);
  if (known !== undefined) return known;
  const ladder = new Ladder();
  ladders.set(test, ladder);
  onTestFinished(() => void ladders.delete(test));
  onTestFailed(() => console.log(`${test}\n${ladder}`));
  return ladder;
}
