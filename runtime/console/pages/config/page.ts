import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/config"],
  title: "Config",
  scope: "admin",
  order: 110,
  load: () => import("./config.tsx"),
};
