/** The document of a user's dialogs: application/dialog-info+xml (RFC 4235 §4), always with the full state. */
import { toText, toWire } from "../../../base/text.ts";
import { element, formatXml, type XmlElement } from "../xml/element.ts";
import type { DialogParty, DialogView } from "./dialog-view.ts";

export const DIALOG_INFO_TYPE = "application/dialog-info+xml";
const NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";

export interface DialogDocument {
  /** The user's URI. */
  readonly entity: string;
  /** Counts the documents of one subscription, from 0 (§4.1). */
  readonly version: number;
  /** Where the switch is reached. */
  readonly host: string;
  readonly dialogs: readonly DialogView[];
}

/** Wire text. */
export function formatDialogInfo({ entity, version, host, dialogs }: DialogDocument): string {
  const attributes = { xmlns: NAMESPACE, version, state: "full", entity: toText(entity) };
  return toWire(
    formatXml(element("dialog-info", attributes, ...dialogs.map((dialog) => dialogElement(dialog, entity, host)))),
  );
}

function dialogElement(dialog: DialogView, entity: string, host: string): XmlElement {
  const { id, callId, localTag, remoteTag, direction, phase, local, remote, contactUser } = dialog;
  return element(
    "dialog",
    {
      id,
      "call-id": toText(callId),
      "local-tag": localTag === null ? null : toText(localTag),
      "remote-tag": toText(remoteTag),
      direction,
    },
    element("state", {}, phase),
    element("local", {}, identity(local), element("target", { uri: toText(entity) })),
    // The phone's remote target is the switch: a pickup is sent there, and Replaces names the dialog.
    element("remote", {}, identity(remote), element("target", { uri: `sip:${contactUser}@${host}` })),
  );
}

function identity({ name, uri }: DialogParty): XmlElement {
  return element("identity", { display: name === "" ? null : toText(name) }, toText(uri));
}
