/** What a trunk is set to do, in words. Pure; what is left out has the default that `runtime/contract/trunk.ts` names. */
import type { NumberForm, TrunkDeclaration } from "../../../contract/trunk.ts";

const FORMS: Readonly<Record<Extract<NumberForm, string>, string>> = {
  e164: "as +4930123456",
  digits: "as 4930123456, without the +",
  national: "as they are dialled in the country",
};

/** Which numbers leave by it. */
export function numbersText({ numbers = ["+*"] }: TrunkDeclaration): string {
  if (numbers.length === 0) return "none: only targets that name it (trunk:NAME/NUMBER)";
  return numbers.map((pattern) => (pattern === "+*" ? "every number in E.164" : pattern)).join(", ");
}

export function formText(form: NumberForm, country: string | undefined): string {
  if (typeof form !== "string") return `by ${form.length} ${form.length === 1 ? "rule" : "rules"}, the first that fits`;
  return form === "national" ? `as they are dialled in ${country ?? "its country"}` : FORMS[form];
}

/** Whom the called side sees, one sentence after the other. */
export function callerIdText({ outgoing = {}, country, username, trust = false }: TrunkDeclaration): readonly string[] {
  const { allow, default: instead, form } = outgoing.callerId ?? {};
  const allowed = allow === undefined ? "A number with +" : `A caller id that fits ${allow.join(" or ")}`;
  const others =
    instead === undefined ? "Everybody is shown as he is." : `${allowed} is shown as it is, all others as ${instead}.`;
  const account =
    outgoing.from === "account"
      ? [`From names the account ${username ?? "?"}; the caller stands in P-Preferred-Identity.`]
      : [];
  const asserted = trust ? ["The carrier is trusted: who calls is asserted to it (P-Asserted-Identity)."] : [];
  return [others, ...account, `Written ${formText(form ?? outgoing.number ?? "e164", country)}.`, ...asserted];
}

/** How the carrier writes numbers that come in. */
export function incomingText({ incoming = {}, country }: TrunkDeclaration): string {
  return formText(incoming.number ?? (country === undefined ? "e164" : "national"), country);
}

/** How often the gateways are asked whether they are there. */
export function probeText({ probe }: TrunkDeclaration): string {
  return probe === false ? "never: only calls tell" : `every ${probe?.seconds ?? 30} s by OPTIONS`;
}
