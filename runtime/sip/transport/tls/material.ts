/**
 * Certificates and keys read from their files, and checked: what is wrong is told by the key of the configuration and
 * by the file, before a phone finds out.
 */
import { constants, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, getCACertificates, type SecureContext, type SecureContextOptions } from "node:tls";
import { ConfigError } from "../../../base/errors.ts";
import { type IdentityFiles, NO_TLS, type TlsSettings } from "./settings.ts";

const MAX_FILE_BYTES = 1024 * 1024;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export interface TlsMaterial {
  readonly settings: TlsSettings;
  /** What we show to whoever asks for none of the names; `null`: we have no certificate. */
  readonly server: SecureContextOptions | null;
  /** By names in lower case; one may begin with `*.`. */
  readonly byName: ReadonlyMap<string, SecureContext>;
  /** For what we connect to. Made at its first use: hundreds of authorities take a while. */
  client(): SecureContext;
  /** Sentences about what works today and will not for long. */
  readonly warnings: readonly string[];
}

/** Reads all files that the settings name. Throws `ConfigError` for the first that cannot be used. */
export async function readMaterial(settings: TlsSettings, now: number): Promise<TlsMaterial> {
  const warnings: string[] = [];
  const { identity, servers, ca, minVersion } = settings;
  const authorities = ca === null ? undefined : await readAuthorities(ca);
  const optionsOf = async (files: IdentityFiles, field: string): Promise<SecureContextOptions> => ({
    ...(await readIdentity(files, field, now, warnings)),
    ...(authorities === undefined ? {} : { ca: authorities }),
    minVersion,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
  const server = identity === null ? null : await optionsOf(identity, "tls");
  const byName = new Map<string, SecureContext>();
  for (const [index, files] of servers.entries()) {
    byName.set(files.name.toLowerCase(), createSecureContext(await optionsOf(files, `tls.servers[${index}]`)));
  }
  const own = authorities === undefined ? [] : [authorities];
  return { settings, server, byName, warnings, client: clientContext({ ...server, minVersion }, own) };
}

/** Of a switch that has no certificates: it can connect to others. */
export const NO_MATERIAL: TlsMaterial = {
  settings: NO_TLS,
  server: null,
  byName: new Map(),
  warnings: [],
  client: clientContext({ minVersion: NO_TLS.minVersion }, []),
};

function clientContext(options: SecureContextOptions, authorities: readonly string[]): () => SecureContext {
  let made: SecureContext | undefined;
  return () => {
    made ??= createSecureContext({ ...options, ca: [...systemAuthorities(), ...authorities] });
    return made;
  };
}

/** The files that the settings name. */
export function filesOf({ identity, servers, ca }: TlsSettings): string[] {
  const identities = identity === null ? servers : [identity, ...servers];
  return [...identities.flatMap(({ cert, key }) => [cert, key]), ...(ca === null ? [] : [ca])];
}

/** Reads a certificate with its key, and sees that they belong together. */
async function readIdentity(
  files: IdentityFiles,
  field: string,
  now: number,
  warnings: string[],
): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [await read(files.cert, `${field}.cert`), await read(files.key, `${field}.key`)];
  const certificate = parse(`${field}.cert`, files.cert, "no certificate in PEM", () => new X509Certificate(cert));
  const secret: KeyObject = parse(`${field}.key`, files.key, "no private key in PEM without a passphrase", () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(secret)) {
    throw problem(`${field}.key`, files.key, `it is not the key of the certificate in ${files.cert}`);
  }
  const warning = validity(certificate, now);
  if (warning !== undefined) warnings.push(`${field}.cert: ${files.cert} ${warning}`);
  return { cert, key };
}

async function readAuthorities(file: string): Promise<string> {
  const pem = await read(file, "tls.ca");
  parse("tls.ca", file, "no certificate in PEM", () => new X509Certificate(pem));
  return pem;
}

/** What is wrong with the time of a certificate: now, or soon. */
function validity({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const date = new Date(to).toISOString();
  if (now > to) return `has expired on ${date}: phones will refuse it`;
  if (now < from) return `is not valid before ${new Date(from).toISOString()}: phones will refuse it`;
  if (now > to - SOON_DAYS * DAY_MS) return `expires on ${date}: renew it`;
  return undefined;
}

/** What Node brings, and what this machine trusts beside. */
function systemAuthorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

function parse<Value>(field: string, file: string, what: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw problem(field, file, `there is ${what} in it`, error);
  }
}

async function read(file: string, field: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
    return bytes.toString("latin1");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw problem(field, file, "there is no such file", error);
    if (code === "EACCES") throw problem(field, file, "this user may not read it", error);
    throw problem(field, file, error instanceof Error ? error.message : String(error), error);
  }
}

function problem(field: string, file: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError("config-invalid", `${field}: ${file}: ${why}`, [], { cause });
}
