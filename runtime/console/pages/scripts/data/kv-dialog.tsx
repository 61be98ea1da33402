import { useSignal } from "@preact/signals";
import { getTagged, send } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import { can } from "../../../app/session.ts";
import { JsonBlock } from "../../../components/code-block.tsx";
import { Dialog, FormDialog } from "../../../components/dialog.tsx";
import { TextArea, TextField } from "../../../components/field.tsx";
import { Loading } from "../../../components/loading.tsx";
import { ProblemNotice } from "../../../components/notice.tsx";
import { say } from "../../../components/toast.tsx";
import { visibleLine } from "../../../components/visible-text.ts";
import { isConflict } from "../api.ts";
import { kvPath } from "./kv-path.ts";

interface KvDialogProps {
  readonly name: string;
  /** A key; `null`: a new one. */
  readonly item: string | null;
  onClose(): void;
  onDone(): Promise<void>;
}

/** The value of a key as JSON. */
export function KvDialog(props: KvDialogProps) {
  const { name, item, onClose } = props;
  const read = useResource(
    (signal) => (item === null ? Promise.resolve(null) : getTagged<unknown>(kvPath(name, item), { signal })),
    [name, item],
  );
  const loaded = read.loaded.value;
  const title = item === null ? "Add a key" : visibleLine(item);
  if (loaded.state !== "ready") {
    return (
      <Dialog title={title} onClose={onClose}>
        <div class="body">{loaded.state === "loading" ? <Loading /> : <ProblemNotice error={loaded.error} />}</div>
      </Dialog>
    );
  }
  if (!can("kv:write")) {
    return (
      <Dialog title={title} size="large" onClose={onClose}>
        <div class="body">
          <JsonBlock label="Value" value={loaded.body?.body} />
        </div>
      </Dialog>
    );
  }
  const text = loaded.body === null ? "" : (JSON.stringify(loaded.body.body, null, 2) ?? "null");
  return <KvForm {...props} title={title} text={text} etag={loaded.body?.etag ?? null} />;
}

interface KvFormProps extends KvDialogProps {
  readonly title: string;
  readonly text: string;
  readonly etag: string | null;
}

function KvForm({ name, item, title, text, etag, onClose, onDone }: KvFormProps) {
  const value = useSignal(text);
  const problem = useSignal<string | undefined>(undefined);
  const submit = async (form: FormData) => {
    const key = item ?? String(form.get("key"));
    const parsed = parse(value.value);
    problem.value = "problem" in parsed ? parsed.problem : undefined;
    if ("problem" in parsed) throw new Error("The value is no JSON: a text stands in double quotes.");
    const condition = item === null ? { ifNoneMatch: "*" } : etag === null ? {} : { ifMatch: etag };
    try {
      await send("PUT", kvPath(name, key), JSON.stringify(parsed.value), {
        contentType: "application/json",
        ...condition,
      });
    } catch (error) {
      if (!isConflict(error)) throw error;
      throw new Error(
        item === null
          ? "There is such a key already: open it to change its value."
          : "The value has changed since you opened it, and yours was not written. Close this and open the key again.",
      );
    }
    await onDone();
    say("It is written.");
  };
  return (
    <FormDialog title={title} action={item === null ? "Add" : "Save"} size="large" onClose={onClose} onSubmit={submit}>
      {item === null && <TextField label="Key" name="key" required maxLength={512} autoFocus />}
      <TextArea
        label="Value"
        name="value"
        required
        rows={10}
        value={value.value}
        hint="JSON"
        problem={problem.value}
        onInput={(typed) => {
          value.value = typed;
        }}
      />
    </FormDialog>
  );
}

function parse(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
