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
    done(toError(error));
    return;
  }
  if (found instanceof Promise) found.then(settle, (error: unknown) => done(toError(error)));
  else settle(found);
}

/** A framework goes on where it is told of no error, or of a word that means to skip: whatever was thrown must be one. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a guard failed', { cause: thrown });
}
