/**
 * A gateway of a trunk: one address with a phone behind it for each call, so that any number of calls pass at once, in and
 * out. It takes registrations, answers OPTIONS, and does with calls what it is told.
 */
import type { Flow } from "../../sip/transport/flow.ts";
import type { Wire } from "./phone.ts";
import { type PhoneWatcher, SimPhone } from "./sim-phone.ts";
import { SIP_PORT } from "./sim-transport.ts";
import { answerText, type Field, SipText } from "./sip-text.ts";

/** `ringing`: whoever is called rings; `silent`: no sign of life; a code: every call is refused at once. */
export type GatewayManner = "ringing" | "silent" | number;

export class SimGateway {
  /** The trunk, as a test names it: `trunk:carrier`. */
  readonly name: string;
  readonly address: string;
  manner: GatewayManner = "ringing";
  readonly #wire: Wire;
  readonly #watcher: PhoneWatcher;
  readonly #byCallId = new Map<string, SimPhone>();

  constructor(wire: Wire, name: string, address: string, watcher: PhoneWatcher) {
    this.#wire = wire;
    this.name = name;
    this.address = address;
    this.#watcher = watcher;
    wire.attach(address, SIP_PORT, (text, flow) => this.#receive(text, flow));
  }

  /** The phones of all calls that there have been. */
  get phones(): Iterable<SimPhone> {
    return this.#byCallId.values();
  }

  /** The phone of a call: of one that comes in from here, before it is made. */
  phoneOf(callId: string): SimPhone {
    const known = this.#byCallId.get(callId);
    if (known !== undefined) return known;
    // What comes to the address comes to the gateway.
    const wire: Wire = { send: (text, flow) => this.#wire.send(text, flow), attach() {} };
    const phone = new SimPhone(wire, this.name, this.address, this.#watcher);
    this.#byCallId.set(callId, phone);
    return phone;
  }

  #receive(text: string, flow: Flow): void {
    if (this.manner === "silent") return;
    const message = new SipText(text);
    if (message.method === "REGISTER" || message.method === "OPTIONS") {
      const fields: Field[] = message.header("Contact") === "" ? [] : [["Contact", message.header("Contact")]];
      if (message.status === 0) this.#wire.send(answerText(message, 200, { reason: "OK", toTag: "gw", fields }), flow);
      return;
    }
    const callId = message.header("Call-ID");
    const isNew = !this.#byCallId.has(callId);
    const phone = this.phoneOf(callId);
    if (isNew && typeof this.manner === "number") phone.keepTo(this.manner);
    phone.phone.receive(text, flow);
  }
}
