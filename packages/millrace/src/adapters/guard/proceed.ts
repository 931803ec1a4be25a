/** What is there at once is settled at once; what goes wrong is the service's. */
export function proceed<Found>(
  find: () => Found | Promise<Found>,
  settle: (found: Found) => void,
  done: (error?: Error) => void,
): void {
  let found: Found | Promise<Found>;
  try {
    found = find();
  } catch (error) {
    done(error as Error);
    return;
  }
  if (found instanceof Promise) found.then(settle, done);
  else settle(found);
}
