/**
 * Puts together what tells others how somebody is: lamps of calls, presence with what phones publish, registrations, and
 * new messages.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { CallJournal } from "../port/call-journal.ts";
import type { Mailboxes } from "../port/mailbox.ts";
import type { SipStack } from "../sip/stack.ts";
import { DIALOG, DialogPackage } from "../switch/presence/dialog/dialog-package.ts";
import { type CallWatch, UserDialogs } from "../switch/presence/dialog/user-dialogs.ts";
import type { Resource } from "../switch/presence/event-package.ts";
import { PRESENCE, PresencePackage } from "../switch/presence/pidf/presence-package.ts";
import { Publications } from "../switch/presence/publish/publications.ts";
import { REG, RegPackage } from "../switch/presence/reg/reg-package.ts";
import type { Subscriptions } from "../switch/presence/subscriptions.ts";
import { Watching } from "../switch/presence/watching.ts";
import type { BindingChange } from "../switch/registrar/update.ts";
import type { Switch } from "../switch/switch.ts";
import type { Directory } from "../switch/target.ts";
import { addressesOf } from "./addresses.ts";
import { assembleLamps } from "./lamps.ts";

export interface PresenceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly sw: Pick<Switch, "index">;
  readonly mailboxes: Mailboxes;
  readonly directory: Directory;
  /** Sources free of per-source limits. */
  readonly isExempt: (address: string) => boolean;
  /** Where subscriptions are written down for the process that starts next. @default nowhere */
  readonly journal?: CallJournal;
}

export interface PresenceRooms {
  readonly subscriptions: Subscriptions;
  readonly publications: Publications;
  readonly watch: CallWatch;
  /** For the registrar's `onChange`. */
  bindingChanged(change: BindingChange): void;
  userRemoved(domain: string, user: string): void;
  reload(config: Config): void;
}

export function assemblePresence(parts: PresenceParts): PresenceRooms {
  const { config, clock, stack, sw, directory } = parts;
  const { hostOf, uriOf } = addressesOf(config, stack);
  const now = (): number => clock.now();
  const contactsOf = directory.contactsOf.bind(directory);
  const watching = new Watching(directory, rulesOf(config));
  const isRegistered = (domain: string, user: string): boolean => contactsOf(domain, user).length > 0;

  const publications = new Publications({
    clock,
    mintTag: () => stack.mint.tag(),
    onChange: (user) => subscriptions.resourceChanged(PRESENCE, user),
  });
  const dialogs = new UserDialogs({
    now,
    calls: () => sw.index.calls,
    isWatched: (user) => subscriptions.hasSubscriber(DIALOG, user) || subscriptions.hasSubscriber(PRESENCE, user),
    onChange(user, isTurn) {
      subscriptions.resourceChanged(DIALOG, user);
      if (isTurn) subscriptions.resourceChanged(PRESENCE, user);
    },
  });
  const reg = new RegPackage({ now, watching, contactsOf, uriOf });
  const packages = [
    new DialogPackage({ watching, dialogs, hostOf, uriOf }),
    new PresencePackage({
      watching,
      publicationsOf: (user: Resource) => publications.of(user),
      isRegistered,
      isTalking: (user: Resource) => dialogs.isTalking(user),
      uriOf,
    }),
    reg,
  ];
  const { subscriptions, lamps } = assembleLamps({ ...parts, packages });
  return {
    subscriptions,
    publications,
    watch: dialogs,
    bindingChanged(change) {
      lamps.bindingChanged(change);
      const { what, binding } = change;
      const user = { domain: binding.domain, name: binding.user };
      if (subscriptions.hasSubscriber(REG, user)) {
        if (what === "unregistered") reg.noteEnd(change);
        subscriptions.resourceChanged(REG, user);
      }
      // What phones have published says more than that there is one.
      if (what !== "refreshed" && publications.of(user).length === 0) subscriptions.resourceChanged(PRESENCE, user);
    },
    userRemoved(domain, user) {
      publications.userRemoved(domain, user);
      lamps.userRemoved(domain, user);
    },
    reload: (next) => watching.configure(rulesOf(next)),
  };
}

function rulesOf({ presence }: Config) {
  return { watch: presence.watch, watchers: new Set(presence.watchers) };
}
