/** `strowger message`: sends a text message, and shows or removes those that wait for a user. */
import type { Command } from "commander";
import type { RemovedTextsBody, SentTextBody, WaitingTextBody } from "../../contract/text-message.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

interface SendOptions {
  readonly from?: string;
  readonly contentType?: string;
}

export function defineMessage(program: Command): void {
  const message = program.command("message").description("text messages: send one, see what waits for a user");
  message
    .command("send")
    .description("send a text message; to a user of ours it is kept until a phone can take it")
    .argument("<to>", "a user, an extension, a number or a SIP URI")
    .argument("<text>", "what it says")
    .option("--from <user>", "a user, an extension or a SIP URI; default: the domain")
    .option("--content-type <type>", "a media type; default: text/plain;charset=UTF-8")
    .action(async (to: string, body: string, options: SendOptions, command: Command) => {
      const { api, out } = openSession(command);
      const sent = await api.call<SentTextBody>("/v1/messages", { method: "POST", body: { to, body, ...options } });
      out.result(
        sent,
        () => `${sent.state === "queued" ? "On its way to" : "Delivered to"} ${printable(to)}: ${sent.id}`,
      );
    });
  message
    .command("waiting")
    .description("list the messages that no phone of a user has taken yet")
    .argument("<user>")
    .action(async (user: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<WaitingTextBody>(`/v1/users/${encodeURIComponent(user)}/messages`, {}),
        ["FROM", "SINCE", "UNTIL", "TYPE", "BYTES"],
        ({ from, createdAt, expiresAt, contentType, bytes }) => [from, createdAt, expiresAt, contentType, bytes],
        "Nothing waits.",
      );
    });
  message
    .command("clear")
    .description("remove the messages that wait for a user")
    .argument("<user>")
    .action(async (user: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const path = `/v1/users/${encodeURIComponent(user)}/messages`;
      const removed = await api.call<RemovedTextsBody>(path, { method: "DELETE" });
      out.result(removed, () => `${removed.removed} removed`);
    });
}
