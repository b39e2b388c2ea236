import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { EntryPages } from '../../../application/invariants/ports.ts';
import { generationName, type GenerationId } from '../../../eventSourcing/view.ts';
import { queryPage } from '../client/queryPage.ts';
import { readItem } from '../client/readItem.ts';
import { partitionOf } from './rowItem.ts';

const foundItem = z.object({ partition: z.string(), id: z.string(), entry: z.unknown().optional() });

/** A place is the partition and the id of an item, which has no slash. */
const placeOf = ({ partition, id }: { readonly partition: string; readonly id: string }) => `${partition}/${id}`;

export const cosmosEntryPages = (containerOf: (view: string) => Container): EntryPages => ({
  async list(generation, continuation, pageSize) {
    const query = {
      query: 'SELECT c.partition, c.id, c.entry FROM c WHERE c.generation = @generation',
      parameters: [{ name: '@generation', value: generationName(generation) }],
    };
    const page = await queryPage(containerOf(generation.name), query, continuation, pageSize);
    const entries = page.resources
      .map((item) => foundItem.parse(item))
      .flatMap((item) => (item.entry === undefined ? [] : [{ place: placeOf(item), entry: item.entry }]));
    return { entries, continuation: page.continuation };
  },

  async load(generation: GenerationId, place: string) {
    const slash = place.lastIndexOf('/');
    const [partition, id] = [place.slice(0, slash), place.slice(slash + 1)];
    if (!partition.startsWith(partitionOf(generation, ''))) return undefined;
    const read = await readItem(containerOf(generation.name), id, partition);
    return read && foundItem.partial().parse(read.item).entry;
  },
});
