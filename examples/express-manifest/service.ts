import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';
import { createCache } from 'millrace/cache';

/** A small order service. REPORT=computed adds the report up for each request, REPORT=cached once a minute at most. */

const { DATABASE = 'orders.db', PORT = '3000', REPORT = 'cached' } = process.env;

const database = new DatabaseSync(DATABASE);
const oneOrder = database.prepare('SELECT id, customer, amount FROM orders WHERE id = ?');
const ordersOf = database.prepare('SELECT id, amount FROM orders WHERE customer = ? ORDER BY id DESC LIMIT 20');
const addOrder = database.prepare('INSERT INTO orders (customer, amount) VALUES (?, ?) RETURNING id, customer, amount');
const addUp = database.prepare(
  'SELECT customer, COUNT(*) AS orders, SUM(amount) AS amount FROM orders GROUP BY customer ORDER BY amount DESC LIMIT 10',
);

const cache = createCache({ name: 'report', ttlMs: 60_000 });
let queries = 0;

function bestCustomers(): unknown {
  queries++;
  return addUp.all();
}

const app = express().disable('x-powered-by').use(express.json());

app.get('/orders/:id', (request, response) => {
  queries++;
  const order = oneOrder.get(Number(request.params.id));
  if (order === undefined) response.status(404).json({ error: 'no such order' });
  else response.json(order);
});

app.get('/customers/:customer/orders', (request, response) => {
  queries++;
  response.json({ orders: ordersOf.all(request.params.customer) });
});

app.post('/orders', (request, response) => {
  const { customer, amount } = request.body as { customer: string; amount: number };
  queries++;
  const order = addOrder.get(customer, amount);
  cache.delete(['best customers']);
  response.status(201).json(order);
});

app.get('/report', async (_request, response) => {
  const best = REPORT === 'cached' ? await cache.getOrSet(['best customers'], bestCustomers) : bestCustomers();
  response.json({ best });
});

app.get('/ready', (_request, response) => {
  response.json({ ready: true });
});

app.get('/internal/counters', (_request, response) => {
  const { user, system } = process.cpuUsage();
  response.json({ counters: { cpuUs: user + system, dbQueries: queries }, histograms: {} });
});

const server = app.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => server.close(() => database.close()));
