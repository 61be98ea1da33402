/** A trunk as the switch uses it: complete with its defaults. Made anew whenever its declaration changes. */
import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import { InvariantError } from "../../base/errors.ts";
import { type Network, NetworkSet, parseNetwork } from "../../contract/network.ts";
import { type NumberPattern, parseNumberPattern } from "../../contract/number-pattern.ts";
import type { NumberForm, TrunkCodec, TrunkDeclaration } from "../../contract/trunk.ts";
import { parseUri } from "../../sip/message/uri.ts";

const DEFAULT_NUMBERS: readonly string[] = ["+*"];
const DEFAULT_CALLER_IDS: readonly string[] = ["+*"];
const DEFAULT_FAILOVER_SECONDS = 5;
const DEFAULT_PROBE_SECONDS = 30;
const DEFAULT_EXPIRES_SECONDS = 3600;
const DEFAULT_WEIGHT = 1;
const DEFAULT_PRIORITY = 0;

/** Where calls of a trunk go. */
export interface Gateway {
  /** As it was declared: `sip:gw.example.net:5080;transport=tcp`. */
  readonly uri: string;
  /** Its share of the calls among gateways of the same priority. */
  readonly weight: number;
  /** Lower ones are tried first. */
  readonly priority: number;
}

export interface Trunk {
  readonly name: string;
  /** The tenant that its calls belong to. */
  readonly domain: string;
  /** Declared in the configuration file. */
  readonly managed: boolean;
  /** As it was given, the password among it. */
  readonly declaration: TrunkDeclaration;
  /** Empty: nothing leaves by this trunk. */
  readonly gateways: readonly Gateway[];
  readonly account: TrunkAccount | null;
  /** `null`: it does not register. */
  readonly registration: TrunkRegistration | null;
  /** Networks that its calls come from. */
  readonly networks: readonly Network[];
  readonly sources: NetworkSet;
  /** Numbers that leave by it. */
  readonly numbers: readonly NumberPattern[];
  readonly country: string | null;
  readonly outgoing: {
    readonly number: NumberForm;
    readonly allowedCallers: readonly NumberPattern[];
    readonly defaultCaller: string | null;
    readonly callerForm: NumberForm;
    readonly from: "caller" | "account";
    /** Host of From; `null`: that of the gateway. */
    readonly host: string | null;
  };
  readonly incoming: { readonly number: NumberForm; readonly callerId: NumberForm };
  readonly trust: boolean;
  /** Text messages may leave by it. */
  readonly messages: boolean;
  /** `null`: those of the switch. */
  readonly codecs: readonly TrunkCodec[] | null;
  readonly limits: { readonly calls: number | null; readonly perSecond: number | null };
  readonly failoverMs: number;
  /** `null`: its gateways are not asked whether they are there. */
  readonly probeMs: number | null;
}

export interface TrunkAccount {
  readonly username: string;
  readonly password: string;
  /** The one realm that the password is for; `null`: any. */
  readonly realm: string | null;
}

export interface TrunkRegistration {
  /** Where to register: each in its own right. */
  readonly registrars: readonly string[];
  readonly expiresSeconds: number;
  /** The user part of the Contact, by which calls to it are known as this trunk's. */
  readonly contactUser: string;
}

/** Characters of the Contact's user that nobody can guess: 60 bits. */
const CONTACT_KEY_CHARACTERS = 10;

/**
 * The user part of the Contact that a trunk is registered with. Whoever calls it is taken for the trunk, so it holds what
 * only those know who were told it; the same after a restart, so that no second contact stays behind.
 */
export function contactUserOf(trunk: string, password: string): string {
  const key = createHmac("sha256", password).update(`trunk contact ${trunk}`).digest("base64url");
  return `trunk-${trunk}-${key.slice(0, CONTACT_KEY_CHARACTERS)}`;
}

/** `declaration` has passed the schema. */
export function toTrunk(
  name: string,
  declaration: TrunkDeclaration,
  { home, managed }: { readonly home: string; readonly managed: boolean },
): Trunk {
  const { country = null, outgoing = {}, incoming = {}, limits = {} } = declaration;
  const gateways = gatewaysOf(declaration);
  const networks = networksOf(declaration, gateways);
  const number = outgoing.number ?? "e164";
  const calledForm = incoming.number ?? (country === null ? "e164" : "national");
  return {
    name,
    domain: declaration.domain ?? home,
    managed,
    declaration,
    gateways,
    account: accountOf(declaration),
    registration: registrationOf(name, declaration, gateways),
    networks,
    sources: new NetworkSet(networks),
    numbers: (declaration.numbers ?? DEFAULT_NUMBERS).map(toPattern),
    country,
    outgoing: {
      number,
      allowedCallers: (outgoing.callerId?.allow ?? DEFAULT_CALLER_IDS).map(toPattern),
      defaultCaller: outgoing.callerId?.default ?? null,
      callerForm: outgoing.callerId?.form ?? number,
      from: outgoing.from ?? "caller",
      host: outgoing.host ?? null,
    },
    incoming: { number: calledForm, callerId: incoming.callerId ?? calledForm },
    trust: declaration.trust ?? false,
    messages: declaration.messages ?? false,
    codecs: declaration.codecs ?? null,
    limits: { calls: limits.calls ?? null, perSecond: limits.perSecond ?? null },
    failoverMs: (declaration.failoverSeconds ?? DEFAULT_FAILOVER_SECONDS) * 1000,
    probeMs: declaration.probe === false ? null : (declaration.probe?.seconds ?? DEFAULT_PROBE_SECONDS) * 1000,
  };
}

function gatewaysOf({ uri, gateways = [] }: TrunkDeclaration): readonly Gateway[] {
  const declared = uri === undefined ? gateways : [{ uri }];
  return declared.map(({ uri, weight = DEFAULT_WEIGHT, priority = DEFAULT_PRIORITY }) => ({ uri, weight, priority }));
}

function accountOf({ username, password = "", realm }: TrunkDeclaration): TrunkAccount | null {
  return username === undefined ? null : { username, password, realm: realm ?? null };
}

function registrationOf(
  name: string,
  { register = false, password = "" }: TrunkDeclaration,
  gateways: readonly Gateway[],
): TrunkRegistration | null {
  if (register === false) return null;
  const { registrar, expiresSeconds = DEFAULT_EXPIRES_SECONDS } = register === true ? {} : register;
  const registrars = registrar === undefined ? gateways.map(({ uri }) => uri) : [registrar];
  return { registrars, expiresSeconds, contactUser: contactUserOf(name, password) };
}

function networksOf({ from }: TrunkDeclaration, gateways: readonly Gateway[]): readonly Network[] {
  const texts = from ?? gateways.map(({ uri }) => hostOf(uri)).filter((host) => isIP(host) !== 0);
  return texts.map(toNetwork);
}

/** Without brackets. */
function hostOf(uri: string): string {
  const parsed = parseUri(uri);
  return parsed?.kind === "sip" ? parsed.host.replace(/^\[|\]$/g, "") : "";
}

function toPattern(text: string): NumberPattern {
  const parsed = parseNumberPattern(text);
  if (!parsed.ok) throw new InvariantError(`The pattern ${JSON.stringify(text)} has passed the schema`);
  return parsed.value;
}

function toNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new InvariantError(`The network ${JSON.stringify(text)} has passed the schema`);
  return network;
}
