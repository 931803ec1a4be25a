import { AUTH_ERRORS } from './errors.ts';

/** Says so, and how to mend it, where the package for bcrypt is not installed. @throws `MILLRACE_AUTH_BCRYPT_MISSING` */
export function requireBcrypt(): void {
  try {
    import.meta.resolve('@node-rs/bcrypt');
  } catch (cause) {
    throw AUTH_ERRORS.create('MILLRACE_AUTH_BCRYPT_MISSING', {}, cause);
  }
}
