/** The call that is there: who, what it is doing, and what can be done. */
import { useSignal } from "@preact/signals";
import { Badge, type Tone } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { FormDialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { Duration } from "../../components/time.tsx";
import type { Account } from "./account.ts";
import { targetOf } from "./address.ts";
import type { Phone } from "./phone.ts";
import type { Call } from "./phone-state.ts";
import { PictureLink } from "./picture-link.tsx";
import { ProblemText } from "./problem-text.tsx";
import { phaseText } from "./words.ts";

interface CallViewProps {
  readonly phone: Phone;
  readonly call: Call;
  readonly account: Account;
}

export function CallView({ phone, call, account }: CallViewProps) {
  const isTransferring = useSignal(false);
  const isRingingHere = call.direction === "incoming" && call.phase === "ringing";
  const isUp = call.phase === "up";
  return (
    <section class={isRingingHere ? "phone-call ringing" : "phone-call"} aria-label="Call">
      <div class="row">
        <strong class="phone-party wrap">{call.party}</strong>
        <span class="push" role="status">
          <Badge tone={toneOf(call)}>{phaseText(call)}</Badge>
        </span>
      </div>
      <p class="row small quiet">
        {call.direction === "incoming" ? "Incoming" : "Outgoing"}
        {call.answeredAt !== null && <Duration since={call.answeredAt} />}
        {call.callId !== null && <PictureLink callId={call.callId} user={account.user} phase={call.phase} />}
      </p>
      <div class="row">
        {isRingingHere && (
          <Button kind="primary" onClick={() => void phone.answer()}>
            Answer
          </Button>
        )}
        {isUp && (
          <>
            <Button aria-pressed={call.isHeldHere} onClick={() => phone.hold(!call.isHeldHere)}>
              {call.isHeldHere ? "Resume" : "Hold"}
            </Button>
            <Button aria-pressed={call.isMuted} onClick={() => phone.mute(!call.isMuted)}>
              {call.isMuted ? "Unmute" : "Mute"}
            </Button>
            <Button
              isBusy={call.transfer.state === "asked"}
              onClick={() => {
                isTransferring.value = true;
              }}
            >
              Transfer
            </Button>
          </>
        )}
        <Button kind="danger" onClick={() => phone.hangUp()}>
          {isRingingHere ? "Decline" : "Hang up"}
        </Button>
      </div>
      {call.transfer.state === "asked" && <p role="status">Handing on to {call.transfer.target} …</p>}
      {call.transfer.state === "failed" && (
        <Notice kind="bad">
          Not handed on to {call.transfer.target}: <ProblemText problem={call.transfer.problem} />
        </Notice>
      )}
      {isTransferring.value && (
        <FormDialog
          title="Transfer"
          action="Transfer"
          onClose={() => {
            isTransferring.value = false;
          }}
          onSubmit={async (form) => {
            const typed = String(form.get("target") ?? "").trim();
            const target = targetOf(typed, account.domain);
            if (target === null) throw new Error("Type a name, a number, or a SIP URI.");
            phone.transfer(target, typed);
          }}
        >
          <TextField
            name="target"
            label="Name or number"
            required
            maxLength={256}
            hint={`${call.party} talks to them from then on, and this phone is out of the call.`}
          />
        </FormDialog>
      )}
    </section>
  );
}

function toneOf(call: Call): Tone {
  if (call.phase !== "up") return "info";
  return call.isHeldHere || call.isHeldThere || call.isMuted ? "warn" : "good";
}
