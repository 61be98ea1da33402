/** A datagram network on virtual time that loses, duplicates and reorders, the same way for the same seed. */
export { SimNet, type SimNetOptions, seededRandom } from "../../runtime/simulator/network/sim-net.ts";
