/** The switch's end of a simulated network. */
export {
  SIP_PORT,
  SimTransport,
  type StreamPeer,
  SWITCH_ADDRESS,
} from "../../../../runtime/simulator/network/sim-transport.ts";
