/** The certificates of the configuration: readable, of their keys, of our names, in time. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { type Found, ok, problem, reasonOf, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const OTHERS = 0o077;

interface Files {
  readonly where: string;
  readonly cert: string;
  readonly key: string;
  /** Names that it must be for. */
  readonly names: readonly string[];
}

export async function checkCertificates({ config, now }: Subject): Promise<readonly Found[]> {
  const { identity, servers, ca } = config.tls;
  const served = servers.map(({ name }) => name);
  const own = config.domains.filter((domain) => isIP(domain) === 0 && !served.some((name) => covers(name, domain)));
  const all: readonly Files[] = [
    ...(identity === null ? [] : [{ where: "tls", ...identity, names: own }]),
    ...servers.map(({ name, cert, key }) => ({ where: `tls.servers ${name}`, cert, key, names: [name] })),
  ];
  if (all.length === 0 && ca === null) return [ok("tls", "no certificates are configured")];
  const found = await Promise.all(all.map((files) => examined(files, now)));
  return [...found.flat(), ...(ca === null ? [] : [await checkAuthority(ca)])];
}

async function examined({ where, cert, key, names }: Files, now: number): Promise<readonly Found[]> {
  const [chain, secret] = await Promise.all([readText(cert), readText(key)]);
  if (!chain.ok) return [problem(where, `${cert}: ${chain.why}`, "name a file in PEM that this user may read")];
  if (!secret.ok) return [problem(where, `${key}: ${secret.why}`, "name a file in PEM that this user may read")];
  try {
    const certificate = new X509Certificate(chain.text);
    const fits = certificate.checkPrivateKey(createPrivateKey(secret.text));
    if (!fits)
      return [problem(where, `${key} is not the key of ${cert}`, "put the key there that the certificate was made of")];
    const found = [inTime(where, cert, certificate, now), ...wrongNames(where, cert, certificate, names)];
    const { mode } = await stat(key);
    if ((mode & OTHERS) === 0) return found;
    return [...found, warning(where, `others on this machine may read ${key}`, `chmod 600 ${key}`)];
  } catch (error) {
    return [
      problem(where, `${cert} or ${key} is damaged: ${reasonOf(error)}`, "put PEM files there, without a passphrase"),
    ];
  }
}

export function inTime(where: string, file: string, { validFrom, validTo }: X509Certificate, now: number): Found {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const days = Math.floor((to - now) / DAY_MS);
  if (now > to) return problem(where, `${file} has expired on ${day(to)}`, "renew it: phones refuse it");
  if (now < from) return problem(where, `${file} is not valid before ${day(from)}`, "look at the clock, or wait");
  if (days < SOON_DAYS) return warning(where, `${file} expires in ${days} days, on ${day(to)}`, "renew it");
  return ok(where, `${file} is valid for ${days} days more`);
}

function wrongNames(
  where: string,
  file: string,
  certificate: X509Certificate,
  names: readonly string[],
): readonly Found[] {
  return names
    .filter((name) => certificate.checkHost(name.replace(/^\*\./, "any.")) === undefined)
    .map((name) => {
      const has = certificate.subjectAltName ?? certificate.subject;
      const what = `${file} is not for ${name}, but for ${has.replaceAll("\n", ", ")}`;
      return warning(where, what, `have a certificate made for ${name}: phones that look at the name refuse this one`);
    });
}

async function checkAuthority(file: string): Promise<Found> {
  const pem = await readText(file);
  if (!pem.ok) return problem("tls.ca", `${file}: ${pem.why}`, "name a file in PEM that this user may read");
  try {
    return ok("tls.ca", new X509Certificate(pem.text).subject.replaceAll("\n", ", "));
  } catch (error) {
    return problem("tls.ca", `${file}: ${reasonOf(error)}`, "name a certificate in PEM");
  }
}

/** `*.example.com` stands for every name right below. */
function covers(name: string, domain: string): boolean {
  return name === domain || (name.startsWith("*.") && domain.slice(domain.indexOf(".")) === name.slice(1));
}

async function readText(
  file: string,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }> {
  try {
    return { ok: true, text: await readFile(file, "latin1") };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  }
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
