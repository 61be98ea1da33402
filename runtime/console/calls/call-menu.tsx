/** What can be done with a call that is up. */
import type { CallBody } from "../../contract/call-api.ts";
import { can } from "../app/session.ts";
import { showDialog } from "../components/dialog-host.tsx";
import { Menu, type MenuItem } from "../components/menu.tsx";
import { say, sayProblem } from "../components/toast.tsx";
import { decide } from "./decide.ts";
import { HangUpDialog } from "./hang-up-dialog.tsx";
import { SendDecisionDialog } from "./send-decision-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

export function CallMenu({ call }: { readonly call: CallBody }) {
  if (!can("calls:write") || call.state === "ended") return null;
  const record = (action: "start" | "stop") => () =>
    decide(call.id, { type: "recordCall", action }).then(
      () => say(action === "start" ? "The call is recorded." : "The recording has stopped."),
      sayProblem,
    );
  const connected: readonly MenuItem[] = [
    { title: "Transfer …", onSelect: () => showDialog((close) => <TransferDialog call={call} onClose={close} />) },
    { title: "Start recording", onSelect: record("start") },
    { title: "Stop recording", onSelect: record("stop") },
  ];
  const decision = () => showDialog((close) => <SendDecisionDialog call={call} onClose={close} />);
  const hangUp = () => showDialog((close) => <HangUpDialog call={call} onClose={close} />);
  const items: readonly MenuItem[] = [
    ...(call.state === "answered" ? connected : []),
    { title: "Send a decision …", onSelect: decision },
    { title: "Hang up …", isDangerous: true, onSelect: hangUp },
  ];
  return <Menu label={`Actions for the call from ${call.from} to ${call.to}`} items={items} />;
}
