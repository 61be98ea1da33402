import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/trunks"],
  title: "Trunks",
  scope: "trunks:read",
  order: 60,
  load: () => import("./trunks.tsx"),
};
