import type { JsonObject } from '../json.ts';
import { prepareCondition } from './prepare.ts';

/** Whether a document meets the condition of a patch, such as `FROM c WHERE c.version = 1`. */
export const conditionHolds = (condition: string, document: JsonObject, now: number): boolean => {
  const { bind, where } = prepareCondition(condition);
  const row = bind(document);
  return row !== undefined && where?.({ row, parameters: new Map(), aggregates: [], now }) === true;
};
