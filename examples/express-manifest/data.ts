import { DatabaseSync } from 'node:sqlite';
import { createRandom } from 'millrace/core';

/** Customers of the orders, by name. */
export const CUSTOMERS: readonly string[] = Array.from({ length: 200 }, (_, index) => `customer-${index}`);

/** Number of the orders; their ids count from 1. */
export const ORDERS = 20_000;

/** Writes a database of orders; the same seed gives the same orders. */
export function writeOrders(file: string, seed: number): void {
  const random = createRandom(seed);
  using database = new DatabaseSync(file);
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, amount INTEGER NOT NULL)');
  database.exec('CREATE INDEX orders_of_customer ON orders (customer, id)');
  database.exec('BEGIN');
  const add = database.prepare('INSERT INTO orders (customer, amount) VALUES (?, ?)');
  for (let i = 0; i < ORDERS; i++) add.run(`customer-${random.int(CUSTOMERS.length)}`, 1 + random.int(50_000));
  database.exec('COMMIT');
}
