/** Puts the media rooms together: the plane, what can be heard, the mailboxes, and the lamps that tell of new messages. */
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { EmbeddedPlane } from "../media/embedded/embedded-plane.ts";
import { CallRecordings } from "../media/library/call-recordings.ts";
import { RecordingRetention } from "../media/library/recording-retention.ts";
import { SoundLibrary } from "../media/library/sound-library.ts";
import { Prompts } from "../media/prompts/prompts.ts";
import { chooseDriver, Speech } from "../media/speech/speech.ts";
import { createVoicemail, type Voicemail } from "../media/voicemail/voicemail.ts";
import type { BrowserGateway } from "../media/webrtc/gateway.ts";
import type { Store } from "../port/store.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import { voicemailOperations } from "../sandbox/broker/voicemail-operations.ts";
import type { AudioServices } from "../switch/audio/audio-services.ts";
import type { Users } from "../switch/users/users.ts";
import { assembleBrowsers } from "./browsers.ts";
import type { Stopping } from "./room.ts";

export interface AudioParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly domain: string;
  readonly users: Users;
  readonly plane: EmbeddedPlane;
}

export interface AudioRooms {
  readonly services: AudioServices;
  readonly voicemail: Voicemail;
  readonly plane: EmbeddedPlane;
  /** `null`: the package for it is not installed. */
  readonly browsers: BrowserGateway | null;
  readonly recordings: CallRecordings;
  /** What scripts may ask of the media rooms, by the names under which they import it. */
  readonly modules: Readonly<Record<string, OperationModule>>;
  prepareReload(): Promise<void>;
  reload(config: Config): void;
  start(): void;
  /** Where calls are kept no other side hears a goodbye; what was being recorded is mended at the next start. */
  stop(how: Stopping): Promise<void>;
}

export async function assembleAudio(parts: AudioParts): Promise<AudioRooms> {
  const { config, clock, log, store, domain, users, plane } = parts;
  const { media, data } = config;
  const browsers = assembleBrowsers(media.webrtc, clock, log);
  const { command, voice } = media.speech;
  const speech = new Speech({
    clock,
    log,
    folder: join(data, "speech-cache"),
    driver: chooseDriver(command, clock),
    ...(voice === null ? {} : { voice }),
  });
  const { prompts: folder, language, musicOnHold } = media;
  const prompts = new Prompts({ log, speaker: speech, folder, language, musicOnHold });
  await prompts.load();
  const voicemail = await createVoicemail({
    data,
    store,
    clock,
    log,
    owners: {
      has: (of, name) => users.byName(of, name) !== undefined,
      names: (of) => users.list().flatMap((user) => (user.domain === of ? [user.name] : [])),
    },
    domain,
    configured: config.users,
    config: config.voicemail,
  });
  const { mailboxes } = voicemail;
  const recordingsFolder = join(data, "recordings");
  const library = new SoundLibrary({
    prompts,
    speech,
    mailboxes,
    sounds: media.sounds,
    recordings: recordingsFolder,
    hasRoom: () => voicemail.hasRoom(),
    now: () => clock.now(),
  });
  const retention = new RecordingRetention({ folder: recordingsFolder, days: media.recordingDays, clock, log });
  const recordings = {
    file: ({ domain: of, callId }: { domain: string; callId: string | null }, id: string) =>
      callId === null ? undefined : library.recording(id, { domain: of, callId }),
  };
  const findOwner = (of: string, name: string): string | undefined =>
    (users.byName(of, name) ?? users.byExtension(of, name))?.name;
  return {
    services: { plane, library, mailboxes, inbandDigits: media.inbandDigits, webRtc: browsers },
    voicemail,
    plane,
    browsers,
    recordings: new CallRecordings(recordingsFolder),
    modules: { voicemail: voicemailOperations(mailboxes, recordings, findOwner) },
    prepareReload: () => prompts.load(),
    reload(next) {
      voicemail.replaceConfigured(next.users, next.voicemail);
    },
    start() {
      voicemail.start();
      retention.start();
    },
    async stop({ isKept }) {
      if (!isKept) {
        await plane.stop();
        browsers?.stop();
      }
      await retention.stop();
      speech.close();
      await voicemail.stop();
    },
  };
}
