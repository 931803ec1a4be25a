/**
 * What is there at once is settled at once; `settle` says whether the request goes on. What goes wrong is told as an error:
 * a framework goes on where it is told of nothing, or of a word that means to skip.
 */
export function proceed<Found>(
  find: () => Found | Promise<Found>,
  settle: (found: Found) => boolean,
  done: (error?: Error) => void,
): void {
  const fail = (thrown: unknown): void => {
    done(thrown instanceof Error ? thrown : new Error('a guard failed', { cause: thrown }));
  };
  const finish = (found: Found): void => {
    let goesOn: boolean;
    try {
      goesOn = settle(found);
    } catch (error) {
      fail(error);
      return;
    }
    if (goesOn) done();
  };
  let found: Found | Promise<Found>;
  try {
    found = find();
  } catch (error) {
    fail(error);
    return;
  }
  if (found instanceof Promise) found.then(finish, fail);
  else finish(found);
}
