/** What was measured of each arm, by default one figure. */
export type Figures<Arm extends string, Figure = number> = Readonly<Record<Arm, Figure>>;

/** Measures every arm once a round, one after the other; each round begins with the next arm. */
export async function takeTurns<Arm extends string, Figure = number>(
  arms: readonly Arm[],
  rounds: number,
  measure: (arm: Arm) => Promise<Figure>,
): Promise<Figures<Arm, Figure>[]> {
  const measured: Figures<Arm, Figure>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures: Record<string, Figure> = {};
    for (let at = 0; at < arms.length; at++) {
      const arm = arms[(round + at) % arms.length]!;
      figures[arm] = await measure(arm);
    }
    measured.push(figures as Figures<Arm, Figure>);
  }
  return measured;
}
