/** A world with trunks, and gateways that are phones made of text. */
import { createHash } from "node:crypto";
import type { TrunkDeclaration } from "../../../../../runtime/contract/trunk.ts";
import { Phone } from "../../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../../runtime/simulator/network/sip-text.ts";
import type { GatewayOrder, GatewayOutcome } from "../../../../../runtime/switch/trunks/gateway-order.ts";
import { World, type WorldOptions } from "../../call/world.ts";

export const NUMBER = "+4930123456";

export interface CarrierWorldOptions extends Omit<WorldOptions, "trunks" | "gateways"> {
  readonly trunks: Readonly<Record<string, TrunkDeclaration>>;
  /** Gateways that are down. */
  readonly down?: readonly string[];
}

export class CarrierWorld extends World {
  /** What was told of gateways. */
  readonly reports: (readonly [gateway: string, outcome: GatewayOutcome])[];
  readonly down: Set<string>;

  constructor({ trunks, down = [], ...options }: CarrierWorldOptions) {
    const reports: (readonly [string, GatewayOutcome])[] = [];
    const isDown = new Set(down);
    const gateways: GatewayOrder = {
      order: (trunk, isEmergency = false) =>
        trunk.gateways.filter(({ uri }) => isEmergency || !isDown.has(uri)).toSorted((a, b) => a.priority - b.priority),
      isDown: (trunk) => trunk.gateways.every(({ uri }) => isDown.has(uri)),
      serviceRoute: () => [],
      report: (_trunk, { uri }, outcome) => void reports.push([uri, outcome]),
      status: () => ({ state: "up", gateways: [], registrations: [] }),
    };
    super({
      route: { public: true },
      ...options,
      trunks: Object.entries(trunks).map(([name, trunk]) => ({ name, trunk })),
      gateways,
    });
    this.reports = reports;
    this.down = isDown;
  }

  gateway(address: string): Phone {
    return new Phone(this.net, `gw-${address.replaceAll(".", "-")}`, address);
  }
}

/** What a carrier knows of its customer. */
export const ACCOUNT = { username: "4711", password: "secret" };
const REALM = "carrier.example";

export function challenge(nonce = "n1", algorithm: "MD5" | "SHA-256" = "MD5", more = ""): string {
  return `Digest realm="${REALM}", nonce="${nonce}", qop="auth", algorithm=${algorithm}${more}`;
}

/** Whether a request has the right credentials for a nonce, worked out without the switch's own code (RFC 7616 §3.4). */
export function isAuthorized(request: SipText, { nonce = "n1", header = "Proxy-Authorization" } = {}): boolean {
  const params = new Map<string, string>();
  for (const [, name = "", quoted, plain] of request.header(header).matchAll(/(\w+)=(?:"([^"]*)"|([^,\s]+))/g)) {
    params.set(name, quoted ?? plain ?? "");
  }
  const hash = params.get("algorithm") === "SHA-256" ? "sha256" : "md5";
  const h = (text: string): string => createHash(hash).update(text).digest("hex");
  const ha1 = h(`${ACCOUNT.username}:${REALM}:${ACCOUNT.password}`);
  const ha2 = h(`${request.method}:${params.get("uri") ?? ""}`);
  const middle = [nonce, params.get("nc"), params.get("cnonce"), params.get("qop")].join(":");
  return params.get("uri") === request.uri && params.get("response") === h(`${ha1}:${middle}:${ha2}`);
}
