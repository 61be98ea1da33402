/** `strowger registrations`: which phones are registered. */
import type { Command } from "commander";
import type { RegistrationBody } from "../../contract/resource-api.ts";
import { openSession } from "../session.ts";

export function defineRegistrations(program: Command): void {
  program
    .command("registrations")
    .description("list registered phones")
    .option("--user <name>", "only of this user")
    .action(async ({ user }: { user?: string }, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<RegistrationBody>("/v1/registrations", { user }),
        ["USER", "CONTACT", "SOURCE", "TRANSPORT", "DEVICE", "PATH", "EXPIRES", "USER AGENT"],
        (item) => [
          item.user,
          item.contact,
          item.source,
          item.transport,
          deviceOf(item),
          item.path.length === 0 ? null : item.path.join(" "),
          item.expiresAt,
          item.userAgent,
        ],
        "Nobody is registered.",
      );
    });
}

/** The device, and which of its flows it is where it keeps several. */
function deviceOf({ instance, regId }: RegistrationBody): string | null {
  return instance === null || regId === null ? instance : `${instance} (${regId})`;
}
