/** What a browser with the console's page does: keeps the cookie, and says with each request whence it comes. */
import type { Answer, FakeSwitch, SendOptions } from "./fake-switch.ts";

export const PASSWORD = "correct horse battery";

export class Browser {
  readonly #api: FakeSwitch;
  cookie = "";

  constructor(api: FakeSwitch) {
    this.#api = api;
  }

  /** From the console's own page, unless the headers say otherwise. */
  send(method: string, path: string, { headers = {}, ...options }: SendOptions = {}): Promise<Answer> {
    const own = { Cookie: this.cookie, "X-Strowger-Console": "1", "Sec-Fetch-Site": "same-origin", ...headers };
    const sent = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ""));
    return this.#api.send(method, path, { token: null, ...options, headers: sent });
  }

  async signIn(credentials: unknown): Promise<Answer> {
    const answer = await this.send("POST", "/v1/session", { json: credentials });
    this.cookie = (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
    return answer;
  }
}

/** A browser in which a user of this role has signed in. */
export async function signedIn(api: FakeSwitch, role: "viewer" | "operator" | "deployer" | "admin"): Promise<Browser> {
  const name = `the-${role}`;
  await api.console.users.put({ name, role, password: PASSWORD });
  const browser = new Browser(api);
  const { status } = await browser.signIn({ name, password: PASSWORD });
  if (status !== 201) throw new Error(`Signing in as ${name}: ${status}`);
  return browser;
}
