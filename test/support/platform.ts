/** The platform under Node, for tests of `core`: the one that the program has. */
export { nodePlatform } from '../../electron/engine/proxy/platform.ts';
