import { defineEntity, p } from '@mikro-orm/core';

const ThrottleBucketSchema = defineEntity({
  name: 'ThrottleBucket',
  tableName: 'throttle_bucket',
  properties: {
    /** What is counted, and of whom. */
    key: p.string().length(400).primary(),
    /** Milliseconds since 1970: when the bucket is as if it had never been used. */
    emptyAt: p.bigint('number').index('throttle_bucket_empty_at_index'),
  },
});

/** How much of an allowance is used up. */
export class ThrottleBucket extends ThrottleBucketSchema.class {}

ThrottleBucketSchema.setClass(ThrottleBucket);
