/** Where a request goes next: back over a known flow, or wherever a URI leads (RFC 3263). */
import type { Flow } from "./transport/flow.ts";

export type Hop = { readonly type: "flow"; readonly flow: Flow } | { readonly type: "uri"; readonly uri: string };
