/** All routes of the API, in the order in which they are tried. */
import type { Route } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backup.ts";
import { callRoutes } from "./calls.ts";
import { cdrRoutes } from "./cdrs.ts";
import { consoleUserRoutes } from "./console-users.ts";
import { deploymentRoutes } from "./deployments.ts";
import { drainRoutes } from "./drain.ts";
import { feedRoutes } from "./feeds.ts";
import { guardRoutes } from "./guard.ts";
import { journalRoutes } from "./journal.ts";
import { kvRoutes } from "./kv.ts";
import { messageRoutes } from "./messages.ts";
import { operationRoutes } from "./operation.ts";
import { policyRoutes } from "./policies.ts";
import { provisioningRoutes } from "./provisioning.ts";
import { recordingRoutes } from "./recordings.ts";
import { redactionRoutes } from "./redactions.ts";
import { routeRoutes } from "./routes.ts";
import { scheduleRoutes } from "./schedules.ts";
import { schemaRoutes } from "./schemas.ts";
import { scriptRoutes } from "./scripts.ts";
import { environmentRoutes, secretRoutes } from "./secrets.ts";
import { sessionRoutes } from "./session.ts";
import { simulateRoutes } from "./simulate.ts";
import { simulationRoutes } from "./simulations.ts";
import { tokenRoutes } from "./tokens.ts";
import { trunkRoutes } from "./trunks.ts";
import { upgradeRoutes } from "./upgrade.ts";
import { userRoutes } from "./users.ts";
import { versionRoutes } from "./versions.ts";
import { voicemailRoutes } from "./voicemail.ts";

export const routes: readonly Route[] = [
  ...scriptRoutes,
  ...versionRoutes,
  ...simulateRoutes,
  ...simulationRoutes,
  ...deploymentRoutes,
  ...kvRoutes,
  ...secretRoutes,
  ...environmentRoutes,
  ...scheduleRoutes,
  ...policyRoutes,
  ...guardRoutes,
  ...redactionRoutes,
  ...feedRoutes,
  ...callRoutes,
  ...recordingRoutes,
  ...journalRoutes,
  ...userRoutes,
  ...provisioningRoutes,
  ...messageRoutes,
  ...routeRoutes,
  ...trunkRoutes,
  ...cdrRoutes,
  ...voicemailRoutes,
  ...tokenRoutes,
  ...sessionRoutes,
  ...consoleUserRoutes,
  ...auditRoutes,
  ...operationRoutes,
  ...drainRoutes,
  ...upgradeRoutes,
  ...backupRoutes,
  ...schemaRoutes,
];
