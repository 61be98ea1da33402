/** What the policy of the page asks of a `<style>` that a library makes: the editor's. The switch puts it into the page. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}
