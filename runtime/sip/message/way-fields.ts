/**
 * Fields that say between whom a message goes, and which way: whoever makes a request of another one's writes them anew.
 * Names as `NameSet` takes them.
 */
export const WAY_FIELDS = [
  "via",
  "from",
  "to",
  "call-id",
  "cseq",
  "contact",
  "route",
  "record-route",
  "max-forwards",
  "max-breadth",
  "content-length",
  "path",
] as const;
