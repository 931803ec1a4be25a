import { defineScenario } from '@millrace/load';

/** What customers of the order service do, for `millrace load run`. */
export const scenario = defineScenario({
  name: 'shop',
  users: 50,
  flows: [
    {
      name: 'look',
      weight: 9,
      async run(user) {
        const id = 1 + user.random.int(1_000);
        const order = await user.get(`/orders/${id}`, { name: 'one order' });
        user.check('the order that was asked for', order.json<{ id: number }>().id === id);
        await user.think(50, 150);
        await user.get('/report', { name: 'report' });
      },
    },
    {
      name: 'buy',
      async run(user) {
        const order = { customer: `customer ${user.index}`, amount: 12 };
        await user.post('/orders', { name: 'buy', json: order, expect: [201] });
      },
    },
  ],
});
