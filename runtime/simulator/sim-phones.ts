/** The phones around the simulated switch: those of its users, and whoever is called or calls outside. */
import { isIP } from "node:net";
import type { Wire } from "./network/phone.ts";
import { SimGateway } from "./network/sim-gateway.ts";
import { type PhoneWatcher, SimPhone } from "./network/sim-phone.ts";
import type { SipText } from "./network/sip-text.ts";
import type { OutsideHost } from "./options.ts";

const MOST_OF_A_NETWORK = 250;

export class SimPhones {
  readonly #wire: Wire;
  readonly #watcher: PhoneWatcher;
  readonly #outside: Readonly<Record<string, OutsideHost>>;
  readonly #byAddress = new Map<string, SimPhone>();
  readonly #ofUsers = new Map<string, SimPhone[]>();
  /** Gateways of trunks, by address. */
  readonly #gateways = new Map<string, SimGateway>();
  /** Addresses that names of hosts stand for. */
  readonly #hosts = new Map<string, string>();
  #lastUser = 0;
  #lastOutside = 0;

  /** `outside`: hosts that are no phones which ring. */
  constructor(wire: Wire, watcher: PhoneWatcher, outside: Readonly<Record<string, OutsideHost>> = {}) {
    this.#wire = wire;
    this.#watcher = watcher;
    this.#outside = outside;
  }

  get all(): Iterable<SimPhone> {
    return this.#all();
  }

  *#all(): Generator<SimPhone> {
    yield* this.#byAddress.values();
    for (const gateway of this.#gateways.values()) yield* gateway.phones;
  }

  /** A gateway of a trunk, at a host of its own. */
  addGateway(name: string, host: string): SimGateway {
    const known = this.#gateways.get(this.#hosts.get(host) ?? host);
    if (known !== undefined) return known;
    const address = isIP(host) === 0 ? this.#nextOutside() : host;
    this.#hosts.set(host, address);
    const gateway = new SimGateway(this.#wire, name, address, this.#watcher);
    this.#gateways.set(address, gateway);
    const manner = Object.hasOwn(this.#outside, host) ? this.#outside[host] : undefined;
    if (manner !== undefined) gateway.manner = manner;
    return gateway;
  }

  /** A phone of a user of the switch. */
  addUser(user: string): SimPhone {
    const number = ++this.#lastUser;
    const network = 113 + Math.floor(number / MOST_OF_A_NETWORK);
    const phone = this.#add(user, `203.0.${network}.${(number % MOST_OF_A_NETWORK) + 1}`);
    this.#ofUsers.set(user, [...this.ofUser(user), phone]);
    return phone;
  }

  ofUser(user: string): readonly SimPhone[] {
    return this.#ofUsers.get(user) ?? [];
  }

  isUser(phone: SimPhone): boolean {
    return this.ofUser(phone.name).includes(phone);
  }

  /** Somebody outside. */
  addStranger(name: string, address = this.#nextOutside()): SimPhone {
    return this.#byAddress.get(address) ?? this.#add(name, address);
  }

  /** Somebody is called at an address, or a port of it, that nobody is known to be at. */
  listenAt(address: string, port: number): void {
    const { phone } = this.addStranger(address, address);
    this.#wire.attach(address, port, (text, flow) => phone.receive(text, flow));
  }

  /** The address of a host outside: each has one. */
  addressOf(host: string): string {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const address = this.#nextOutside();
    this.#hosts.set(host, address);
    const phone = this.addStranger(host, address);
    const manner = Object.hasOwn(this.#outside, host) ? this.#outside[host] : undefined;
    if (manner !== undefined) phone.keepTo(manner);
    return address;
  }

  /** What stands at an address, for people. */
  nameOf(address: string): string {
    return this.#byAddress.get(address)?.name ?? this.#gateways.get(address)?.name ?? address;
  }

  /** Whose phone rings for this INVITE. */
  ringingFor(callIds: readonly string[]): readonly { readonly phone: SimPhone; readonly invite: SipText }[] {
    const found: { phone: SimPhone; invite: SipText }[] = [];
    for (const phone of this.all) {
      const { line } = phone;
      if (line.state === "ringing" && callIds.includes(line.invite.header("Call-ID"))) {
        found.push({ phone, invite: line.invite });
      }
    }
    return found;
  }

  #add(name: string, address: string): SimPhone {
    const phone = new SimPhone(this.#wire, name, address, this.#watcher);
    this.#byAddress.set(address, phone);
    return phone;
  }

  #nextOutside(): string {
    const number = ++this.#lastOutside;
    return `198.51.${100 + Math.floor(number / MOST_OF_A_NETWORK)}.${(number % MOST_OF_A_NETWORK) + 1}`;
  }
}
