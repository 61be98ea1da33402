/** A phone in the browser, to try a script with. It is registered as long as this page is open. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLeaveGuard } from "../../app/router.ts";
import { session } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Account, keepAccount, keptAccount } from "./account.ts";
import { AccountForm } from "./account-form.tsx";
import { Desk } from "./desk.tsx";
import { Phone } from "./phone.ts";
import { soundOf } from "./phone-state.ts";
import { ProblemText } from "./problem-text.tsx";
import { INSECURE } from "./problems.ts";
import { sound } from "./sound.ts";
import "./phone.css";

export default function PhonePage() {
  const signedIn = session.value;
  const by = signedIn.state === "in" ? `${signedIn.session.type} ${signedIn.session.name}` : "";
  const account = useSignal<Account | null>(keptAccount(by));
  const phone = useSignal<Phone | null>(null);
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (account.value === null || audio.current === null) return;
    const made = new Phone(account.value, audio.current);
    phone.value = made;
    const end = () => made.end();
    addEventListener("pagehide", end);
    addEventListener("pageshow", beginAnew);
    return () => {
      removeEventListener("pagehide", end);
      removeEventListener("pageshow", beginAnew);
      end();
    };
  }, [account.value]);

  const state = account.value === null ? undefined : phone.value?.state.value;
  const wanted = state === undefined ? null : soundOf(state);
  useEffect(() => (wanted === null ? undefined : sound(wanted)), [wanted]);
  useLeaveGuard(state?.call != null, mayLeave);

  const signOff = () => {
    keepAccount(null, by);
    account.value = null;
  };
  const isOut = account.value === null || (state?.registration.state === "failed" && state.call === null);
  return (
    <>
      <PageHead title="Phone">{!isOut && state?.call === null && <Button onClick={signOff}>Sign off</Button>}</PageHead>
      {/* biome-ignore lint/a11y/useMediaCaption: there are no captions of a call. */}
      <audio ref={audio} autoplay aria-label="The other side of the call" hidden />
      <div class="stack phone-page">
        {!isSecureContext && <Notice kind="warn">{INSECURE}</Notice>}
        {state?.registration.state === "failed" && (
          <Notice kind="bad">
            The switch has not taken {account.value?.user} in: <ProblemText problem={state.registration.problem} />
          </Notice>
        )}
        {isOut ? (
          <AccountForm
            before={account.value}
            onReady={(typed) => {
              keepAccount(typed, by);
              account.value = typed;
            }}
          />
        ) : (
          state !== undefined &&
          account.value !== null &&
          phone.value !== null && <Desk phone={phone.value} account={account.value} state={state} />
        )}
      </div>
    </>
  );
}

/** A page that the browser has kept, and shows again, has a phone that has ended. */
function beginAnew({ persisted }: PageTransitionEvent): void {
  if (persisted) location.reload();
}

function mayLeave(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  showDialog((close) => (
    <ConfirmDialog
      title="Leave the phone?"
      action="Hang up and leave"
      onConfirm={async () => resolve(true)}
      onClose={() => {
        resolve(false);
        close();
      }}
    >
      <p>The call ends with this page.</p>
    </ConfirmDialog>
  ));
  return promise;
}
