import type { AuditBody } from "../../../contract/audit-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { outcomeText } from "./search.ts";

interface RecordDialogProps {
  readonly record: AuditBody;
  onClose(): void;
}

/** All of a record: in the table it may be cut short. */
export function RecordDialog({ record, onClose }: RecordDialogProps) {
  const { id, at, actor, action, target, status, source } = record;
  return (
    <Dialog title="Audit record" onClose={onClose}>
      <dl class="body facts">
        <dt>When</dt>
        <dd>
          <time dateTime={at}>{new Date(at).toString()}</time>
        </dd>
        <dt>Who</dt>
        <dd>{visibleLine(actor)}</dd>
        <dt>From</dt>
        <dd>{source ?? "the switch itself"}</dd>
        <dt>Action</dt>
        <dd>{visibleLine(action)}</dd>
        <dt>What</dt>
        <dd>
          <code>{visibleLine(target)}</code>
        </dd>
        <dt>Outcome</dt>
        <dd>
          {outcomeText(record)} ({status})
        </dd>
        <dt>Record</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
    </Dialog>
  );
}
