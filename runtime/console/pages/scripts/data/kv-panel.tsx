import { useSignal } from "@preact/signals";
import type { KvItemBody } from "../../../../contract/script-data-api.ts";
import { get, type Page, send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { useResource } from "../../../api/resource.ts";
import { can } from "../../../app/session.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { SearchField } from "../../../components/filter.tsx";
import { bytesText } from "../../../components/format.ts";
import { LoadedView } from "../../../components/loading.tsx";
import { Menu } from "../../../components/menu.tsx";
import { type Column, Table } from "../../../components/table.tsx";
import { Time } from "../../../components/time.tsx";
import { visibleLine } from "../../../components/visible-text.ts";
import { KvDialog } from "./kv-dialog.tsx";
import { kvPath } from "./kv-path.ts";

const MOST_KEYS = 500;

/** The keys of a script, without their values: one is read when it is opened. */
export function KvPanel({ name }: { readonly name: string }) {
  const prefix = useSignal("");
  const keys = useResource(
    (signal) =>
      get<Page<KvItemBody>>(path`/v1/scripts/${name}/kv`, {
        signal,
        query: { prefix: prefix.value, limit: MOST_KEYS },
      }),
    [name, prefix.value],
  );
  const open = (key: string | null) =>
    showDialog((close) => <KvDialog name={name} item={key} onClose={close} onDone={() => keys.reload()} />);
  const remove = (key: string, version: number) =>
    showDialog((close) => (
      <ConfirmDialog
        title="Remove the key?"
        action="Remove"
        onClose={close}
        onConfirm={async () => {
          await send("DELETE", kvPath(name, key), undefined, { ifMatch: `"${version}"` });
          await keys.reload();
        }}
      >
        <p class="wrap">
          <code>{visibleLine(key)}</code> and its value will be gone.
        </p>
      </ConfirmDialog>
    ));
  const columns: readonly Column<KvItemBody>[] = [
    { id: "key", title: "Key", cell: ({ key }) => <code title={key}>{visibleLine(key)}</code> },
    { id: "size", title: "Size", width: "80px", align: "right", cell: ({ bytes }) => bytesText(bytes) },
    {
      id: "updated",
      title: "Written",
      width: "104px",
      hiddenBelow: "narrow",
      cell: (item) => <Time at={item.updatedAt} />,
    },
    {
      id: "expires",
      title: "Gone at",
      width: "104px",
      hiddenBelow: "narrow",
      cell: (item) => <Time at={item.expiresAt} />,
    },
    {
      id: "actions",
      title: "",
      width: "46px",
      cell: ({ key, version }) =>
        can("kv:write") && (
          <Menu
            label={`Actions for ${visibleLine(key)}`}
            items={[
              { title: "Edit", onSelect: () => open(key) },
              { title: "Remove", isDangerous: true, onSelect: () => remove(key, version) },
            ]}
          />
        ),
    },
  ];
  return (
    <section class="panel" aria-label="Keys">
      <header>
        <h2>Keys</h2>
        <div class="row push">
          <SearchField
            label="Keys that begin with"
            placeholder="Begins with"
            value={prefix.value}
            onChange={(value) => {
              prefix.value = value;
            }}
          />
          {can("kv:write") && <Button onClick={() => open(null)}>Add a key</Button>}
        </div>
      </header>
      <LoadedView loaded={keys.loaded.value}>
        {({ items, next }) => (
          <>
            <div class="scripts-keys-table">
              <Table<KvItemBody>
                label="Keys"
                rows={items}
                columns={columns}
                keyOf={({ key }) => key}
                onOpen={({ key }) => open(key)}
                empty={<EmptyState title="There is no key">A script keeps values by kv.put(key, value).</EmptyState>}
              />
            </div>
            {next !== null && <p class="body quiet">The first {MOST_KEYS}. Say what they begin with to see others.</p>}
          </>
        )}
      </LoadedView>
    </section>
  );
}
