/** One user: the account, the phones that are registered, and the voicemail. */
import type { UserBody } from "../../../contract/resource-api.ts";
import { get } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { navigate } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { Menu } from "../../components/menu.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { MailboxPanel } from "./mailbox-panel.tsx";
import { Phones } from "./phones.tsx";
import { SetUpDialog } from "./set-up-dialogs.tsx";
import { EditUserDialog, PasswordDialog, RemoveUserDialog } from "./user-dialogs.tsx";

export function UserView({ name }: { readonly name: string }) {
  const user = useResource((signal) => get<UserBody>(path`/v1/users/${name}`, { signal }), [name]);
  const loaded = user.loaded.value;
  const reload = () => void user.reload();
  return (
    <>
      <PageHead title={name}>
        {loaded.state === "ready" && can("users:write") && !loaded.body.managed && (
          <Actions user={loaded.body} onDone={reload} />
        )}
      </PageHead>
      <div class="stack">
        <p>
          <a href="/users">All users</a>
        </p>
        <LoadedView loaded={loaded}>
          {(body) => (
            <>
              <Account user={body} />
              <Phones user={body} />
              {can("voicemail:read") && <MailboxPanel name={name} />}
            </>
          )}
        </LoadedView>
      </div>
    </>
  );
}

interface ActionsProps {
  readonly user: UserBody;
  onDone(): void;
}

function Actions({ user, onDone }: ActionsProps) {
  const common = { user, onDone };
  return (
    <>
      <Button onClick={() => showDialog((close) => <SetUpDialog {...common} onClose={close} />)}>Set up a phone</Button>
      <Button onClick={() => showDialog((close) => <EditUserDialog {...common} onClose={close} />)}>Edit</Button>
      <Menu
        label={`More actions for ${user.name}`}
        items={[
          {
            title: "Set the password …",
            onSelect: () => showDialog((close) => <PasswordDialog {...common} onClose={close} />),
          },
          {
            title: "Remove …",
            isDangerous: true,
            onSelect: () =>
              showDialog((close) => (
                <RemoveUserDialog user={user} onDone={() => void navigate("/users")} onClose={close} />
              )),
          },
        ]}
      />
    </>
  );
}

function Account({ user }: { readonly user: UserBody }) {
  return (
    <section class="panel">
      <header>
        <h2>Account</h2>
      </header>
      <div class="body stack">
        <dl class="facts">
          <dt>Address</dt>
          <dd class="mono">
            sip:{user.name}@{user.domain}
          </dd>
          <dt>Extension</dt>
          <dd>{user.extension ?? "–"}</dd>
          <dt>Display name</dt>
          <dd>{user.displayName ?? "–"}</dd>
        </dl>
        {user.managed && (
          <Notice kind="info">
            Declared in strowger.yaml: it is changed there, with its password, and read by a reload.
          </Notice>
        )}
      </div>
    </section>
  );
}
