import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/bans"],
  title: "Bans",
  scope: "guard:read",
  order: 90,
  load: () => import("./bans.tsx"),
};
