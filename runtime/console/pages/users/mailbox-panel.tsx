import type { MailboxBody } from "../../../contract/voicemail-api.ts";
import { get } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { canOpen } from "../../app/pages.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { durationText, numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { MailboxDialog } from "./mailbox-dialog.tsx";

export function MailboxPanel({ name }: { readonly name: string }) {
  const box = useResource((signal) => readBox(name, signal), [name]);
  const loaded = box.loaded.value;
  const known = loaded.state === "ready" ? loaded.body : null;
  return (
    <section class="panel" aria-label="Voicemail">
      <header>
        <h2>Voicemail</h2>
        {known !== null && can("voicemail:write") && (
          <span class="push">
            <Button
              onClick={() =>
                showDialog((close) => <MailboxDialog box={known} onDone={() => void box.reload()} onClose={close} />)
              }
            >
              Settings
            </Button>
          </span>
        )}
      </header>
      <div class="body">
        <LoadedView loaded={loaded}>
          {(read) => (read === null ? <p class="quiet">This user has no mailbox.</p> : <Box box={read} />)}
        </LoadedView>
      </div>
    </section>
  );
}

/** `null`: the configuration gives this user none. */
async function readBox(name: string, signal: AbortSignal): Promise<MailboxBody | null> {
  try {
    return await get<MailboxBody>(path`/v1/voicemail/${name}`, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function Box({ box }: { readonly box: MailboxBody }) {
  const to = path`/voicemail/${box.mailbox}`;
  const messages = `${numberText(box.new)} new, ${numberText(box.saved)} saved`;
  return (
    <dl class="facts">
      <dt>Messages</dt>
      <dd>{canOpen(to) ? <a href={to}>{messages}</a> : messages}</dd>
      <dt>PIN</dt>
      <dd>{box.hasPin ? "set" : "none: only the user's own phone gets in"}</dd>
      <dt>Mailed to</dt>
      <dd>{box.email ?? "nobody"}</dd>
      <dt>Room</dt>
      <dd>
        {numberText(box.maxMessages)} messages of {durationText(box.maxSeconds)} at most
      </dd>
      <dt>Kept</dt>
      <dd>{box.retentionDays === null ? "until they are removed" : `${numberText(box.retentionDays)} days`}</dd>
      {box.managed.length > 0 && (
        <>
          <dt>In strowger.yaml</dt>
          <dd>{box.managed.join(", ")}</dd>
        </>
      )}
    </dl>
  );
}
