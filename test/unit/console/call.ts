import type { CallBody } from "../../../runtime/contract/call-api.ts";

export function call(changes: Partial<CallBody> = {}): CallBody {
  return {
    id: "c1",
    domain: "example.com",
    direction: "inbound",
    state: "answered",
    from: "sip:alice@example.com",
    to: "sip:200@example.com",
    user: "alice",
    trunk: null,
    script: "desk",
    version: 3,
    route: "all",
    startedAt: "2026-03-05T14:00:00.000Z",
    ringingAt: null,
    answeredAt: null,
    seconds: 0,
    legs: [],
    tags: {},
    ...changes,
  };
}
