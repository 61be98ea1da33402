/** What is read of a running switch at a time. `null`: it was not asked, or could not be told. */
export interface Figures {
  readonly "heap of the switch": number | null;
  readonly "heap of the workers": number | null;
  readonly "RSS of the switch": number | null;
  readonly "RSS of script hosts": number | null;
  readonly "RSS of other processes": number | null;
  readonly processes: number | null;
  readonly "threads of the switch": number | null;
  readonly "descriptors of the switch": number | null;
  readonly "descriptors of other processes": number | null;
  readonly timers: number | null;
  readonly calls: number | null;
  readonly dialogs: number | null;
  readonly "client transactions": number | null;
  readonly "server transactions": number | null;
  readonly registrations: number | null;
  readonly subscriptions: number | null;
  readonly "media endpoints": number | null;
  readonly "media ports": number | null;
  readonly connections: number | null;
  readonly "versions of scripts loaded": number | null;
  readonly "files of the call journal": number | null;
  readonly "calls in the call journal": number | null;
}

export interface TimedFigures {
  /** Since the start of the run. */
  readonly seconds: number;
  readonly figures: Figures;
}
