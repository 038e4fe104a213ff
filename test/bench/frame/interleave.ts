// Runs several ways of doing the same work in turns, each round in the opposite order of the one before, so that what the machine does meanwhile hits all alike.

/** What one piece of work took, and what is wrong with what it gave. */
export interface Measurement {
  /** In the contender's unit, mostly milliseconds. */
  readonly value: number;
  readonly wrong?: string | undefined;
}

export interface Contender {
  readonly name: string;
  /** Puts everything as it must be before a measurement; not measured. */
  ready?(): Promise<void>;
  measure(): Promise<Measurement>;
}

/** The samples of one contender, in the order of the rounds. */
export interface Series {
  readonly name: string;
  readonly samples: readonly number[];
  /** The first wrong result. A contender that has one has no samples and was not asked again. */
  readonly wrong?: string;
}

export interface Rounds {
  readonly repetitions: number;
  /** Rounds before them that do not count. */
  readonly warmUps: number;
}

export async function interleave(
  contenders: readonly Contender[],
  { repetitions, warmUps }: Rounds,
): Promise<ReadonlyMap<string, Series>> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const wrong = new Map<string, string>();
  for (let round = -warmUps; round < repetitions; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order.filter(({ name }) => !wrong.has(name))) {
      const measured = await measureOnce(contender);
      if (measured.wrong !== undefined) wrong.set(contender.name, measured.wrong);
      if (round >= 0) samples.get(contender.name)?.push(measured.value);
    }
  }
  return new Map(
    contenders.map(({ name }): [string, Series] => {
      const fault = wrong.get(name);
      if (fault !== undefined) return [name, { name, samples: [], wrong: fault }];
      return [name, { name, samples: samples.get(name) ?? [] }];
    }),
  );
}

async function measureOnce(contender: Contender): Promise<Measurement> {
  try {
    await contender.ready?.();
    return await contender.measure();
  } catch (error) {
    return { value: Number.NaN, wrong: error instanceof Error ? error.message : String(error) };
  }
}
