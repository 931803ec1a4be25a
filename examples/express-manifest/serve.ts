import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { writeOrders } from './data.ts';

/** Starts the service by itself, on port 3000 unless PORT says another, with fresh orders to drive load at. */

const database = join(tmpdir(), `millrace-orders-${process.env.PORT ?? 3000}.db`);
rmSync(database, { force: true });
writeOrders(database, 1);
process.env.DATABASE = database;
await import('./service.ts');
