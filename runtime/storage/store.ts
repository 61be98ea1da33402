/** The store port on named operations: the same for every database. */
import type { Outage } from "../base/outage.ts";
import type { Store } from "../port/store.ts";
import { BindingWriter } from "./binding-writer.ts";
import { parseCdrQuery, toCdrPage } from "./cdr-search.ts";
import { CdrWriter } from "./cdr-writer.ts";
import { createConsoleStore } from "./console-store.ts";
import { createGuardStore } from "./guard-store.ts";
import { createMessageStore } from "./message-store.ts";
import type { RunOperation } from "./operations.ts";
import { createPolicyStore } from "./policy-store.ts";
import { createScheduleStore } from "./schedule-store.ts";
import { createScriptDataStore } from "./script-data-store.ts";
import { createTrunkStore } from "./trunk-store.ts";
import { createMailStore, createVoicemailStore } from "./voicemail-store.ts";

export function createStore(
  run: RunOperation,
  {
    snapshot,
    health,
    close,
  }: Pick<Store, "snapshot" | "close"> & { readonly health: Pick<Outage, "isFailing" | "failures"> },
): Store {
  const cdrs = new CdrWriter((json) => run("cdrs.addAll", json));
  const bindings = new BindingWriter((json) => run("bindings.replaceAll", json));
  return {
    users: {
      all: () => run("users.all"),
      put: (user) => run("users.put", user),
      remove: (domain, name) => run("users.remove", domain, name),
    },
    bindings: {
      all: (now) => {
        bindings.flush();
        return run("bindings.all", now);
      },
      replace: (domain, user, rows) => bindings.replace(domain, user, rows),
    },
    routes: {
      all: () => run("routes.all"),
      put: (...routes) => run("routes.put", routes),
      remove: (name) => run("routes.remove", name),
    },
    scripts: {
      versions: (script) => run("scripts.versions", script),
      files: (script, version) => run("scripts.files", script, version),
      addVersion: (version, files) => run("scripts.addVersion", version, files),
      deployments: (script) => run("scripts.deployments", script),
      addDeployment: (deployment, secrets) => run("scripts.addDeployment", deployment, secrets),
      remove: (script) => run("scripts.remove", script),
      removeVersions: (script, versions) => run("scripts.removeVersions", script, versions),
      trimDeployments: (script, first) => run("scripts.trimDeployments", script, first),
    },
    cdrs: {
      add: (cdr) => cdrs.add(cdr),
      trim: (before, keep, most) => run("cdrs.trim", before, keep, most),
      // What has ended is found, also where it has not been written yet: writes go before reads.
      get: (id) => {
        cdrs.flush();
        return run("cdrs.get", id);
      },
      search: async (query) => {
        const search = parseCdrQuery(query);
        cdrs.flush();
        return toCdrPage(await run("cdrs.search", search), search.limit);
      },
      ofParty: (domain, name) => {
        cdrs.flush();
        return run("cdrs.ofParty", domain, name);
      },
      redact: (domain, name) => {
        cdrs.flush();
        return run("cdrs.redact", domain, name);
      },
    },
    tokens: {
      all: () => run("tokens.all"),
      put: (token) => run("tokens.put", token),
      remove: (id) => run("tokens.remove", id),
    },
    audit: {
      add: (record) => run("audit.add", record),
      search: (query) => run("audit.search", query),
      trim: (before, keep) => run("audit.trim", before, keep),
    },
    trunks: createTrunkStore(run),
    schedules: createScheduleStore(run),
    policies: createPolicyStore(run),
    voicemail: createVoicemailStore(run),
    mails: createMailStore(run),
    messages: createMessageStore(run),
    guard: createGuardStore(run),
    console: createConsoleStore(run),
    scriptData: createScriptDataStore(run),
    settings: {
      get: (name) => run("settings.get", name),
      put: (name, value) => run("settings.put", name, value),
    },
    health: {
      get isFailing() {
        return health.isFailing;
      },
      get failures() {
        return health.failures;
      },
      get waiting() {
        return cdrs.waiting;
      },
    },
    snapshot(target) {
      cdrs.flush();
      bindings.flush();
      return snapshot(target);
    },
    close() {
      cdrs.close();
      bindings.flush();
      return close();
    },
  };
}
