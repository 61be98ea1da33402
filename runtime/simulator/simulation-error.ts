/** What a simulation tells its test: what was expected, and what has happened instead. */
export class SimulationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SimulationError";
  }
}
