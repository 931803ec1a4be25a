/** One figure an arm. */
export type Figures<Arm extends string> = Readonly<Record<Arm, number>>;

/** Measures every arm once a round, one after the other; each round begins with the next arm. */
export async function takeTurns<Arm extends string>(
  arms: readonly Arm[],
  rounds: number,
  measure: (arm: Arm) => Promise<number>,
): Promise<Figures<Arm>[]> {
  const measured: Figures<Arm>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures: Record<string, number> = {};
    for (let at = 0; at < arms.length; at++) {
      const arm = arms[(round + at) % arms.length]!;
      figures[arm] = await measure(arm);
    }
    measured.push(figures as Figures<Arm>);
  }
  return measured;
}
