/** What one setting asks of another. */
import { milliseconds } from './setting-parsers.ts';

type Texts = Readonly<Record<string, string | undefined>>;

/** A setting that does not go with another one; `what` completes the sentence "VARIABLE ...". */
export interface RelationProblem {
  readonly name: string;
  readonly what: string;
}

export function relationProblems(texts: Texts): readonly RelationProblem[] {
  return relations.filter(({ isBroken }) => isBroken(texts));
}

interface Relation extends RelationProblem {
  readonly isBroken: (texts: Texts) => boolean;
}

const relations: readonly Relation[] = [
  notLonger('SESSION_IDLE_TIMEOUT', 'SESSION_REMEMBERED_LIFETIME'),
  notLonger('SESSION_LIFETIME', 'SESSION_REMEMBERED_LIFETIME'),
  notLonger('SESSION_FRESH_FOR', 'SESSION_LIFETIME'),
  {
    name: 'PERSISTED_OPERATIONS',
    what: 'is required by PERSISTED_OPERATIONS_ONLY=true',
    isBroken: (texts) =>
      texts['PERSISTED_OPERATIONS_ONLY'] === 'true' && !texts['PERSISTED_OPERATIONS'],
  },
  {
    name: 'MAIL_FROM',
    what: 'is required by SMTP_URL',
    isBroken: (texts) => Boolean(texts['SMTP_URL']) && !texts['MAIL_FROM'],
  },
  {
    name: 'WORKERS',
    what: 'must be 1 on SQLite, whose file belongs to one process; more need PostgreSQL',
    isBroken: (texts) =>
      Number(texts['WORKERS']) > 1 && (texts['DATABASE_URL'] ?? '').startsWith('sqlite:'),
  },
];

function notLonger(name: string, other: string): Relation {
  return {
    name,
    what: `must not be longer than ${other}`,
    isBroken: (texts) => milliseconds(texts[name] ?? '') > milliseconds(texts[other] ?? ''),
  };
}
