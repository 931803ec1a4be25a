/** What a limiter counts of its decisions and leases, whatever its rules are in the meantime. */
export interface LeaseFigures {
  allowed: number;
  denied: number;
  readonly decided: { lease: number; redis: number; denial: number; local: number };
  readonly leased: { leases: number; units: number; givenBack: number };
}

export function noFigures(): LeaseFigures {
  return {
    allowed: 0,
    denied: 0,
    decided: { lease: 0, redis: 0, denial: 0, local: 0 },
    leased: { leases: 0, units: 0, givenBack: 0 },
  };
}
