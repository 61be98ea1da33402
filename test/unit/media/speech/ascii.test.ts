import { expect, it } from "vitest";
import { toAscii } from "../../../../runtime/media/speech/flite/ascii.ts";

it.each([
  ["Café Müller, naïve Øre", "Cafe Muller, naive Ore"],
  ["It’s “fine” – 5 €", 'It\'s "fine" ,  5  euro'],
  ["Straße 北京 12", "Strasse   12"],
  ["ﬁve ½", "five 1 2"],
  ["世界", ""],
])("a voice that knows ASCII alone reads %j as %j", (text, read) => {
  expect(toAscii(text).replace(/ +/g, " ")).toBe(read.replace(/ +/g, " "));
});
