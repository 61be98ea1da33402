/** How a party of a call is named to people: `sip:alice@example.com` is "alice" where that is the call's own domain. */
export function partyText(uri: string, domain: string): string {
  const [, scheme = "", rest = uri] = /^(sips?|tel):(.*)$/i.exec(uri) ?? [];
  const [address = rest] = rest.split(";", 1);
  const own = `@${domain.toLowerCase()}`;
  if (scheme !== "" && address.toLowerCase().endsWith(own)) return address.slice(0, -own.length);
  return address;
}
