/**
 * Whether a path is this one or lies below it. A path that servers may read as another one (dot segments, empty segments,
 * backslashes, percent signs) lies nowhere.
 */
export function coversPath(root: string, path: string): boolean {
  if (!path.startsWith('/') || /[\\%?#]|\/\/|\/\.{1,2}(\/|$)/.test(path)) return false;
  if (path === root) return true;
  return path.startsWith(root.endsWith('/') ? root : `${root}/`);
}
