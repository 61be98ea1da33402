/** A SIP message whose body is not as long any more as its Content-Length says, since something in it was masked. */
export function withOwnLength(text: string): string {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return text;
  const length = text.length - end - 4;
  const head = text.slice(0, end).replace(/^((?:content-length|l)[ \t]*:[ \t]*)\d+/im, `$1${length}`);
  return head + text.slice(end);
}
