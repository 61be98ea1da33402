/**
 * A phone in a page: JsSIP, a microphone, and an ear that measures what it hears. Run by the test, which calls what it finds
 * in `phone`.
 */
const JsSIP = window.modules("jssip");
const settings = Object.fromEntries(new URLSearchParams(window.location.search));
// What makes voices clearer would take a tone for noise.
const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const options = { mediaConstraints: { audio, video: false }, pcConfig: { iceServers: [] } };
const BINS = 8192;

let ua = null;
let session = null;
let ear = null;
const log = [];

function eventOf(emitter, name, failure) {
  return new Promise((resolve, reject) => {
    emitter.on(name, resolve);
    if (failure)
      emitter.on(failure, (event) => reject(new Error(`${failure}: ${event.cause ?? event.response?.reason_phrase}`)));
  });
}

function listen(connection) {
  connection.addEventListener("track", ({ streams: [stream] }) => {
    if (!stream) throw new Error("a track without a stream");
    // Chromium gives a remote stream to WebAudio only while an element plays it.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = BINS * 2;
    context.createMediaStreamSource(stream).connect(analyser);
    ear = { context, analyser, element };
  });
}

function attend(started) {
  session = started;
  if (started.connection) listen(started.connection);
  else started.on("peerconnection", ({ peerconnection }) => listen(peerconnection));
  for (const name of ["progress", "accepted", "confirmed", "ended", "failed", "hold", "unhold", "reinvite"]) {
    started.on(name, (event) => log.push({ name, by: event?.originator, cause: event?.cause }));
  }
}

window.phone = {
  log,

  async register() {
    ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(settings.ws)],
      uri: `sip:${settings.user}@${settings.domain}`,
      password: settings.password,
      register_expires: 120,
      session_timers: false,
    });
    ua.on("newRTCSession", ({ session: begun, originator }) => {
      if (originator === "remote") attend(begun);
    });
    const registered = eventOf(ua, "registered", "registrationFailed");
    ua.start();
    await registered;
  },

  async call(target) {
    const started = ua.call(`sip:${target}@${settings.domain}`, options);
    attend(started);
    await eventOf(started, "confirmed", "failed");
  },

  isRinging: () => session !== null && session.direction === "incoming" && session.isInProgress(),

  async answer() {
    session.answer(options);
    await eventOf(session, "confirmed", "failed");
  },

  press(keys) {
    const [sender] = session.connection.getSenders();
    sender.dtmf.insertDTMF(keys, 100, 100);
  },

  /** The loudest frequency that is heard now, in Hz, and how loud it is, in dB. */
  hear() {
    if (ear === null) return null;
    const levels = new Float32Array(BINS);
    ear.analyser.getFloatFrequencyData(levels);
    const level = Math.max(...levels);
    return { hertz: (levels.indexOf(level) * ear.context.sampleRate) / 2 / BINS, level };
  },

  async hold(isHeld) {
    const done = new Promise((resolve) => {
      if (isHeld) session.hold({}, resolve);
      else session.unhold({}, resolve);
    });
    await done;
  },

  async restartIce() {
    await new Promise((resolve, reject) => {
      const begun = session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, resolve);
      if (!begun) reject(new Error("not now"));
    });
  },

  async stats() {
    const all = [...(await session.connection.getStats()).values()];
    const of = (type) => all.find((one) => one.type === type) ?? {};
    const codec = all.find(({ id }) => id === of("outbound-rtp").codecId);
    const pair = all.find(({ id }) => id === of("transport").selectedCandidatePairId);
    const remote = all.find(({ id }) => id === pair?.remoteCandidateId);
    return {
      received: of("inbound-rtp").packetsReceived ?? 0,
      lost: of("inbound-rtp").packetsLost ?? 0,
      sent: of("outbound-rtp").packetsSent ?? 0,
      codec: codec?.mimeType ?? null,
      state: session.connection.connectionState,
      remotePort: remote?.port ?? null,
      roundTrip: of("remote-inbound-rtp").roundTripTime ?? null,
    };
  },

  description: (side) => session.connection[side === "local" ? "localDescription" : "remoteDescription"].sdp,

  async hangUp() {
    const ended = eventOf(session, "ended", "failed");
    session.terminate();
    await ended;
  },
};
