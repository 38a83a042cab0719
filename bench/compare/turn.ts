/** Stands in the body of a post for a number that does not come again. */
export const TURN = '%turn%';
