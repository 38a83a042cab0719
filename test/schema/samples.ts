/**
 * What each root field, and each field with a gate of its own, answers to whom. A new one needs a sample
 * here, or the access matrix fails.
 */
import { mutationSamples } from './mutation-samples.ts';
import { querySamples } from './query-samples.ts';
import type { Samples } from './sample.ts';
import { subscriptionSamples } from './subscription-samples.ts';

/** By the coordinate of the field. */
export const samples: Samples = {
  ...querySamples,
  ...mutationSamples,
  ...subscriptionSamples,
};
