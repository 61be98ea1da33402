/**
 * The tones of the telephone networks (ITU-T E.180 and its supplement 2: frequencies and cadences by country). Where a
 * country allows several forms, it is the one most heard.
 */
import type { ToneName } from "../../../port/media.ts";
import { once, repeated, stretch, type TonePattern } from "./tone-pattern.ts";

type CountryTones = Readonly<Record<Exclude<ToneName, "beep">, TonePattern>>;

/** E.180 wants -10 dBm0 ± 5; two frequencies share it. */
const LEVEL_DBM0 = -13;
const SHARED_DBM0 = -16;

const beep = once(stretch(250, LEVEL_DBM0, 1000));

/** One frequency on, off, on, off, … in milliseconds. */
function cadence(hz: number, ...times: readonly number[]): TonePattern {
  return repeated(...times.map((ms, i) => (i % 2 === 0 ? stretch(ms, LEVEL_DBM0, hz) : stretch(ms, LEVEL_DBM0))));
}

function pairCadence(first: number, second: number, ...times: readonly number[]): TonePattern {
  const on = (ms: number) => stretch(ms, SHARED_DBM0, first, second);
  return repeated(...times.map((ms, i) => (i % 2 === 0 ? on(ms) : stretch(ms, SHARED_DBM0))));
}

function steady(...frequencies: readonly number[]): TonePattern {
  return repeated(stretch(null, frequencies.length > 1 ? SHARED_DBM0 : LEVEL_DBM0, ...frequencies));
}

/** A carrier whose strength swings at `byHz`: the carrier and its two sidebands, half as high. */
function swinging(hz: number, byHz: number, onMs: number, offMs: number): TonePattern {
  const side = LEVEL_DBM0 - 20 * Math.log10(2);
  const partials = [
    { hz, dbm0: LEVEL_DBM0 },
    { hz: hz - byHz, dbm0: side },
    { hz: hz + byHz, dbm0: side },
  ];
  return repeated({ partials, ms: onMs }, stretch(offMs, LEVEL_DBM0));
}

const northAmerica: CountryTones = {
  dial: steady(350, 440),
  ringback: pairCadence(440, 480, 2000, 4000),
  busy: pairCadence(480, 620, 500, 500),
  congestion: pairCadence(480, 620, 250, 250),
};

function european(ringback: readonly [number, number], busyMs: number, congestionMs: number): CountryTones {
  return {
    dial: steady(425),
    ringback: cadence(425, ...ringback),
    busy: cadence(425, busyMs, busyMs),
    congestion: cadence(425, congestionMs, congestionMs),
  };
}

/** What E.180 recommends. */
const recommended = european([1000, 4000], 500, 250);

/** By top-level domain; `itu` stands for none of them. */
const countries: Readonly<Record<string, CountryTones>> = {
  itu: recommended,
  us: northAmerica,
  ca: northAmerica,
  uk: {
    dial: steady(350, 440),
    ringback: pairCadence(400, 450, 400, 200, 400, 2000),
    busy: cadence(400, 375, 375),
    congestion: cadence(400, 400, 350, 225, 525),
  },
  de: european([1000, 4000], 480, 240),
  at: { ...european([1000, 5000], 400, 200), dial: steady(420) },
  ch: european([1000, 4000], 500, 200),
  fr: {
    dial: steady(440),
    ringback: cadence(440, 1500, 3500),
    busy: cadence(440, 500, 500),
    congestion: cadence(440, 250, 250),
  },
  be: european([1000, 3000], 500, 167),
  it: { ...european([1000, 4000], 500, 200), dial: cadence(425, 200, 200, 600, 1000) },
  es: { ...european([1500, 3000], 200, 200), congestion: cadence(425, 200, 200, 200, 200, 200, 600) },
  pt: european([1000, 5000], 500, 200),
  nl: recommended,
  se: { ...european([1000, 5000], 250, 250), congestion: cadence(425, 250, 750) },
  pl: recommended,
  jp: {
    dial: steady(400),
    ringback: swinging(400, 16, 1000, 2000),
    busy: cadence(400, 500, 500),
    congestion: cadence(400, 500, 500),
  },
  au: {
    dial: steady(413, 438),
    ringback: pairCadence(413, 438, 400, 200, 400, 2000),
    busy: cadence(425, 375, 375),
    // The second pulse is 10 dB weaker, which tells congestion from busy.
    congestion: repeated(
      ...[stretch(375, LEVEL_DBM0, 425), stretch(375, LEVEL_DBM0)],
      ...[stretch(375, LEVEL_DBM0 - 10, 425), stretch(375, LEVEL_DBM0)],
    ),
  },
  nz: {
    dial: steady(400),
    ringback: pairCadence(400, 450, 400, 200, 400, 2000),
    busy: cadence(400, 500, 500),
    congestion: cadence(400, 250, 250),
  },
};

/** A tone as a country has it; an unknown country gets what E.180 recommends. The beep is the same everywhere. */
export function countryTone(tone: ToneName, country = "itu"): TonePattern {
  if (tone === "beep") return beep;
  const known = Object.hasOwn(countries, country) ? countries[country] : undefined;
  return (known ?? recommended)[tone];
}
