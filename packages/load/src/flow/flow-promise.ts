/**
 * Begins something for a flow, which may wait for it or not: a rejection that nobody waits for ends no thread, and what
 * is thrown at once rejects as well.
 */
export function promiseToFlow<Value>(begin: () => Promise<Value>): Promise<Value> {
  let promise: Promise<Value>;
  try {
    promise = begin();
  } catch (error) {
    promise = Promise.reject(error);
  }
  promise.catch(ignore);
  return promise;
}

function ignore(): void {}
