/** What is done with messages of a mailbox. */
import type { VoicemailBody } from "../../../contract/voicemail-api.ts";
import { send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { say, sayProblem } from "../../components/toast.tsx";
import { doneText, type Folder } from "./folders.ts";

export function messagePath({ mailbox, id }: Pick<VoicemailBody, "mailbox" | "id">): string {
  return path`/v1/voicemail/${mailbox}/messages/${id}`;
}

export async function move(message: VoicemailBody, folder: Folder, onDone: () => Promise<void>): Promise<void> {
  try {
    await send("PATCH", messagePath(message), { folder });
    say(doneText(folder));
  } catch (error) {
    sayProblem(error);
  }
  await onDone();
}
