import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/voicemail", "/voicemail/:mailbox"],
  title: "Voicemail",
  scope: "voicemail:read",
  order: 70,
  stateOf: () => "",
  load: () => import("./voicemail.tsx"),
};
