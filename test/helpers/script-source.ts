/** Sources of scripts that tests deploy. */

/** A script with these handlers, written as in an object literal. */
export function script(handlers: string): string {
  return [
    'import { answer, forward, gather, hangup, play, record, redirect, reject, say, tag, transfer, voicemail, wait, type Script } from "strowger";',
    "",
    "export default {",
    handlers,
    "} satisfies Script;",
    "",
  ].join("\n");
}

/** A script that does one thing with every call. */
export function inviteScript(decision: string): string {
  return script(`  invite: () => ${decision},`);
}

/** The decision that sends a call to these phones, by their URIs. */
export function forwardTo(
  phones: readonly { readonly uri: string }[],
  options: Readonly<Record<string, unknown>> = {},
): string {
  return `forward(${JSON.stringify(phones.map((phone) => phone.uri))}, ${JSON.stringify(options)})`;
}
