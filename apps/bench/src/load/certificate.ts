import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Files of a certificate for 127.0.0.1 and its key, until disposed. */
export interface Certificate extends AsyncDisposable {
  readonly certFile: string;
  readonly keyFile: string;
  /** The command that failed, when there are no files. */
  readonly failed?: string;
}

/** RSA-2048, signed by its own key: what most servers still have, and the dearer handshake. */
export async function createCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', files.keyFile, '-out', files.certFile];
  const failed = await promisify(execFile)('openssl', ['req', '-x509', ...made, ...subject]).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => `openssl req: ${error.code}`,
  );
  return {
    ...files,
    ...(failed !== undefined && { failed }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
