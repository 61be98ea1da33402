import type { TrunkDeclaration } from "../../../contract/trunk.ts";
import type { TrunkBody } from "../../../contract/trunk-api.ts";
import { queryText } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { Badge, type Tone } from "../../components/badge.tsx";
import { millisecondsText } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { linesText, troublesOf } from "./trouble.ts";
import { callerIdText, formText, incomingText, numbersText, probeText } from "./words.ts";

const GATEWAY_TONES: Readonly<Record<TrunkBody["gateways"][number]["state"], Tone>> = {
  up: "good",
  down: "bad",
  unknown: "neutral",
};
const REGISTRATION_TONES: Readonly<Record<TrunkBody["registrations"][number]["state"], Tone>> = {
  registered: "good",
  registering: "warn",
  failed: "bad",
};

export function TrunkView({ trunk }: { readonly trunk: TrunkBody }) {
  const { name, position, managed, state, calls, gateways, registrations } = trunk;
  const declaration = trunk.declaration as TrunkDeclaration;
  const troubles = troublesOf(trunk);
  return (
    <section class="panel" aria-label={`Trunk ${name}`}>
      <header>
        <h2>{name}</h2>
        <Badge tone={state === "up" ? "good" : "bad"}>{state}</Badge>
        {managed && <Badge>strowger.yaml</Badge>}
        <span class="quiet push">
          {linesText(calls, declaration.limits?.calls)} · tried as number {position}
        </span>
        {canOpen("/cdrs") && <a href={`/cdrs${queryText({ trunk: name })}`}>Calls</a>}
      </header>
      <div class="body stack">
        {troubles.map(({ where, what, toDo, since }) => (
          <Notice key={where} kind={state === "down" ? "bad" : "warn"}>
            <p>
              <strong class="wrap">{visibleLine(where)}</strong>: {visibleLine(what)}
              {since !== null && (
                <>
                  {" "}
                  (since <Time at={since} />)
                </>
              )}
            </p>
            <p>{toDo}</p>
          </Notice>
        ))}
        <div class="trunks-parts">
          {gateways.length > 0 && <Gateways gateways={gateways} isProbed={declaration.probe !== false} />}
          {registrations.length > 0 && <Registrations registrations={registrations} />}
          <Rules declaration={declaration} hasPassword={trunk.hasPassword} />
        </div>
      </div>
    </section>
  );
}

function Gateways({ gateways, isProbed }: Pick<TrunkBody, "gateways"> & { readonly isProbed: boolean }) {
  return (
    <div>
      <h3>Gateways</h3>
      <ul class="trunks-list" aria-label="Gateways">
        {gateways.map(({ uri, state, latencyMs, since, priority, weight }) => (
          <li key={uri}>
            <p class="row">
              <Badge tone={GATEWAY_TONES[state]}>{state}</Badge>
              <code class="wrap">{visibleLine(uri)}</code>
            </p>
            <p class="quiet small">
              {probeResult(latencyMs, isProbed)}
              {since !== null && (
                <>
                  {" · "}
                  {state} since <Time at={since} />
                </>
              )}
              {gateways.length > 1 && ` · priority ${priority}, weight ${weight}`}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function probeResult(latencyMs: number | null, isProbed: boolean): string {
  if (latencyMs !== null) return `last probe answered in ${millisecondsText(latencyMs)}`;
  return isProbed ? "no probe answered yet" : "not probed";
}

function Registrations({ registrations }: Pick<TrunkBody, "registrations">) {
  return (
    <div>
      <h3>Registration</h3>
      <ul class="trunks-list" aria-label="Registrations">
        {registrations.map(({ registrar, state, expiresAt, nextAt }) => (
          <li key={registrar}>
            <p class="row">
              <Badge tone={REGISTRATION_TONES[state]}>{state}</Badge>
              <code class="wrap">{visibleLine(registrar)}</code>
            </p>
            <p class="quiet small">
              {expiresAt !== null && (
                <>
                  stands until <Time at={expiresAt} />
                  {nextAt !== null && ", "}
                </>
              )}
              {nextAt !== null && (
                <>
                  {state === "registered" ? "refreshed at " : "tried again at "}
                  <Time at={nextAt} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface RulesProps {
  readonly declaration: TrunkDeclaration;
  readonly hasPassword: boolean;
}

function Rules({ declaration, hasPassword }: RulesProps) {
  const { username, from, outgoing, country, limits } = declaration;
  return (
    <div>
      <h3>What it does</h3>
      <dl class="facts">
        <dt>Numbers out</dt>
        <dd>
          {numbersText(declaration)}; written {formText(outgoing?.number ?? "e164", country)}
        </dd>
        <dt>Caller ID</dt>
        <dd>{callerIdText(declaration).join(" ")}</dd>
        <dt>Numbers in</dt>
        <dd>{incomingText(declaration)}</dd>
        <dt>Calls in from</dt>
        <dd>{from === undefined ? "the gateways that are written as addresses" : from.join(", ")}</dd>
        <dt>Account</dt>
        <dd>
          {username === undefined ? "none" : `${username}, ${hasPassword ? "with a password" : "without a password"}`}
        </dd>
        <dt>Probes</dt>
        <dd>{probeText(declaration)}</dd>
        {limits?.perSecond !== undefined && (
          <>
            <dt>New calls</dt>
            <dd>at most {limits.perSecond} a second go out</dd>
          </>
        )}
      </dl>
    </div>
  );
}
