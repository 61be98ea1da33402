/** Puts together what scripts may ask about calls, users and phones. */
import { callOperations } from "../sandbox/broker/call-operations.ts";
import { registrationOperations, userOperations } from "../sandbox/broker/directory-operations.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import type { LiveCalls } from "../switch/call-control.ts";
import type { Registrar } from "../switch/registrar/registrar.ts";
import { PublicDirectory } from "../switch/script-directory.ts";
import type { Users } from "../switch/users/users.ts";

export interface CallParts {
  readonly calls: LiveCalls;
  readonly users: Users;
  readonly registrar: Registrar;
}

/** By the names under which scripts import them. */
export function callModules({ calls, users, registrar }: CallParts): Readonly<Record<string, OperationModule>> {
  const directory = new PublicDirectory(users, registrar);
  return {
    calls: callOperations(calls),
    users: userOperations(directory),
    registrations: registrationOperations(directory),
  };
}
