/** `strowger console-user`: who may sign in to the console. No password is ever an argument, where others could see it. */
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { hashPassword } from "../../base/password-hash.ts";
import { randomText } from "../../base/random.ts";
import { type ConsoleUserBody, type ConsoleUserInputBody, consolePasswordSchema } from "../../contract/console-api.ts";
import { ROLES, type Role } from "../../contract/role.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { askHidden } from "../hidden-input.ts";
import { Output } from "../output.ts";
import { openSession } from "../session.ts";

const PASSWORD_CHARACTERS = 24;

interface SetOptions {
  readonly role: Role;
  /** Read from the standard input, or asked for. */
  readonly password?: boolean;
}

export function defineConsoleUser(program: Command): void {
  const users = program.command("console-user").description("users of the web console, and their roles");
  users
    .command("list", { isDefault: true })
    .description("list who may sign in")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const items = await api.list<ConsoleUserBody>("/v1/console/users");
      out.list(
        items,
        ["NAME", "ROLE", "SINCE", "FROM CONFIG"],
        (user) => [user.name, user.role, user.createdAt, user.managed ? "yes" : null],
        "No users: sign in with a token, or make one with console-user add.",
      );
    });
  users
    .command("add")
    .description("make a user; a password is generated and printed once unless --password is given")
    .argument("<name>")
    .addOption(roleOption())
    .option("--password", "ask for the password, or read it from the standard input")
    .action(async (name: string, { role, password: isGiven = false }: SetOptions, command: Command) => {
      const { api, out } = openSession(command);
      const password = isGiven ? await readPassword(name) : randomText(PASSWORD_CHARACTERS);
      const body: ConsoleUserInputBody = { role, password };
      const headers = { "If-None-Match": "*" };
      const user = await api.call<ConsoleUserBody>(at`/v1/console/users/${name}`, { method: "PUT", body, headers });
      const secret = isGiven ? "" : `\npassword: ${password}   (shown this once)`;
      out.result(isGiven ? user : { ...user, password }, () => `${name} may sign in as ${role}.${secret}`);
    });
  users
    .command("set")
    .description("give a user another role, and with --password another password")
    .argument("<name>")
    .addOption(roleOption())
    .option("--password", "ask for the password, or read it from the standard input")
    .action(async (name: string, { role, password: isGiven = false }: SetOptions, command: Command) => {
      const { api, out } = openSession(command);
      const body: ConsoleUserInputBody = isGiven ? { role, password: await readPassword(name) } : { role };
      const headers = { "If-Match": "*" };
      const user = await api.call<ConsoleUserBody>(at`/v1/console/users/${name}`, { method: "PUT", body, headers });
      const end = isGiven ? "; whoever has signed in with the old password is signed out" : "";
      out.result(user, () => `${name} is ${role} from now on${end}.`);
    });
  users
    .command("remove")
    .description("remove a user; whoever has signed in as them is signed out")
    .argument("<name>")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/console/users/${name}`, { method: "DELETE" });
      out.result({ name }, () => `${name} is removed, and signed out.`);
    });
  users
    .command("hash")
    .description("print the hash of a password, for console.users of strowger.yaml; needs no switch")
    .argument("<name>")
    .addOption(roleOption())
    .action(async (name: string, { role }: SetOptions, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const passwordHash = await hashPassword(await readPassword(name));
      out.result({ name, role, passwordHash }, () =>
        [
          "console:",
          "  users:",
          `    ${name}:`,
          `      role: ${role}`,
          `      passwordHash: ${JSON.stringify(passwordHash)}`,
        ].join("\n"),
      );
    });
}

function roleOption(): Option {
  return new Option("--role <role>", "what they may do").choices(ROLES).makeOptionMandatory();
}

async function readPassword(name: string): Promise<string> {
  const password = process.stdin.isTTY
    ? await askHidden(`Password of ${name}: `)
    : (await text(process.stdin)).replace(/\r?\n$/, "");
  const checked = consolePasswordSchema.safeParse(password);
  if (checked.success) return checked.data;
  const [problem] = checked.error.issues;
  throw new CommandFailure(`the password does not do: ${problem?.message ?? "choose another"}`, exitCodes.usage);
}
