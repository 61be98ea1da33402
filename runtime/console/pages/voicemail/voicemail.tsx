/** Mailboxes, and what has been said to them. */

import type { MailboxBody } from "../../../contract/voicemail-api.ts";
import { getAll } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import type { PageProps } from "../../app/pages.ts";
import { Badge } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { countsText } from "./folders.ts";
import { MailboxView } from "./mailbox-view.tsx";
import "./voicemail.css";

const EVERY_MS = 15_000;

export default function VoicemailPage({ params: { mailbox } }: PageProps) {
  const boxes = useResource((signal) => getAll<MailboxBody>("/v1/voicemail", { signal }), [], { everyMs: EVERY_MS });
  return (
    <>
      <PageHead title="Voicemail" />
      <LoadedView loaded={boxes.loaded.value}>
        {(body) => {
          if (body.length === 0)
            return <EmptyState title="No mailbox">Each user has one, unless it is switched off.</EmptyState>;
          const box = mailbox === undefined ? undefined : body.find((one) => one.mailbox === mailbox);
          return (
            <div class="voicemail-page">
              <BoxList boxes={body} selected={mailbox} />
              {box !== undefined && (
                <MailboxView
                  key={box.mailbox}
                  box={box}
                  others={body.filter((one) => one !== box)}
                  onChange={() => boxes.reload()}
                />
              )}
              {box === undefined && mailbox !== undefined && (
                <Notice kind="warn">There is no mailbox {mailbox}: no such user, or one without voicemail.</Notice>
              )}
              {mailbox === undefined && <EmptyState title="Choose a mailbox" />}
            </div>
          );
        }}
      </LoadedView>
    </>
  );
}

interface BoxListProps {
  readonly boxes: readonly MailboxBody[];
  readonly selected: string | undefined;
}

function BoxList({ boxes, selected }: BoxListProps) {
  return (
    <section class="panel voicemail-boxes" aria-label="Mailboxes">
      <ul>
        {boxes.map((box) => (
          <li key={box.mailbox}>
            <a href={path`/voicemail/${box.mailbox}`} aria-current={box.mailbox === selected ? "page" : undefined}>
              <span class="wrap">{box.mailbox}</span>
              {box.new > 0 ? (
                <Badge tone="info">{countsText(box)}</Badge>
              ) : (
                <span class="quiet small">{countsText(box)}</span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
