/** The console begins here. */
import { render } from "preact";
import { App } from "./app/app.tsx";
import { startKeys } from "./app/keys.ts";
import { startRouter } from "./app/router.ts";
import { startStaying } from "./app/session.ts";
import { startTheme } from "./app/theme.ts";
import "./styles/base.css";
import "./components/components.css";

const root = document.getElementById("console");
if (root === null) throw new Error("The page has no element with the id console.");
startTheme();
startRouter();
startKeys();
startStaying();
render(<App />, root);
