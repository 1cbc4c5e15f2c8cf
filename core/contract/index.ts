import { adbService } from './adb.ts';
import { authorityService } from './authority.ts';
import { bodiesService } from './bodies.ts';
import { captureService } from './capture.ts';
import { devicesService } from './devices.ts';
import { engineService } from './engine.ts';
import { exchangesService } from './exchanges.ts';
import { packetsService } from './packets.ts';
import { proxyService } from './proxy.ts';
import { messagesService } from './messages.ts';
import { recordingService } from './recording.ts';
import { sessionService } from './session.ts';
import { settingsService } from './settings.ts';
import { transfersService } from './transfers.ts';

/** The only door between a window and the engine. A new service is one file and one line here. */
export const contract = {
  session: sessionService,
  recording: recordingService,
  proxy: proxyService,
  exchanges: exchangesService,
  bodies: bodiesService,
  messages: messagesService,
  packets: packetsService,
  capture: captureService,
  devices: devicesService,
  adb: adbService,
  transfers: transfersService,
  engine: engineService,
  settings: settingsService,
  authority: authorityService,
} as const;

export type Contract = typeof contract;
