/** Whether a path is one of the console's own pages: never another site's, however it is written. */
export function isOwnPath(path: string): boolean {
  return /^\/staff(\/[^/\\]|\?|$)/.test(path) && !/[\\\s]/.test(path) && !path.includes('//');
}
