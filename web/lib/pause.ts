/*
 * How long a socket that ended waits before it is made anew, in ms. `restart`: the centre said that it comes back (close code 1012); then the first
 * tries follow each other quickly, so that who was cut is back within two seconds of a start that takes no longer than one. Everybody's pause is
 * another, so that a crowd does not come all at once; otherwise pauses double up to `most`.
 */
export const RESTART = 1012;

export function pauseBefore(tries: number, restart: boolean, most: number): number {
  if (restart && tries < 6) return tries ? 200 + Math.random() * 300 : 200 + Math.random() * 800;
  return Math.min(most, 500 * 2 ** tries) * (0.5 + Math.random());
}
