import { detailScenes } from './detail-scenes.ts';
import { deviceScenes } from './device-scenes.ts';
import { dialogScenes } from './dialog-scenes.ts';
import { longScenes } from './long-scenes.ts';
import { listScenes } from './list-scenes.ts';
import { panelScenes } from './panel-scenes.ts';
import { packetScenes } from './packet-scenes.ts';
import type { Scene } from './scene.ts';

export const scenes: readonly Scene[] = [
  ...[...listScenes, ...detailScenes, ...longScenes],
  ...[...packetScenes, ...panelScenes, ...deviceScenes, ...dialogScenes],
];
