export const zhBack = {};
