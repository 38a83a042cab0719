import { noLeafError, nullError } from './field-errors.ts';
import type { LeafPlan, ValuePlan } from './plan.ts';

/** @throws what is wrong with the value */
export function completeLeaf(plan: LeafPlan, value: unknown): unknown {
  if (isNull(plan, value)) {
    return null;
  }
  const coerced = plan.type.coerceOutputValue(value);
  if (coerced == null) {
    throw noLeafError(plan, value, coerced);
  }

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
