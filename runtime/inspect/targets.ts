/** What can be debugged, as `chrome://inspect` and editors ask for it: the endpoint `/json/list` of Node and Chrome. */
import type { InspectionTarget } from "../port/inspection.ts";

/** `host` is where the server is reached: `127.0.0.1:9229`. */
export function describeTarget({ id, ref, url }: InspectionTarget, host: string): Readonly<Record<string, string>> {
  const { script, version } = ref;
  return {
    id,
    type: "node",
    title: `${script} v${version}`,
    description: `version ${version} of the script ${script}`,
    url,
    webSocketDebuggerUrl: `ws://${host}/${id}`,
    devtoolsFrontendUrl: `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${host}/${id}`,
  };
}

export const PROTOCOL = { Browser: "strowger", "Protocol-Version": "1.3" } as const;
