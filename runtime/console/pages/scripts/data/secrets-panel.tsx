import type { SecretBody } from "../../../../contract/script-data-api.ts";
import { get, send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { useResource } from "../../../api/resource.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog, FormDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import { TextField } from "../../../components/field.tsx";
import { LoadedView } from "../../../components/loading.tsx";
import { Menu } from "../../../components/menu.tsx";
import { Time } from "../../../components/time.tsx";
import { say } from "../../../components/toast.tsx";

/** Names alone: no answer of the switch ever holds a value. */
export function SecretsPanel({ name }: { readonly name: string }) {
  const secrets = useResource(
    (signal) => get<{ items: SecretBody[] }>(path`/v1/scripts/${name}/secrets`, { signal }),
    [name],
  );
  const set = (key: string | null) =>
    showDialog((close) => (
      <SecretDialog name={name} secret={key} onClose={close} onDone={secrets.reload.bind(secrets)} />
    ));
  const remove = (key: string) =>
    showDialog((close) => (
      <ConfirmDialog
        title={`Remove ${key}?`}
        action="Remove"
        onClose={close}
        onConfirm={async () => {
          await send("DELETE", path`/v1/scripts/${name}/secrets/${key}`);
          await secrets.reload();
        }}
      >
        <p>The script will not find it any more, from its next event on.</p>
      </ConfirmDialog>
    ));
  return (
    <section class="panel" aria-label="Secrets">
      <header>
        <h2>Secrets</h2>
        <div class="row push">
          <Button onClick={() => set(null)}>Set a secret</Button>
        </div>
      </header>
      <LoadedView loaded={secrets.loaded.value}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="body quiet">None. A script reads a secret by secrets.get("NAME").</p>
          ) : (
            <ul class="scripts-rows" aria-label="Secrets">
              {items.map((secret) => (
                <li key={secret.name}>
                  <code class="wrap">{secret.name}</code>
                  <span class="quiet small">
                    set <Time at={secret.updatedAt} />
                  </span>
                  <Menu
                    label={`Actions for ${secret.name}`}
                    items={[
                      { title: "Set anew", onSelect: () => set(secret.name) },
                      { title: "Remove", isDangerous: true, onSelect: () => remove(secret.name) },
                    ]}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </LoadedView>
    </section>
  );
}

interface SecretDialogProps {
  readonly name: string;
  /** `null`: a new one. */
  readonly secret: string | null;
  onClose(): void;
  onDone(): Promise<void>;
}

function SecretDialog({ name, secret, onClose, onDone }: SecretDialogProps) {
  const submit = async (form: FormData) => {
    const key = secret ?? String(form.get("name")).trim();
    await send("PUT", path`/v1/scripts/${name}/secrets/${key}`, { value: String(form.get("value")) });
    await onDone();
    say(`${key} is set.`);
  };
  return (
    <FormDialog
      title={secret === null ? "Set a secret" : `Set ${secret} anew`}
      action="Set"
      onClose={onClose}
      onSubmit={submit}
    >
      {secret === null && <TextField label="Name" name="name" required autoFocus placeholder="API_KEY" />}
      <TextField
        label="Value"
        name="value"
        type="password"
        autocomplete="off"
        required
        hint="Nobody can read it again: keep it elsewhere as well."
      />
    </FormDialog>
  );
}
