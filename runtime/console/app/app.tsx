/** Nobody is signed in: the form; somebody is: the shell with a page, which waits hidden where their session has ended. */
import { useEffect } from "preact/hooks";
import { closeDialogs, DialogHost } from "../components/dialog-host.tsx";
import { Toasts } from "../components/toast.tsx";
import { place } from "./router.ts";
import { askForSession, ownerOf, session } from "./session.ts";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

export function App() {
  useEffect(() => void askForSession(), []);
  const now = session.value;
  const who = ownerOf(now);
  const { path } = place.value;
  useEffect(closeDialogs, [path]);
  return (
    <>
      {who !== null && (
        <div class="everything" key={`${who.type} ${who.name}`} hidden={now.state !== "in"}>
          <Shell session={who} />
          <DialogHost />
        </div>
      )}
      {now.state === "out" && <SignIn why={now.why} />}
      <Toasts />
    </>
  );
}
