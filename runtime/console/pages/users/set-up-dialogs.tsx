/** Sets up a phone by a link that works once: as a QR code, and as an account to be typed in. */
import { useSignal } from "@preact/signals";
import type { ProvisioningBody } from "../../../contract/provisioning-api.ts";
import { send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { Button } from "../../components/button.tsx";
import { Dialog, FormDialog } from "../../components/dialog.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { Notice } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { QrCode } from "./qr-code.tsx";
import type { UserDialogProps } from "./user-dialogs.tsx";

export function SetUpDialog({ user, onDone, onClose }: UserDialogProps) {
  const make = async () => {
    const made = await send<ProvisioningBody>("POST", path`/v1/users/${user.name}/provisioning`, {});
    showDialog((close) => <LinkDialog made={made} onClose={close} />);
    onDone(user.name);
  };
  return (
    <FormDialog title={`Set up a phone for ${user.name}`} action="Make the link" onClose={onClose} onSubmit={make}>
      <p>The link gives a phone the account of {user.name} with a new password. It works once, and for 15 minutes.</p>
      <Notice kind="warn">
        Other phones of {user.name} need the new password as well: they are refused at their next registration.
      </Notice>
    </FormDialog>
  );
}

function LinkDialog({ made, onClose }: { readonly made: ProvisioningBody; onClose(): void }) {
  const isShown = useSignal(false);
  const { url, expiresAt, account, warnings } = made;
  return (
    <Dialog title={`A phone for ${account.user}`} onClose={onClose}>
      <div class="body stack">
        {warnings.map((text) => (
          <Notice key={text} kind="warn">
            {text}
          </Notice>
        ))}
        <p>
          In Linphone: <strong>Fetch remote configuration</strong>, and scan this. Works once, until{" "}
          <Time at={expiresAt} />.
        </p>
        <QrCode text={url} label={`QR code of the link that sets up a phone for ${account.user}`} />
        <p class="small">
          <code class="wrap">{url}</code>
        </p>
        <h3>Any other phone</h3>
        <dl class="facts">
          <dt>User</dt>
          <dd>{account.user}</dd>
          <dt>Domain</dt>
          <dd>{account.domain}</dd>
          <dt>Server</dt>
          <dd>{account.server}</dd>
          <dt>Password</dt>
          <dd>
            {isShown.value ? (
              <code class="wrap">{account.password}</code>
            ) : (
              <Button
                onClick={() => {
                  isShown.value = true;
                }}
              >
                Show, this once
              </Button>
            )}
          </dd>
        </dl>
      </div>
      <footer>
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}
