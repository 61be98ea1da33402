import { Notice } from "../../components/notice.tsx";
import type { EndedCall } from "./phone-state.ts";
import { PictureLink } from "./picture-link.tsx";
import { ProblemText } from "./problem-text.tsx";
import { endingText } from "./words.ts";

/** How the call before has ended. */
export function LastCall({ last, user }: { readonly last: EndedCall; readonly user: string }) {
  const { party, callId, ending } = last;
  return (
    <section class="panel">
      <header>
        <h2 class="wrap">Last call: {party}</h2>
      </header>
      <div class="body stack">
        {ending.type === "failed" ? (
          <Notice kind="bad">
            <ProblemText problem={ending.problem} />
          </Notice>
        ) : (
          <p role="status">{endingText(ending)}</p>
        )}
        {callId !== null && <PictureLink callId={callId} user={user} phase="ended" />}
      </div>
    </section>
  );
}
