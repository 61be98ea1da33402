/** All scripts, or one of them. */
import type { PageProps } from "../../app/pages.ts";
import { ScriptList } from "./list.tsx";
import { ScriptPage } from "./script.tsx";
import "./scripts.css";

export default function Scripts({ params: { name } }: PageProps) {
  return name === undefined ? <ScriptList /> : <ScriptPage name={name} />;
}
