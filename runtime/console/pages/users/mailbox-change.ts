/** What a form about a mailbox changes: only what differs is sent, so that nothing by default becomes a setting by itself. */
import type { MailboxBody } from "../../../contract/voicemail-api.ts";

export interface MailboxForm {
  readonly pin: string;
  readonly removesPin: boolean;
  readonly email: string;
  readonly maxMessages: string;
  readonly maxSeconds: string;
  readonly retentionDays: string;
}

/** The body of `PATCH /v1/voicemail/{mailbox}`. */
export interface MailboxChange {
  pin?: string | null;
  email?: string | null;
  maxMessages?: number | null;
  maxSeconds?: number | null;
  retentionDays?: number | null;
}

export function changeOf(box: MailboxBody, form: MailboxForm): MailboxChange {
  const change: MailboxChange = {};
  if (form.removesPin) change.pin = null;
  else if (form.pin !== "") change.pin = form.pin;
  const email = form.email.trim() || null;
  if (email !== box.email) change.email = email;
  for (const name of ["maxMessages", "maxSeconds", "retentionDays"] as const) {
    const typed = form[name].trim();
    const value = typed === "" ? null : Number(typed);
    if (value !== box[name]) change[name] = value;
  }
  for (const name of box.managed) delete change[name as keyof MailboxChange];
  return change;
}
