/** What the registrar is made with. */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Store } from "../../port/store.ts";
import type { SipUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { RegistrarLimits } from "./limits.ts";
import type { BindingChange } from "./update.ts";

/** An address-of-record: a user of a domain of ours. */
export interface Aor {
  readonly domain: string;
  readonly user: string;
}

export interface RegistrarOptions {
  readonly store: Store["bindings"];
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<RegistrarLimits>;
  /** What GRUUs are made with; the same over restarts. @default a new one */
  readonly gruuKey?: string;
  /** Whether a domain can stand in an address. @default always */
  readonly isHostName?: ((domain: string) => boolean) | undefined;
  /** Proxies of ours in front of phones, by address: they may name any Path. @default none */
  readonly isEdge?: (address: string) => boolean;
  /** Sources free of per-source limits. @default none */
  readonly isExempt?: (address: string) => boolean;
  /** Whether a Contact would lead back to this switch. @default never */
  readonly isOurs?: (uri: SipUri) => boolean;
  /** The value of Service-Route for a phone on a flow (RFC 3608). @default none */
  readonly serviceRouteOf?: ((flow: Flow) => string | undefined) | undefined;
  /** Told of every change: by a REGISTER, by `remove`, by time, by the end of a connection. */
  readonly onChange?: (change: BindingChange) => void;
}
