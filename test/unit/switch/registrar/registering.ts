/** A registrar on virtual time with a store in memory, and phones that register as text. */
import type { Log } from "../../../../runtime/base/log.ts";
import type { BindingRow, Store } from "../../../../runtime/port/store.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SipRequest } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import type { RegisterResult } from "../../../../runtime/switch/registrar/register-answer.ts";
import { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import type { RegistrarOptions } from "../../../../runtime/switch/registrar/registrar-options.ts";
import type { RegistrationTerms } from "../../../../runtime/switch/registrar/update.ts";

export const DOMAIN = "example.com";
export const FLOW: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "198.51.100.7",
  remotePort: 5060,
  connection: 0,
};

export interface RegisterParts {
  readonly user?: string;
  readonly contact?: string | readonly string[];
  readonly expires?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly supported?: string;
  readonly path?: readonly string[];
  /** Hosts of the Via lines, the nearest first. @default the phone's own */
  readonly vias?: readonly string[];
  readonly to?: string;
  readonly fields?: readonly string[];
}

export class Registering {
  readonly clock = new VirtualClock();
  readonly changes: string[] = [];
  readonly warnings: string[] = [];
  rows: readonly BindingRow[] = [];
  readonly registrar: Registrar;
  #cseq = 0;

  constructor(options: Partial<RegistrarOptions> = {}) {
    const log: Log = { debug() {}, info() {}, warn: (text) => this.warnings.push(text), error() {} };
    const store: Store["bindings"] = {
      all: async () => [],
      replace: async (domain, user, bindings) => {
        this.rows = [...this.rows.filter((row) => row.domain !== domain || row.user !== user), ...bindings];
      },
    };
    this.registrar = new Registrar({
      store,
      clock: this.clock,
      log,
      gruuKey: "a key",
      onChange: (change) => {
        const why = change.what === "unregistered" ? ` (${change.reason})` : "";
        this.changes.push(`${change.what} ${change.binding.contact}${why}`);
      },
      ...options,
    });
  }

  register(parts: RegisterParts, flow: Flow = FLOW, terms?: RegistrationTerms): Promise<RegisterResult> {
    const { user = "alice" } = parts;
    const request = registerRequest({ cseq: ++this.#cseq, ...parts });
    return this.registrar.register(request, { domain: DOMAIN, user }, flow, terms);
  }

  contacts(user = "alice"): readonly string[] {
    return this.registrar.lookup(DOMAIN, user).map(({ contact }) => contact);
  }
}

export function registerRequest(parts: RegisterParts): SipRequest {
  const { user = "alice", contact = [], vias = ["198.51.100.7:5060"], path = [], fields = [] } = parts;
  const lines = [
    `REGISTER sip:${DOMAIN} SIP/2.0`,
    ...vias.map((host, index) => `Via: SIP/2.0/UDP ${host};branch=z9hG4bK${index}`),
    `From: <sip:${user}@${DOMAIN}>;tag=1`,
    `To: <${parts.to ?? `sip:${user}@${DOMAIN}`}>`,
    `Call-ID: ${parts.callId ?? "phone-1"}`,
    `CSeq: ${parts.cseq ?? 1} REGISTER`,
    "Max-Forwards: 70",
    ...path.map((value) => `Path: ${value}`),
    ...(parts.supported === undefined ? [] : [`Supported: ${parts.supported}`]),
    ...(typeof contact === "string" ? [contact] : contact).map((value) => `Contact: ${value}`),
    ...(parts.expires === undefined ? [] : [`Expires: ${parts.expires}`]),
    ...fields,
    "Content-Length: 0",
  ];
  const outcome = parseMessage(`${lines.join("\r\n")}\r\n\r\n`, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(JSON.stringify(outcome));
  return outcome.message;
}

/** The values of a header of an answer. */
export function valuesOf({ fields }: RegisterResult, name: string): readonly string[] {
  return fields.filter(([one]) => one === name).map(([, value]) => value);
}

/** A parameter of a value, without its quotes. */
export function paramOf(value: string | undefined, name: string): string | undefined {
  const escaped = name.replace("+", "\\+");
  const found = new RegExp(`;${escaped}=(?:"([^"]*)"|([^";]*))`).exec(value?.slice(value.indexOf(">")) ?? "");
  return found?.[1] ?? found?.[2];
}

export const INSTANCE = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
export const OTHER_INSTANCE = "urn:uuid:00000000-0000-1000-8000-000000000002";

/** A Contact of a device that keeps several flows. */
export function flowContact(uri: string, regId: number, instance = INSTANCE): string {
  return `<${uri}>;+sip.instance="<${instance}>";reg-id=${regId}`;
}
