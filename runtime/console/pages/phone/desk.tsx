/** The phone itself: whom to call, what is up, and the keys. */
import { useSignal } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import { Badge, type Tone } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import type { Account } from "./account.ts";
import { targetOf } from "./address.ts";
import { CallView } from "./call-view.tsx";
import { Keypad } from "./keypad.tsx";
import { LastCall } from "./last-call.tsx";
import type { Phone } from "./phone.ts";
import type { PhoneState, Registration } from "./phone-state.ts";
import { ProblemText } from "./problem-text.tsx";

interface DeskProps {
  readonly phone: Phone;
  readonly account: Account;
  readonly state: PhoneState;
}

export function Desk({ phone, account, state }: DeskProps) {
  const { registration, call, last } = state;
  const typed = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const dial = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const target = targetOf(typed.value, account.domain);
    problem.value = target === null ? "Type a name, a number, or a SIP URI." : undefined;
    if (target !== null) void phone.call(target, typed.value.trim());
  };
  const isUp = call?.phase === "up";
  return (
    <div class="phone-desk">
      <section class="panel">
        <header>
          <h2 class="wrap">
            {account.user}
            <span class="quiet">@{account.domain}</span>
          </h2>
          <span class="push" role="status">
            <RegistrationBadge registration={registration} />
          </span>
        </header>
        <div class="body stack">
          {registration.state === "connecting" && registration.problem !== null && (
            <Notice kind="warn">
              <ProblemText problem={registration.problem} /> The phone tries again by itself.
            </Notice>
          )}
          {call === null && (
            <form class="phone-dial" onSubmit={dial}>
              <TextField
                label="Name or number"
                required
                maxLength={256}
                value={typed.value}
                problem={problem.value}
                onInput={(value) => {
                  typed.value = value;
                  problem.value = undefined;
                }}
              />
              <Button kind="primary" type="submit" disabled={registration.state !== "registered"}>
                Call
              </Button>
            </form>
          )}
          {call === null && registration.state === "registered" && (
            <p class="small quiet">Calls to {account.user} ring here as long as this page is open.</p>
          )}
          {call !== null && <CallView phone={phone} call={call} account={account} />}
          <Keypad
            disabled={call !== null && !isUp}
            onPress={(key) => {
              if (isUp) phone.press(key);
              else typed.value += key;
            }}
          />
          {isUp && call.keys !== "" && (
            <p class="small quiet wrap">
              Pressed: <span class="mono">{call.keys}</span>
            </p>
          )}
        </div>
      </section>
      {call === null && last !== null && <LastCall key={last.callId} last={last} user={account.user} />}
    </div>
  );
}

const WORDS: Readonly<Record<Registration["state"], readonly [Tone, string]>> = {
  off: ["neutral", "Off"],
  connecting: ["warn", "Signing on …"],
  registered: ["good", "Registered"],
  failed: ["bad", "Not registered"],
};

function RegistrationBadge({ registration }: { readonly registration: Registration }) {
  const [tone, text] = WORDS[registration.state];
  return <Badge tone={tone}>{text}</Badge>;
}
