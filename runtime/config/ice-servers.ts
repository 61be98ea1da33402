/** `media.webrtc.iceServers`: whom the switch asks for its own address (RFC 7064), or has audio of browsers relayed by (RFC 7065). */
import { isIP } from "node:net";
import { z } from "zod";
import { fail, ok, type Result } from "../base/result.ts";
import { describeValue } from "../contract/issue.ts";
import { isHostName } from "./address.ts";
import type { ConfiguredIceServer } from "./config.ts";

export const MAX_ICE_SERVERS = 8;
const MAX_TEXT = 255;
const [PLAIN_PORT, TLS_PORT] = [3478, 5349];
const URL_FORM = /^(stun|turns?):(\[[0-9A-Fa-f:.]+\]|[^\s:?@/]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;

export const iceServerSchema = z
  .strictObject({
    url: z.string().max(MAX_TEXT),
    user: z.string().min(1).max(MAX_TEXT).optional(),
    password: z.string().min(1).max(MAX_TEXT).optional(),
  })
  .transform((input, context): ConfiguredIceServer => {
    const parsed = parseIceServer(input);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: "custom", message: parsed.problem, input: input.url });
    return z.NEVER;
  });

interface IceServerInput {
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

function parseIceServer({ url, user, password }: IceServerInput): Result<ConfiguredIceServer, string> {
  const [, scheme = "", hostText = "", port, transport] = URL_FORM.exec(url) ?? [];
  const host = hostText.replace(/^\[|\]$/g, "");
  if (scheme === "" || (isIP(host) === 0 && !isHostName(host)) || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    return fail(
      `expected a URL such as stun:stun.example.com:3478 or turn:turn.example.com, found ${describeValue(url)}`,
    );
  }
  const isRelay = scheme !== "stun";
  if (isRelay !== (user !== undefined) || isRelay !== (password !== undefined)) {
    return fail(isRelay ? "a relay (turn:) needs user and password" : "stun: has neither user nor password");
  }
  const server = { hostname: host, port: Number(port ?? (scheme === "turns" ? TLS_PORT : PLAIN_PORT)) };
  if (user === undefined || password === undefined) return ok(server);
  const relayType = scheme === "turns" ? "TurnTls" : transport === "tcp" ? "TurnTcp" : "TurnUdp";
  return ok({ ...server, username: user, password, relayType });
}
