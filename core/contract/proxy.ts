import { z } from 'zod';
import { method, service } from './define.ts';

/** What the proxy would do. */
export const proxyService = service({
  methods: {
    /**
     * In words, how a connection to this URL or `host:port` would go now: directly or through which upstream proxy,
     * and why. Failure: `bad-url`.
     */
    route: method(z.object({ url: z.string().max(2000) }), z.object({ words: z.string() })),
  },
  events: {},
});
