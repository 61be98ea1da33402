/**
 * The operations of `voicemail` (`sdk/voicemail.ts`): the mailboxes of the domain in whose name the script acts, and no
 * others.
 */
import type { VoicemailMessage, VoicemailSettings } from "../../../sdk/voicemail.ts";
import { AppError } from "../../base/errors.ts";
import type { ParseArgs } from "../../contract/operation-args.ts";
import { voicemailArgs } from "../../contract/voicemail-operations.ts";
import type { Mailboxes, MailboxMessage, MailboxSettings } from "../../port/mailbox.ts";
import type { OperationContext } from "../../port/sandbox.ts";
import { type Operation, type OperationModule, operation } from "./operation.ts";
import { OperationFailure } from "./operation-failure.ts";

/** What `record` has left behind. */
export interface Recordings {
  /** The WAV file of a recording of this call, which may be moved away; `undefined` where there is none. */
  file(context: OperationContext, recordingId: string): string | undefined;
}

/** Whose mailbox a script or a caller means: a user is called by name or by extension. `undefined`: nobody's. */
export type FindOwner = (domain: string, nameOrExtension: string) => string | undefined;

/** What of the mailboxes scripts need. */
export type ScriptMailboxes = Pick<
  Mailboxes,
  "settings" | "counts" | "messages" | "message" | "move" | "erase" | "copy" | "checkPin" | "configure" | "setGreeting"
>;

/** Domain and name of a mailbox that is there. */
type Box = readonly [domain: string, mailbox: string];

export function voicemailOperations(
  mailboxes: ScriptMailboxes,
  recordings: Recordings,
  findOwner: FindOwner = (_domain, name) => name,
): OperationModule {
  const settingsOf = (domain: string, mailbox: string): MailboxSettings => {
    const owner = findOwner(domain, mailbox);
    const settings = owner === undefined ? undefined : mailboxes.settings(domain, owner);
    if (settings === undefined) throw notFound(`there is no mailbox "${mailbox}"`);
    return settings;
  };
  /** An operation on a mailbox, which is looked for first. */
  const onBox = <Args extends { readonly mailbox: string }>(
    parse: ParseArgs<Args>,
    work: (box: Box, args: Args, context: OperationContext) => unknown,
  ): Operation =>
    operation(parse, (context, args) => {
      const { mailbox } = settingsOf(context.domain, args.mailbox);
      return work([context.domain, mailbox], args, context);
    });

  return {
    counts: onBox(voicemailArgs.counts, (box) => mailboxes.counts(...box)),
    settings: onBox(voicemailArgs.settings, (box) => toSettings(settingsOf(...box))),
    messages: onBox(voicemailArgs.messages, async ([domain, mailbox], args) => {
      const page = await mailboxes.messages({ ...args, domain, mailbox });
      return page.items.map(toMessage);
    }),
    message: onBox(voicemailArgs.message, async (box, { id }) => {
      return toMessage((await mailboxes.message(...box, id)) ?? noMessage(id));
    }),
    move: onBox(voicemailArgs.move, async (box, { id, folder }) => {
      return toMessage((await orFull(mailboxes.move(...box, id, folder))) ?? noMessage(id));
    }),
    erase: onBox(voicemailArgs.erase, async (box, { id }) => {
      if (!(await mailboxes.erase(...box, id))) noMessage(id);
    }),
    copy: onBox(voicemailArgs.copy, async (box, { id, toMailbox }) => {
      const to = settingsOf(box[0], toMailbox).mailbox;
      return toMessage(await orFull(mailboxes.copy(...box, id, to)));
    }),
    checkPin: onBox(voicemailArgs.checkPin, (box, { pin }) => mailboxes.checkPin(...box, pin)),
    setPin: onBox(voicemailArgs.setPin, async (box, { pin }) => {
      await mailboxes.configure(...box, { pin });
    }),
    setGreeting: onBox(voicemailArgs.setGreeting, async (box, { kind, recordingId }, context) => {
      const file = recordingId === null ? null : recordings.file(context, recordingId);
      if (file === undefined) throw notFound(`this call has no recording "${recordingId}"`);
      await mailboxes.setGreeting(...box, kind, file);
    }),
  };
}

/** What conflicts with a message that comes into a mailbox is that it is full. */
async function orFull<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") throw new OperationFailure("full", error.message);
    throw error;
  }
}

function toMessage(message: MailboxMessage): VoicemailMessage {
  const { id, mailbox, folder, receivedAt, seconds, from, fromName, transcript } = message;
  return { id, folder, receivedAt, seconds, from, fromName, transcript, audio: `voicemail:${mailbox}/${id}` };
}

function toSettings(settings: MailboxSettings): VoicemailSettings {
  const { mailbox, hasPin, greetings, maxMessages, maxSeconds, retentionDays } = settings;
  return { mailbox, hasPin, greetings, maxMessages, maxSeconds, retentionDays };
}

function noMessage(id: string): never {
  throw notFound(`there is no message "${id}" in this mailbox`);
}

function notFound(message: string): OperationFailure {
  return new OperationFailure("not-found", message);
}
