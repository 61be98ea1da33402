/** What a worker counts over all its endpoints. */
export class Counters {
  packetsSent = 0;
  packetsReceived = 0;
  packetsRefused = 0;
}
