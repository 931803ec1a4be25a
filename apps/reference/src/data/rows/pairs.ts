/** The traded pairs with an invented rate to vary around. */
export const PAIRS: readonly { readonly name: string; readonly rate: number }[] = [
  { name: 'BTC/USDT', rate: 64_000 },
  { name: 'ETH/USDT', rate: 3_200 },
  { name: 'SOL/USDT', rate: 150 },
  { name: 'XRP/USDT', rate: 0.6 },
  { name: 'ADA/USDT', rate: 0.45 },
  { name: 'DOGE/USDT', rate: 0.12 },
  { name: 'LINK/USDT', rate: 14 },
  { name: 'ETH/BTC', rate: 0.05 },
];
