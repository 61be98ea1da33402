/** PCMU: the µ-law of ITU-T G.711 (RFC 3551 §4.5.14), static payload type 0. */
import { muLawToPcm, pcmToMuLaw } from "../../wav/g711.ts";
import { createG711Codec } from "./g711-codec.ts";

export const pcmu = createG711Codec("PCMU", pcmToMuLaw, muLawToPcm);
