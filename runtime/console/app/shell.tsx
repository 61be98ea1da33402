/** What is around each page: who is signed in, where one can go, whether the switch answers. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SessionBody } from "../../contract/console-api.ts";
import { connection } from "../api/connection.ts";
import { say } from "../components/toast.tsx";
import { LicencesLink } from "./licences-link.tsx";
import { Mark } from "./mark.tsx";
import { Outlet } from "./outlet.tsx";
import { maySee, pages } from "./pages.ts";
import { PersonMenu } from "./person-menu.tsx";
import { place } from "./router.ts";
import { nextTheme, theme } from "./theme.ts";
import "./shell.css";

export function Shell({ session }: { readonly session: SessionBody }) {
  const isOpen = useSignal(false);
  const { path } = place.value;
  // Whoever has chosen a page on a small screen wants to see it.
  useEffect(() => {
    isOpen.value = false;
  }, [path]);
  const fold = () => {
    isOpen.value = false;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape folds the navigation from wherever the focus is in it.
    <div class="shell" onKeyDown={(event) => event.key === "Escape" && fold()}>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <header class="top">
        <button
          type="button"
          class="icon-button fold"
          aria-label="Navigation"
          aria-expanded={isOpen.value}
          aria-controls="navigation"
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          ☰
        </button>
        <a class="brand" href="/">
          <Mark /> Strowger
        </a>
        <ConnectionState />
        <div class="push row">
          <ThemeSwitch />
          <PersonMenu session={session} />
        </div>
      </header>
      <Navigation isOpen={isOpen.value} path={path} />
      {isOpen.value && <div class="veil" aria-hidden="true" onClick={fold} />}
      <main id="page" tabIndex={-1}>
        <Outlet path={path} />
      </main>
    </div>
  );
}

function Navigation({ isOpen, path }: { readonly isOpen: boolean; readonly path: string }) {
  const shown = pages.filter((page) => page.order !== null && maySee(page));
  return (
    <nav id="navigation" aria-label="Pages" class={isOpen ? "open" : ""}>
      <ul>
        {shown.map(({ paths: [first], title }) => (
          <li key={first}>
            <a href={first} aria-current={isWithin(path, first) ? "page" : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
      <LicencesLink />
    </nav>
  );
}

const isWithin = (path: string, of: string): boolean => path === of || path.startsWith(`${of}/`);

function ThemeSwitch() {
  const change = () => {
    nextTheme();
    say(`Appearance: ${theme.value === "system" ? "as the system" : theme.value}`);
  };
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Appearance: ${theme.value}. Change`}
      title="Light, dark"
      onClick={change}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
      </svg>
    </button>
  );
}

/** The live region is there before it has something to say, or it would not be read. */
function ConnectionState() {
  const isLost = connection.value.state === "lost";
  return (
    <div role="status" class={isLost ? "lost" : ""}>
      {isLost && "Connection lost: what you see is not current. Trying again …"}
    </div>
  );
}
