/** All routes of the API, in the order in which they are tried. */
import type { Route } from "../route.ts";
import { callRoutes } from "./calls.ts";
import { cdrRoutes } from "./cdrs.ts";
import { deploymentRoutes } from "./deployments.ts";
import { feedRoutes } from "./feeds.ts";
import { operationRoutes } from "./operation.ts";
import { routeRoutes } from "./routes.ts";
import { scriptRoutes } from "./scripts.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { versionRoutes } from "./versions.ts";
import { voicemailRoutes } from "./voicemail.ts";

export const routes: readonly Route[] = [
  ...scriptRoutes,
  ...versionRoutes,
  ...deploymentRoutes,
  ...feedRoutes,
  ...callRoutes,
  ...userRoutes,
  ...routeRoutes,
  ...cdrRoutes,
  ...voicemailRoutes,
  ...tokenRoutes,
  ...operationRoutes,
];
