/** Puts together who there is: users, their registered phones, and the routes that lead to them or to scripts. */
import type { Config } from "../config/config.ts";
import type { SipStack } from "../sip/stack.ts";
import { LocalDirectory } from "../switch/directory.ts";
import type { Domains } from "../switch/domains.ts";
import type { Guard } from "../switch/guard/guard.ts";
import { createRoutes, type Routes } from "../switch/routes/routes.ts";
import { createUsers, type Users, type UsersOptions } from "../switch/users/users.ts";
import type { LastDeployed } from "./first-script.ts";
import type { Ground } from "./ground.ts";
import { assembleRegistrar, type RegistrarRooms } from "./registrar.ts";

export interface PeopleRooms extends RegistrarRooms {
  readonly users: Users;
  readonly directory: LocalDirectory;
  readonly routes: Routes;
  reload(config: Config): void;
}

export async function assemblePeople(
  parts: Ground & {
    readonly stack: SipStack;
    readonly domains: Domains;
    readonly guard: Guard;
    readonly isExempt: (address: string) => boolean;
    readonly lastDeployed: LastDeployed;
    /** What else belonged to a user who is gone. */
    readonly onUserRemoved: NonNullable<UsersOptions["onRemoved"]>;
  },
): Promise<PeopleRooms> {
  const { config, log, recovery, store, realm, nonceKey, domains, guard, lastDeployed, onUserRemoved } = parts;
  const phones = await assembleRegistrar({ ...parts, store: store.bindings, gruuKey: nonceKey });
  const { registrar } = phones;
  registrar.watch((change) => recovery.bindingChanged(change));
  for (const { remoteAddress } of registrar.list()) guard.noteKnown(remoteAddress);
  const users = await createUsers({
    store: store.users,
    domain: domains.home,
    realm,
    configured: config.users,
    isRegistered: (domain, name) => registrar.lookup(domain, name).length > 0,
    onRemoved: (domain, name, mailbox) => {
      void registrar.remove(domain, name);
      return onUserRemoved(domain, name, mailbox);
    },
  });
  const routes = await createRoutes({
    store: store.routes,
    log,
    domain: domains.home,
    configured: config.routes,
    scriptWithoutRoutes: () => lastDeployed.script,
  });
  return {
    ...phones,
    users,
    directory: new LocalDirectory(users, registrar, domains),
    routes,
    reload(next) {
      users.replaceConfigured(next.users);
      routes.replaceConfigured(next.routes);
    },
  };
}
