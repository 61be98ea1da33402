/**
 * The event package presence (RFC 3856): whether and how somebody can be reached. Told is what his phones have published;
 * where none has, whether one is registered; and in both cases whether he is on the phone.
 */
import type { DurationLimits, EventPackage, Permission, Resource, StateBody, Subscriber } from "../event-package.ts";
import type { Publication } from "../publish/publications.ts";
import type { Watching } from "../watching.ts";
import { formatPresence, PIDF_TYPE } from "./presence-document.ts";

export const PRESENCE = "presence";
/** RFC 3856 §6.10. */
const PAUSE_MS = 5_000;

export interface PresencePackageOptions {
  readonly watching: Watching;
  /** The newest first. */
  readonly publicationsOf: (user: Resource) => readonly Publication[];
  readonly isRegistered: (domain: string, user: string) => boolean;
  readonly isTalking: (user: Resource) => boolean;
  readonly uriOf: (domain: string, user: string) => string;
}

export class PresencePackage implements EventPackage {
  readonly name = PRESENCE;
  readonly types: readonly string[] = [PIDF_TYPE];
  /** RFC 3856 §6.4: an hour. */
  readonly duration: DurationLimits = { min: 60, max: 3600, default: 3600 };
  readonly pauseMs = PAUSE_MS;
  readonly #options: PresencePackageOptions;

  constructor(options: PresencePackageOptions) {
    this.#options = options;
  }

  authorise(subscriber: Subscriber, names: readonly string[]): Permission {
    return this.#options.watching.authorise(subscriber, names);
  }

  body(resource: Resource): StateBody {
    const { publicationsOf, isRegistered, isTalking, uriOf } = this.#options;
    const { domain, name } = resource;
    const text = formatPresence({
      entity: uriOf(domain, name),
      published: publicationsOf(resource),
      isRegistered: isRegistered(domain, name),
      isTalking: isTalking(resource),
    });
    return { type: PIDF_TYPE, text };
  }
}
