/** A moment as an entity has it, or as a plain row of one of the databases has it. */
export type Moment = Date | number | string;
