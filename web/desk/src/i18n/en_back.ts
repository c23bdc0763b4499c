import type { zhBack } from './zh_back';

export const enBack: typeof zhBack = {};
