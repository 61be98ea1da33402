/** One mailbox: its messages by folder, and its greetings. */
import { useSignal } from "@preact/signals";
import type { MailboxBody, VoicemailBody } from "../../../contract/voicemail-api.ts";
import { get, type Page } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { FOLDERS, type Folder } from "./folders.ts";
import { Greetings } from "./greetings.tsx";
import { MessageView } from "./message-view.tsx";

/** Each has a player and a waveform. */
const STEP = 20;
const EVERY_MS = 15_000;

interface MailboxViewProps {
  readonly box: MailboxBody;
  readonly others: readonly MailboxBody[];
  /** Its counts are no longer right. */
  onChange(): Promise<void>;
}

const TABS = [...FOLDERS, { id: "greetings", title: "Greetings" } as const];

export function MailboxView({ box, others, onChange }: MailboxViewProps) {
  const tab = useSignal<Folder | "greetings">("new");
  return (
    <section class="panel" aria-label={`Mailbox of ${box.mailbox}`}>
      <header>
        <h2 class="wrap">{box.mailbox}</h2>
        <span class="quiet">
          at most {box.maxMessages} messages of {box.maxSeconds} s
          {box.retentionDays !== null && `, heard ones kept for ${box.retentionDays} days`}
          {box.email !== null && `, mailed to ${box.email}`}
        </span>
      </header>
      <Tabs label="Part of the mailbox" tabs={TABS} selected={tab} />
      <div class="body">
        {tab.value === "greetings" ? (
          <Greetings mailbox={box.mailbox} />
        ) : (
          <Messages key={tab.value} mailbox={box.mailbox} folder={tab.value} others={others} onChange={onChange} />
        )}
      </div>
    </section>
  );
}

interface MessagesProps {
  readonly mailbox: string;
  readonly folder: Folder;
  readonly others: readonly MailboxBody[];
  onChange(): Promise<void>;
}

function Messages({ mailbox, folder, others, onChange }: MessagesProps) {
  const limit = useSignal(STEP);
  const messages = useResource(
    (signal) =>
      get<Page<VoicemailBody>>(path`/v1/voicemail/${mailbox}/messages`, {
        query: { folder, limit: limit.peek() },
        signal,
      }),
    [mailbox, folder],
    { everyMs: EVERY_MS },
  );
  const changed = async () => {
    await Promise.all([messages.reload(), onChange()]);
  };
  return (
    <LoadedView loaded={messages.loaded.value}>
      {({ items, next }) =>
        items.length === 0 ? (
          <EmptyState title="No message here" />
        ) : (
          <>
            <ul class="voicemail-messages" aria-label="Messages">
              {items.map((message) => (
                <MessageView key={message.id} message={message} others={others} onChange={changed} />
              ))}
            </ul>
            {next !== null && (
              <Button
                onClick={() => {
                  limit.value += STEP;
                  void messages.reload();
                }}
              >
                More
              </Button>
            )}
          </>
        )
      }
    </LoadedView>
  );
}
