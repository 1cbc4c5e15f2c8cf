import { z } from 'zod';
import { settingsSchema } from '../model/settings.ts';
import { method, service } from './define.ts';

export const settingsState = z.object({
  settings: settingsSchema,
  /** The settings file and the folder it is in. */
  path: z.string(),
  folder: z.string(),
  /** Why the file as it is on disk is not used, in one line; the settings are then the last good ones. */
  problem: z.string().nullable(),
});
export type SettingsState = z.infer<typeof settingsState>;

export const settingsService = service({
  methods: {
    get: method(z.object({}), settingsState),
    /**
     * Changes the settings named; null puts one back to its default. All are taken or none. Failures name the
     * setting: `setting-invalid`, `setting-unknown`; of the file: `settings-invalid`, `settings-unreadable`,
     * `settings-unwritable`; of a new proxy address while recording: those of `recording.start`.
     */
    update: method(
      z.object({
        change: z
          .record(z.string().max(80), z.json())
          .refine((change) => Object.keys(change).length <= 40, 'Change at most 40 settings at once.'),
      }),
      settingsState,
    ),
  },
  events: {
    /** By a window, by another program, or by hand in the file. */
    changed: settingsState,
  },
});
