import type { JsonObject } from '../../json.ts';
import { prepareCondition } from './prepare.ts';
import { matching } from './rows.ts';
import { documentName, newEffort } from './sources.ts';

/** Whether a document meets the condition of a patch, such as `FROM c WHERE c.version = 1`. */
export const conditionHolds = (condition: string, document: JsonObject, now: number): boolean => {
  const environment = {
    row: { [documentName]: document },
    parameters: new Map(),
    aggregates: [],
    now,
    effort: newEffort(),
  };
  return !matching(prepareCondition(condition), environment).next().done;
};
