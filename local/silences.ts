import { randomUUID } from 'node:crypto';
import { readSilence } from '../shared/config/silence.ts';
import type { JsonObject } from '../shared/model/json.ts';
import type { MadeSilence } from '../shared/model/silence.ts';
import type { Store, Stored } from '../shared/pipeline/ports.ts';
import {
  addSilence,
  endSilence,
  listSilences,
  type Preview,
  previewOf,
  type SilenceView,
  Unsilenceable,
} from '../shared/pipeline/silences.ts';

/** What a silence that was asked for does, or would do. */
export interface Added {
  readonly id: string;
  readonly until: string;
  readonly preview: Preview;
  /** False: only tried. */
  readonly made: boolean;
}

/** Why nothing was done, in sentences. */
export interface Refused {
  readonly problems: readonly string[];
}

/** Where people make and end silences: of this machine's table, or of one in AWS. */
export interface SilenceDesk {
  /** `wish` is unchecked: `match`, `for`, `author`, `reason`, and `dryRun: true` to only see what it would do. */
  add(wish: JsonObject): Promise<Added | Refused>;
  list(): Promise<readonly SilenceView[]>;
  /** Gives how many incidents it held. */
  end(id: string, by: string): Promise<{ readonly released: number } | Refused>;
}

/** `table`: reads all of it. */
export function makeSilenceDesk(store: Store, table: () => Promise<Stored>): SilenceDesk {
  const deps = { store, clock: Date.now };
  return {
    add: (wish) =>
      orRefused(async () => {
        const now = deps.clock();
        const read = readSilence(wish, `silence-${randomUUID().slice(0, 6)}`, now);
        if (!read.ok) return { problems: read.problems };
        const preview = previewOf(read.rule, await table(), now);
        const made = wish.dryRun !== true;
        const { name, until }: Pick<MadeSilence, 'name' | 'until'> = made
          ? await addSilence(read.rule, deps)
          : read.rule;
        return { id: name, until: new Date(until).toISOString(), preview, made };
      }),
    list: async () => listSilences(await table(), deps),
    end: (id, by) =>
      orRefused(async () => ({
        released: await endSilence(id, by, async () => (await table()).incidents, deps),
      })),
  };
}

async function orRefused<T>(work: () => Promise<T>): Promise<T | Refused> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unsilenceable)) throw error;
    return { problems: [error.message] };
  }
}
