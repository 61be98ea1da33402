/** `strowger users`: who may register. */
import type { Command } from "commander";
import { randomText } from "../../base/random.ts";
import type { UserBody, UserInputBody } from "../../contract/resource-api.ts";
import { at } from "../api-client.ts";
import { openSession } from "../session.ts";

const PASSWORD_CHARACTERS = 20;

interface AddOptions {
  readonly password?: string;
  readonly extension?: string;
  readonly displayName?: string;
}

export function defineUsers(program: Command): void {
  const users = program.command("users").description("users, who may register phones");
  users
    .command("list", { isDefault: true })
    .description("list users")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const items = await api.list<UserBody>("/v1/users");
      out.list(
        items,
        ["NAME", "EXTENSION", "DISPLAY NAME", "REGISTERED", "FROM CONFIG"],
        (user) => [user.name, user.extension, user.displayName, yes(user.registered), yes(user.managed)],
        "No users.",
      );
    });
  users
    .command("add")
    .description("make a user; a password is generated and printed once where none is given")
    .argument("<name>")
    .option("--password <password>")
    .option("--extension <number>", "a short number for the user")
    .option("--display-name <name>")
    .action(async (name: string, { password: given, extension, displayName }: AddOptions, command: Command) => {
      const { api, out } = openSession(command);
      const password = given ?? randomText(PASSWORD_CHARACTERS);
      const body: UserInputBody = { password, extension, displayName };
      const headers = { "If-None-Match": "*" };
      const user = await api.call<UserBody>(at`/v1/users/${name}`, { method: "PUT", body, headers });
      const told = given === undefined ? { ...user, password } : user;
      const secret = given === undefined ? `\npassword: ${password}   (shown this once)` : "";
      out.result(told, () => `${user.name} may register at ${user.domain}.${secret}`);
    });
  users
    .command("remove")
    .description("remove a user; the mailbox is kept for a week, in case that the user comes back")
    .argument("<name>")
    .option("--erase", "erase the mailbox now")
    .action(async (name: string, { erase = false }: { readonly erase?: boolean }, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/users/${name}`, { method: "DELETE", query: { erase: String(erase) } });
      const fate = erase ? "is erased" : "is kept for a week, in case that the user comes back";
      out.result({ name, erased: erase }, () => `${name} is removed; the mailbox ${fate}.`);
    });
}

function yes(value: boolean): string | null {
  return value ? "yes" : null;
}
