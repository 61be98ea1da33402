/** What a URI calls somebody: a name of ours, an extension, or a number. */
import { toText } from "../base/text.ts";
import { type Uri, unescapeUser } from "../sip/message/uri.ts";

/** As text, its escapes undone; empty where it names nobody. */
export function nameOf(uri: Uri | undefined): string {
  if (uri?.kind === "sip") return toText(unescapeUser(uri.user ?? ""));
  return uri?.kind === "tel" ? uri.number : "";
}
