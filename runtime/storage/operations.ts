/** Every query of the store by name: what a worker thread is sent, and what another driver would call directly. */
import type { Database } from "./schema.ts";
import { addAudit, searchAudit, trimAudit } from "./table/audit.ts";
import { liveBindings, replaceBindings } from "./table/bindings.ts";
import { cdrsOfParty, redactCdrs } from "./table/cdr-redaction.ts";
import { addCdrs, findCdr, searchCdrs, trimCdrs } from "./table/cdrs.ts";
import {
  allConsoleSessions,
  allConsoleUsers,
  putConsoleSession,
  putConsoleUser,
  removeConsoleSessions,
  removeConsoleUser,
} from "./table/console.ts";
import { allGuardSources, putGuardSources, removeGuardSources } from "./table/guard.ts";
import { findKv, kvEntries, kvKeys } from "./table/kv.ts";
import { clearKv, incrementKv, putKv, removeKv, sweepKv } from "./table/kv-writes.ts";
import { dueMails, nextMailAttempt, putMail, removeMail } from "./table/mail-queue.ts";
import {
  addMessage,
  messageContent,
  messageHeads,
  removeMessages,
  settledMessages,
  settleMessage,
  trimMessages,
} from "./table/messages.ts";
import { allPolicies, allPolicyUsage, putPolicy, putPolicyUsage, removePolicy } from "./table/policies.ts";
import { allRoutes, putRoutes, removeRoute } from "./table/routes.ts";
import {
  allSchedules,
  forgetScheduleMarks,
  putScheduleMark,
  replaceSchedules,
  scheduleMarks,
} from "./table/schedules.ts";
import { allEnvironments, putEnvironment, removeScriptData } from "./table/script-data.ts";
import {
  addDeployment,
  addScriptVersion,
  removeScript,
  removeScriptVersions,
  scriptDeployments,
  scriptFiles,
  scriptVersions,
  trimDeployments,
} from "./table/scripts.ts";
import { changeSecrets, countSecrets, findSecret, listSecrets } from "./table/secrets.ts";
import { findSetting, putSetting } from "./table/settings.ts";
import { allTokens, putToken, removeToken } from "./table/tokens.ts";
import { allTrunks, putTrunk, removeTrunk } from "./table/trunks.ts";
import { allUsers, putUser, removeUser } from "./table/users.ts";
import {
  addVoicemail,
  findVoicemail,
  mailboxSettings,
  moveVoicemail,
  outdatedVoicemails,
  putMailboxSettings,
  removeMailboxSettings,
  removeVoicemail,
  searchVoicemails,
  transcribedVoicemail,
  untranscribedVoicemails,
  voicemailCounts,
  voicemailIds,
  voicemailsLeftBy,
} from "./table/voicemails.ts";

const reads = {
  "users.all": allUsers,
  "bindings.all": liveBindings,
  "routes.all": allRoutes,
  "trunks.all": allTrunks,
  "scripts.versions": scriptVersions,
  "scripts.files": scriptFiles,
  "scripts.deployments": scriptDeployments,
  "cdrs.search": searchCdrs,
  "cdrs.get": findCdr,
  "cdrs.ofParty": cdrsOfParty,
  "tokens.all": allTokens,
  "audit.search": searchAudit,
  "settings.get": findSetting,
  "kv.get": findKv,
  "kv.keys": kvKeys,
  "kv.entries": kvEntries,
  "secrets.count": countSecrets,
  "secrets.get": findSecret,
  "secrets.list": listSecrets,
  "environments.all": allEnvironments,
  "schedules.all": allSchedules,
  "schedules.marks": scheduleMarks,
  "policies.all": allPolicies,
  "policies.usage": allPolicyUsage,
  "voicemail.settings": mailboxSettings,
  "voicemail.counts": voicemailCounts,
  "voicemail.get": findVoicemail,
  "voicemail.search": searchVoicemails,
  "voicemail.ids": voicemailIds,
  "voicemail.leftBy": voicemailsLeftBy,
  "voicemail.outdated": outdatedVoicemails,
  "voicemail.untranscribed": untranscribedVoicemails,
  "console.users": allConsoleUsers,
  "console.sessions": allConsoleSessions,
  "guard.all": allGuardSources,
  "messages.heads": messageHeads,
  "messages.settled": settledMessages,
  "messages.content": messageContent,
  "mails.due": dueMails,
  "mails.nextAttemptAt": nextMailAttempt,
};

/** Each is all or nothing: whoever runs one puts a transaction or a savepoint around it. */
const writes = {
  "users.put": putUser,
  "users.remove": removeUser,
  "bindings.replaceAll": replaceBindings,
  "routes.put": putRoutes,
  "routes.remove": removeRoute,
  "trunks.put": putTrunk,
  "trunks.remove": removeTrunk,
  "scripts.addVersion": addScriptVersion,
  "scripts.addDeployment": addDeployment,
  "scripts.remove": removeScript,
  "scripts.removeVersions": removeScriptVersions,
  "scripts.trimDeployments": trimDeployments,
  "cdrs.addAll": addCdrs,
  "cdrs.redact": redactCdrs,
  "cdrs.trim": trimCdrs,
  "tokens.put": putToken,
  "tokens.remove": removeToken,
  "audit.add": addAudit,
  "audit.trim": trimAudit,
  "settings.put": putSetting,
  "kv.put": putKv,
  "kv.increment": incrementKv,
  "kv.remove": removeKv,
  "kv.clear": clearKv,
  "kv.sweep": sweepKv,
  "secrets.change": changeSecrets,
  "environments.put": putEnvironment,
  "scriptData.remove": removeScriptData,
  "schedules.replace": replaceSchedules,
  "schedules.mark": putScheduleMark,
  "schedules.forget": forgetScheduleMarks,
  "policies.put": putPolicy,
  "policies.remove": removePolicy,
  "policies.putUsage": putPolicyUsage,
  "voicemail.putSettings": putMailboxSettings,
  "voicemail.removeSettings": removeMailboxSettings,
  "voicemail.add": addVoicemail,
  "voicemail.move": moveVoicemail,
  "voicemail.remove": removeVoicemail,
  "voicemail.transcribed": transcribedVoicemail,
  "console.putUser": putConsoleUser,
  "console.removeUser": removeConsoleUser,
  "console.putSession": putConsoleSession,
  "console.removeSessions": removeConsoleSessions,
  "guard.put": putGuardSources,
  "guard.remove": removeGuardSources,
  "messages.add": addMessage,
  "messages.settle": settleMessage,
  "messages.remove": removeMessages,
  "messages.trim": trimMessages,
  "mails.put": putMail,
  "mails.remove": removeMail,
};

type Operations = typeof reads & typeof writes;
export type OperationName = keyof Operations;
type Rest<Parameters> = Parameters extends [Database, ...infer Args] ? Args : never;
export type OperationArgs<Name extends OperationName> = Rest<Parameters<Operations[Name]>>;
export type OperationValue<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>;

/** Runs an operation wherever the database is. */
export type RunOperation = <Name extends OperationName>(
  name: Name,
  ...args: OperationArgs<Name>
) => Promise<OperationValue<Name>>;

export function isWrite(name: OperationName): boolean {
  return Object.hasOwn(writes, name);
}

/** Runs an operation on this connection. `args` were checked against `OperationArgs` where they were given. */
export function runOperation(db: Database, name: OperationName, args: readonly unknown[]): Promise<unknown> {
  // The types of name and arguments were tied together by `RunOperation`; on this side of the thread they are plain data.
  const operation = { ...reads, ...writes }[name] as (db: Database, ...args: readonly unknown[]) => Promise<unknown>;
  return operation(db, ...args);
}
