/** The event package dialog (RFC 4235): lamps that show whether somebody's phone rings or is in use. */
import type { DurationLimits, EventPackage, Permission, Resource, StateBody, Subscriber } from "../event-package.ts";
import type { Watching } from "../watching.ts";
import { DIALOG_INFO_TYPE, formatDialogInfo } from "./dialog-document.ts";
import type { UserDialogs } from "./user-dialogs.ts";

export const DIALOG = "dialog";
/** RFC 4235 §3.10. */
const PAUSE_MS = 1_000;

export interface DialogPackageOptions {
  readonly watching: Watching;
  readonly dialogs: Pick<UserDialogs, "of" | "endedOf">;
  /** Where users of a domain are reached: its name, or an address of ours. */
  readonly hostOf: (domain: string) => string;
  /** The URI of a user. */
  readonly uriOf: (domain: string, user: string) => string;
}

export class DialogPackage implements EventPackage {
  readonly name = DIALOG;
  readonly types: readonly string[] = [DIALOG_INFO_TYPE];
  /** RFC 4235 §3.4: an hour. */
  readonly duration: DurationLimits = { min: 60, max: 3600, default: 3600 };
  readonly pauseMs = PAUSE_MS;
  readonly #options: DialogPackageOptions;

  constructor(options: DialogPackageOptions) {
    this.#options = options;
  }

  authorise(subscriber: Subscriber, names: readonly string[]): Permission {
    return this.#options.watching.authorise(subscriber, names);
  }

  body(resource: Resource, version: number): StateBody {
    const { dialogs, hostOf, uriOf } = this.#options;
    const { domain, name } = resource;
    const live = dialogs.of(resource);
    const text = formatDialogInfo({
      entity: uriOf(domain, name),
      version,
      host: hostOf(domain),
      // Whoever has just begun to watch has nothing that could end.
      dialogs: version === 0 ? live : [...live, ...dialogs.endedOf(resource)],
    });
    return { type: DIALOG_INFO_TYPE, text };
  }
}
