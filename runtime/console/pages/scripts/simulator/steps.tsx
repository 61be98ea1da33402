import { useSignal } from "@preact/signals";
import type { SimulationBody } from "../../../../contract/simulation-session-api.ts";
import { Button } from "../../../components/button.tsx";
import type { Step } from "./session.ts";

interface StepsProps {
  readonly simulation: SimulationBody;
  readonly isBusy: boolean;
  onStep(step: Step): void;
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const CALLER = "caller";
const SPOKEN_SECONDS = 3;

/** What can be done now. */
export function Steps({ simulation, isBusy, onStep }: StepsProps) {
  const seconds = useSignal(10);
  const { isOver, ringing, talkingTo, takesKeys, isRecording } = simulation;
  if (isOver) return null;
  return (
    <section class="scripts-steps" aria-label="What happens next">
      {ringing.map((who) => (
        <div key={who} class="row">
          <Button disabled={isBusy} onClick={() => onStep({ type: "answer", who })}>
            {who} answers
          </Button>
          <Button disabled={isBusy} onClick={() => onStep({ type: "reject", who })}>
            {who} is busy
          </Button>
        </div>
      ))}
      {takesKeys && (
        <section class="scripts-keys" aria-label="Keys">
          {KEYS.map((keys) => (
            <Button key={keys} disabled={isBusy} onClick={() => onStep({ type: "press", keys })}>
              {keys}
            </Button>
          ))}
        </section>
      )}
      {isRecording && (
        <Button disabled={isBusy} onClick={() => onStep({ type: "speak", seconds: SPOKEN_SECONDS })}>
          The caller speaks for {SPOKEN_SECONDS} s
        </Button>
      )}
      <div class="row">
        <input
          type="number"
          aria-label="Seconds to wait"
          min={0}
          max={3600}
          value={seconds.value}
          onInput={(event) => {
            seconds.value = Math.min(3600, Math.max(0, Number(event.currentTarget.value) || 0));
          }}
        />
        <Button disabled={isBusy} onClick={() => onStep({ type: "wait", seconds: seconds.value })}>
          Wait {seconds.value} s
        </Button>
        <Button disabled={isBusy} onClick={() => onStep({ type: "finish" })}>
          To the end
        </Button>
      </div>
      <div class="row">
        <Button disabled={isBusy} onClick={() => onStep({ type: "hangUp", who: CALLER })}>
          The caller hangs up
        </Button>
        {talkingTo !== null && (
          <Button disabled={isBusy} onClick={() => onStep({ type: "hangUp", who: talkingTo })}>
            {talkingTo} hangs up
          </Button>
        )}
      </div>
    </section>
  );
}
