/** `strowger voicemail`: mailboxes, the messages in them, greetings and PINs. */
import { randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { GreetingsBody, MailboxBody, VoicemailBody } from "../../contract/voicemail-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

const PIN_DIGITS = 6;
/** In place of the name of a file: standard output. */
const STDOUT = "-";

export function defineVoicemail(program: Command): void {
  const voicemail = program.command("voicemail").description("voicemail boxes and the messages in them");
  defineBoxes(voicemail);
  defineMessages(voicemail);
  defineMoves(voicemail);
  defineGreetings(voicemail);
}

function defineBoxes(voicemail: Command): void {
  voicemail
    .command("list", { isDefault: true })
    .description("list mailboxes")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<MailboxBody>("/v1/voicemail"),
        ["MAILBOX", "NEW", "SAVED", "PIN", "GREETINGS", "E-MAIL"],
        (box) => [box.mailbox, box.new, box.saved, yes(box.hasPin), box.greetings.join(" ") || null, box.email],
        "No mailboxes.",
      );
    });
  voicemail
    .command("pin")
    .description("set the PIN of a mailbox; one is made and printed once where none is given")
    .argument("<mailbox>")
    .argument("[pin]", "4 to 10 digits")
    .option("--remove", "take the PIN away: only the owner's own phone gets in")
    .action(async (mailbox: string, given: string | undefined, { remove }: { remove?: true }, command: Command) => {
      const { api, out } = openSession(command);
      const pin = remove === true ? null : (given ?? randomPin());
      const box = await api.call<MailboxBody>(at`/v1/voicemail/${mailbox}`, { method: "PATCH", body: { pin } });
      const isMade = remove !== true && given === undefined;
      const told =
        pin === null ? "has no PIN any more." : isMade ? `has the PIN ${pin}   (shown this once)` : "has a new PIN.";
      out.result(isMade ? { ...box, pin } : box, () => `${mailbox} ${told}`);
    });
  voicemail
    .command("email")
    .description("mail the messages of a mailbox to an address")
    .argument("<mailbox>")
    .argument("[address]")
    .option("--remove", "mail them nowhere")
    .action(async (mailbox: string, email: string | undefined, { remove }: { remove?: true }, command: Command) => {
      if ((email === undefined) !== (remove === true)) {
        throw new CommandFailure("name an address, or --remove", exitCodes.usage);
      }
      const { api, out } = openSession(command);
      const body = { email: email ?? null };
      const box = await api.call<MailboxBody>(at`/v1/voicemail/${mailbox}`, { method: "PATCH", body });
      out.result(box, () =>
        email === undefined ? `${mailbox} is mailed nowhere.` : `${mailbox} is mailed to ${email}.`,
      );
    });
}

function defineMessages(voicemail: Command): void {
  voicemail
    .command("messages")
    .description("list messages, newest first")
    .argument("<mailbox>")
    .option("--folder <folder>", "new, saved or deleted")
    .action(async (mailbox: string, { folder }: { folder?: string }, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<VoicemailBody>(at`/v1/voicemail/${mailbox}/messages`, { folder }),
        ["RECEIVED", "FOLDER", "SECONDS", "FROM", "NAME", "ID", "TRANSCRIPT"],
        (item) => [
          item.receivedAt,
          item.folder,
          item.seconds.toFixed(0),
          item.from,
          item.fromName || null,
          item.id,
          item.transcript,
        ],
        "No messages.",
      );
    });
  voicemail
    .command("fetch")
    .description("save the recording of a message; - writes it to the standard output")
    .argument("<mailbox>")
    .argument("<id>")
    .argument("<file>", "an existing one is not overwritten")
    .action(async (mailbox: string, id: string, file: string, _options: unknown, command: Command) => {
      await save(at`/v1/voicemail/${mailbox}/messages/${id}/audio`, file, command);
    });
}

function defineMoves(voicemail: Command): void {
  voicemail
    .command("delete")
    .description("delete a message; it can be restored for a week")
    .argument("<mailbox>")
    .argument("<id>")
    .option("--erase", "remove it for good")
    .action(async (mailbox: string, id: string, { erase }: { erase?: true }, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/voicemail/${mailbox}/messages/${id}`, { method: "DELETE", query: { erase } });
      out.result({ mailbox, id }, () => `${id} is ${erase === true ? "removed for good" : "deleted"}.`);
    });
  voicemail
    .command("restore")
    .description("bring a deleted message back, or put one into another folder")
    .argument("<mailbox>")
    .argument("<id>")
    .option("--folder <folder>", "new, saved or deleted", "saved")
    .action(async (mailbox: string, id: string, { folder }: { folder: string }, command: Command) => {
      const { api, out } = openSession(command);
      const path = at`/v1/voicemail/${mailbox}/messages/${id}`;
      const message = await api.call<VoicemailBody>(path, { method: "PATCH", body: { folder } });
      out.result(message, () => `${id} is in ${message.folder}.`);
    });
  voicemail
    .command("copy")
    .description("put a copy of a message into another mailbox")
    .argument("<mailbox>")
    .argument("<id>")
    .argument("<to>")
    .action(async (mailbox: string, id: string, to: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const path = at`/v1/voicemail/${mailbox}/messages/${id}/copy`;
      const copy = await api.call<VoicemailBody>(path, { method: "POST", body: { to } });
      out.result(copy, () => `${to} has it as ${copy.id}.`);
    });
}

function defineGreetings(voicemail: Command): void {
  const greeting = voicemail.command("greeting").description("what callers hear before they speak");
  greeting
    .command("list", { isDefault: true })
    .description("list the greetings of a mailbox")
    .argument("<mailbox>")
    .action(async (mailbox: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const { items } = await api.call<GreetingsBody>(at`/v1/voicemail/${mailbox}/greetings`, { method: "GET" });
      out.list(items, ["KIND", "OF ITS OWN"], ({ kind, isSet }) => [kind, yes(isSet)], "No greetings.");
    });
  greeting
    .command("set")
    .description("set a greeting: a WAV file of at most 60 s")
    .argument("<mailbox>")
    .argument("<kind>", "unavailable, busy, temporary or name")
    .argument("<file>")
    .action(async (mailbox: string, kind: string, file: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const upload = { bytes: readBytes(file), type: "audio/wav" };
      await api.call(at`/v1/voicemail/${mailbox}/greetings/${kind}`, { method: "PUT", file: upload });
      out.result({ mailbox, kind }, () => `${mailbox} has a new ${kind} greeting.`);
    });
  greeting
    .command("fetch")
    .description("save the recording of a greeting; - writes it to the standard output")
    .argument("<mailbox>")
    .argument("<kind>")
    .argument("<file>", "an existing one is not overwritten")
    .action(async (mailbox: string, kind: string, file: string, _options: unknown, command: Command) => {
      await save(at`/v1/voicemail/${mailbox}/greetings/${kind}`, file, command);
    });
  greeting
    .command("remove")
    .description("remove a greeting: callers hear the one of the switch")
    .argument("<mailbox>")
    .argument("<kind>")
    .action(async (mailbox: string, kind: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/voicemail/${mailbox}/greetings/${kind}`, { method: "DELETE" });
      out.result({ mailbox, kind }, () => `The ${kind} greeting of ${mailbox} is removed.`);
    });
}

async function save(path: string, file: string, command: Command): Promise<void> {
  const { api, out } = openSession(command);
  const bytes = await api.bytes(path);
  if (file === STDOUT) {
    process.stdout.write(bytes);
    return;
  }
  try {
    // What people have said is for its owner alone.
    writeFileSync(file, bytes, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new CommandFailure(
      `cannot write ${printable(file)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  out.result({ file, bytes: bytes.length }, () => `${file} has ${bytes.length} bytes.`);
}

function readBytes(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot read ${printable(file)}: ${reason}`, exitCodes.usage);
  }
}

function randomPin(): string {
  return Array.from({ length: PIN_DIGITS }, () => randomInt(10)).join("");
}

function yes(value: boolean): string | null {
  return value ? "yes" : null;
}
