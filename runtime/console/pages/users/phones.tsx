import type { RegistrationBody, UserBody } from "../../../contract/resource-api.ts";
import { getAll } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../app/session.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { Time } from "../../components/time.tsx";
import { isBehindNat } from "./nat.ts";
import { UnregisterDialog } from "./user-dialogs.tsx";

const EVERY_MS = 5_000;

/** The phones of a user that are registered now. */
export function Phones({ user }: { readonly user: UserBody }) {
  const phones = useResource(
    (signal) => getAll<RegistrationBody>("/v1/registrations", { query: { user: user.name }, signal }),
    [user.name],
    { everyMs: EVERY_MS },
  );
  const loaded = phones.loaded.value;
  const remove = () =>
    showDialog((close) => <UnregisterDialog user={user} onDone={() => void phones.reload()} onClose={close} />);
  return (
    <section class="panel" aria-label="Phones">
      <header>
        <h2>Phones</h2>
        {loaded.state === "ready" && loaded.body.length > 0 && can("users:write") && (
          <span class="push">
            <Button onClick={remove}>Remove registrations</Button>
          </span>
        )}
      </header>
      <LoadedView loaded={loaded}>
        {(body) =>
          body.length === 0 ? (
            <EmptyState title="No phone is registered">
              It appears here once it signs on with the user's name and password.
            </EmptyState>
          ) : (
            <ul class="users-phones">
              {body.map((phone) => (
                <li key={`${phone.contact} ${phone.instance} ${phone.regId}`}>
                  <Phone phone={phone} />
                </li>
              ))}
            </ul>
          )
        }
      </LoadedView>
    </section>
  );
}

function Phone({ phone }: { readonly phone: RegistrationBody }) {
  const nat = isBehindNat(phone);
  return (
    <>
      <h3 class="row">
        <span class="wrap">{phone.userAgent ?? "A phone that does not say what it is"}</span>
        <Badge tone={phone.transport === "tls" || phone.transport === "wss" ? "good" : "neutral"}>
          {phone.transport.toUpperCase()}
        </Badge>
        {nat === true && <Badge tone="info">behind a NAT</Badge>}
      </h3>
      <dl class="facts">
        <dt>Contact</dt>
        <dd class="mono">{phone.contact}</dd>
        <dt>Seen at</dt>
        <dd class="mono">{phone.source}</dd>
        <dt>Registered</dt>
        <dd>
          <Time at={phone.registeredAt} />, expires <Time at={phone.expiresAt} />
        </dd>
        {phone.path.length > 0 && (
          <>
            <dt>By way of</dt>
            <dd class="mono">{phone.path.join(", ")}</dd>
          </>
        )}
        {phone.gruu !== null && (
          <>
            <dt>GRUU</dt>
            <dd class="mono">{phone.gruu}</dd>
          </>
        )}
      </dl>
    </>
  );
}
