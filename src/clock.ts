/** Tells the time. Everything that depends on time takes one, so that a test can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
