import { describe, expect, it } from "vitest";
import { explainConfig } from "../../../runtime/config/explain.ts";

const FILE = "/etc/strowger/strowger.yaml";

function explained(text: string, env: Record<string, string> = {}) {
  const { values } = explainConfig(text, FILE, env);
  return new Map(values.map(({ path, value, source }) => [path, { value, source }]));
}

const byDefault = { type: "default" };
const inFile = (line: number, column: number) => ({ type: "file", line, column });

describe("the configuration, explained", () => {
  it("has every key with its default where the file says nothing", () => {
    const values = explained("");
    expect(values.get("limits.calls.max")).toEqual({ value: 10_000, source: byDefault });
    expect(values.get("http.listen")).toEqual({ value: "127.0.0.1:8080", source: byDefault });
    expect(values.get("console.idleMinutes")).toEqual({ value: 60, source: byDefault });
    expect(values.get("sip.sessionExpires")).toEqual({ value: 1800, source: byDefault });
    expect(values.get("voicemail.smtp")).toEqual({ value: null, source: byDefault });
    expect([...values.values()].every(({ source }) => source.type === "default")).toBe(true);
  });

  it("has the place of what the file says, and defaults beside it", () => {
    const values = explained(
      "limits:\n  calls: { max: 20 }\nusers:\n  alice:\n    password: secret-1\n    extension: '100'\nroutes:\n- { name: all, to: '1*', script: main }\n",
    );
    expect(values.get("limits.calls.max")).toEqual({ value: 20, source: inFile(2, 17) });
    expect(values.get("limits.calls.perSecond")).toEqual({ value: 500, source: byDefault });
    expect(values.get("users.alice.extension")).toEqual({ value: "100", source: inFile(6, 16) });
    expect(values.get("routes[0].to")).toEqual({ value: "1*", source: inFile(8, 20) });
    expect(values.has("users")).toBe(false);
  });

  it("tells no secret, neither of the file nor of the environment", () => {
    const [PW, WHO] = ["PW", "WHO"].map((name) => `\${${name}}`);
    const text = [
      "http: { tokens: [{ token: 0123456789secret, name: ci, scopes: [admin] }] }",
      `secretKey: ${"ab".repeat(32)}`,
      'voicemail: { smtp: { url: "smtp://bob:s3cret@mail.example.com", from: a@example.com } }',
      `users: { alice: { password: "${PW}", displayName: "${WHO}", voicemail: { pin: "4711" } } }`,
      "media: { webrtc: { iceServers: [{ url: 'turn:turn.example.com', user: bob, password: s3cret }] } }",
      "trunks: { carrier: { uri: 'sip:carrier.example', username: us, password: s3cret } }",
      "scripts: { main: { http: { token: s3cret-token } } }",
      "hep: { to: 'udp://192.0.2.1', password: s3cret }",
    ].join("\n");
    const { values } = explainConfig(text, FILE, { PW: "from-the-environment", WHO: "Alice of the environment" });
    expect(values.length).toBeGreaterThan(50);
    const told = JSON.stringify(values);
    expect(told).not.toMatch(/s3cret|0123456789secret|abab|4711|of the environment|from-the-environment/);
    const shown = new Map(values.map(({ path, value }) => [path, value]));
    expect(shown.get("users.alice.password")).toBe(PW);
    expect(shown.get("users.alice.displayName")).toBe(WHO);
    expect(shown.get("users.alice.voicemail.pin")).toBe("[masked]");
    expect(shown.get("voicemail.smtp.url")).toBe("smtp://bob:[masked]@mail.example.com");
    expect(shown.get("media.webrtc.iceServers[0].password")).toBe("[masked]");
  });

  it("is bounded, and says how much is left away", () => {
    const users = Array.from({ length: 6000 }, (_, index) => `  u${index}: { password: password-${index} }`);
    const { values, more } = explainConfig(`users:\n${users.join("\n")}\n`, FILE, {});
    expect([values.length, more > 1000]).toEqual([5000, true]);
  });
});
