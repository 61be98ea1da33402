/** PCMA: the A-law of ITU-T G.711 (RFC 3551 §4.5.14), static payload type 8. */
import { aLawToPcm, pcmToALaw } from "../../wav/g711.ts";
import { createG711Codec } from "./g711-codec.ts";

export const pcma = createG711Codec("PCMA", pcmToALaw, aLawToPcm);
