/** The operations of `users` and `registrations` (`sdk/`): those of the domain in whose name the script acts. */
import type { Registration } from "../../../sdk/registrations.ts";
import type { User } from "../../../sdk/users.ts";
import { registrationArgs, userArgs } from "../../contract/call-operations.ts";
import type { DirectoryUser, ScriptDirectory } from "../../port/directory.ts";
import type { RegistrationView } from "../../port/switch.ts";
import { type OperationModule, operation } from "./operation.ts";

export function userOperations(directory: ScriptDirectory): OperationModule {
  const toUser = (domain: string, { name, extension, displayName }: DirectoryUser): User => {
    return { name, extension, displayName, registered: directory.isRegistered(domain, name) };
  };
  const orNull = (domain: string, user: DirectoryUser | undefined): User | null => {
    return user === undefined ? null : toUser(domain, user);
  };
  return {
    get: operation(userArgs.get, ({ domain }, { name }) => orNull(domain, directory.byName(domain, name))),
    byExtension: operation(userArgs.byExtension, ({ domain }, { extension }) => {
      return orNull(domain, directory.byExtension(domain, extension));
    }),
    list: operation(userArgs.list, ({ domain }, { after, limit }) => {
      return directory.users(domain, after, limit).map((user) => toUser(domain, user));
    }),
  };
}

export function registrationOperations(directory: ScriptDirectory): OperationModule {
  const nameOf = (domain: string, user: string): string | undefined => {
    return (directory.byName(domain, user) ?? directory.byExtension(domain, user))?.name;
  };
  return {
    of: operation(registrationArgs.of, ({ domain }, { user }) => {
      const name = nameOf(domain, user);
      return name === undefined ? [] : directory.contacts(domain, name).map(toRegistration);
    }),
    isRegistered: operation(registrationArgs.isRegistered, ({ domain }, { user }) => {
      const name = nameOf(domain, user);
      return name !== undefined && directory.isRegistered(domain, name);
    }),
  };
}

function toRegistration(view: RegistrationView): Registration {
  const { domain: _, ...registration } = view;
  return registration;
}
