/** What the HTTP API is built from: ports of the other rooms, and what the routes share among themselves. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Audit } from "../port/audit.ts";
import type { Backups } from "../port/backup.ts";
import type { BudgetAdmin } from "../port/budget.ts";
import type { ConfigView } from "../port/config-view.ts";
import type { Deployments } from "../port/deployment.ts";
import type { DrainAdmin } from "../port/drain.ts";
import type { EventSimulations } from "../port/event-simulation.ts";
import type { Feeds } from "../port/feed.ts";
import type { GuardAdmin } from "../port/guard.ts";
import type { HttpTls } from "../port/http-tls.ts";
import type { HttpUpgrade } from "../port/http-upgrade.ts";
import type { Journal } from "../port/journal.ts";
import type { Mailboxes } from "../port/mailbox.ts";
import type { PolicyAdmin } from "../port/policy.ts";
import type { Recordings } from "../port/recordings.ts";
import type { Redactions } from "../port/redaction.ts";
import type { Replays } from "../port/replay.ts";
import type { ScheduleAdmin } from "../port/schedule.ts";
import type { ScriptData } from "../port/script-data.ts";
import type { ScriptStats } from "../port/script-stats.ts";
import type { SimulationSessions } from "../port/simulation-session.ts";
import type { Store } from "../port/store.ts";
import type { CallControl, RegistrationAdmin, RouteAdmin, UserAdmin } from "../port/switch.ts";
import type { TextMessages } from "../port/text-message.ts";
import type { TokenAuthority } from "../port/token.ts";
import type { TrunkAdmin } from "../port/trunk.ts";
import type { UpgradeAdmin } from "../port/upgrade.ts";
import type { Console } from "./console/console.ts";
import type { SignIn } from "./console/sign-in.ts";
import type { KeyedQueue } from "./keyed-queue.ts";
import type { ProvisioningLinks } from "./provisioning.ts";
import type { ScriptRequestDeps } from "./script-request/deps.ts";
import type { Streams } from "./streams.ts";
import type { FailureThrottle } from "./throttle.ts";

export interface HttpDeps {
  readonly deployments: Deployments;
  readonly calls: CallControl;
  readonly users: UserAdmin;
  readonly registrations: RegistrationAdmin;
  readonly routes: RouteAdmin;
  readonly trunks: TrunkAdmin;
  readonly texts: TextMessages;
  readonly drain: DrainAdmin;
  readonly backups: Backups;
  readonly feeds: Feeds;
  readonly cdrs: Pick<Store["cdrs"], "search" | "get">;
  readonly audit: Audit;
  /** How each version of a script does. */
  readonly scriptStats: ScriptStats;
  readonly mailboxes: Mailboxes;
  readonly recordings: Recordings;
  /** Both are `null` where the configuration wants no journal. */
  readonly journal: Journal | null;
  readonly replays: Replays | null;
  readonly simulations: EventSimulations;
  /** Calls that are walked through. */
  readonly steered: SimulationSessions;
  readonly scriptData: ScriptData;
  readonly scriptRequests: ScriptRequestDeps;
  readonly schedules: ScheduleAdmin;
  readonly policies: PolicyAdmin;
  readonly guard: GuardAdmin;
  readonly budgets: BudgetAdmin;
  readonly redactions: Redactions;
  /** The domain that users, and so mailboxes, belong to. */
  readonly domain: string;
  readonly tokens: TokenAuthority;
  readonly console: Console;
  /** @default it is spoken over plain TCP */
  readonly tls?: HttpTls;
  /** Lets the version that is on the disk take this process's place. */
  readonly upgrades: UpgradeAdmin;
  /** What else is spoken on the port of the API. @default nothing */
  readonly upgrade?: HttpUpgrade;
  /** The metrics in the text format of Prometheus. */
  metrics(): Promise<string>;
  readonly health: { ready(): { ready: boolean; reason?: string } };
  /** Where a phone that reaches the API by this host is to register. */
  sipAccess(host: string): { readonly server: string; readonly domain: string };
  /** As it was read last. */
  readonly config: ConfigView;
  /** Reads the configuration again. Throws `ConfigError`, and then nothing has changed. */
  reload(): Promise<{ warnings: readonly string[] }>;
  readonly log: Log;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** What a handler of a route may use. */
export interface Api extends HttpDeps {
  readonly clock: Clock;
  /** Of whoever guesses tokens and passwords. */
  readonly throttle: FailureThrottle;
  readonly signIn: SignIn;
  readonly provisioning: ProvisioningLinks;
  readonly streams: Streams;
  /** Makes "read, compare, write" of one resource one step. */
  readonly writes: KeyedQueue;
  /** The OpenAPI document, as JSON text. */
  document(): string;
}
