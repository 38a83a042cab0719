import { textLength } from '../limits/answer-size.ts';
import { noLeafError, nullError } from './field-errors.ts';
import type { LeafPlan, ValuePlan } from './plan.ts';
import type { Run } from './run.ts';

/** @throws what is wrong with the value */
export function completeLeaf(run: Run, plan: LeafPlan, value: unknown): unknown {
  if (isNull(plan, value)) {
    return null;
  }
  const coerced = plan.type.coerceOutputValue(value);
  if (coerced == null) {
    throw noLeafError(plan, value, coerced);
  }
  run.textLength += textLength(coerced);

  return coerced;
}

/** @throws for null where none is allowed, and an error that a resolver returned instead of throwing it */
export function isNull({ field, isNullable }: ValuePlan, value: unknown): boolean {
  if (value instanceof Error) {
    throw value;
  }
  if (value == null && !isNullable) {
    throw nullError(field);
  }

  return value == null;
}
