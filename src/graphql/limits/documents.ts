import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

import { parseDocument } from './parse-document.ts';
import { validateDocument, type ValidationPolicy } from './validate-document.ts';

/** What a token counts in the cache at least: a dense text takes as much memory as an airy one. */
const BYTES_PER_TOKEN = 8;

/** A document in which these rules found nothing, for this schema. */
interface ValidDocument {
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
}

/** The documents that were found good, as many as there is room for. */
export class Documents {
  readonly #policy: ValidationPolicy;
  readonly #known: LRUCache<string, ValidDocument>;

  constructor(policy: ValidationPolicy) {
    this.#policy = policy;
    this.#known = new LRUCache({
      maxSize: policy.limits.cacheSize,
      sizeCalculation: ({ document: { tokenCount = 0 } }, text) =>
        Math.max(Buffer.byteLength(text), tokenCount * BYTES_PER_TOKEN),
    });
  }

  /** One that was found good by the rules of its time; undefined for any other. */
  find(text: string): DocumentNode | undefined {
    return this.#known.get(text)?.document;
  }

  /**
   * Parses and validates within the limits, and remembers what is good. It belongs behind all plugins that add rules,
   * because a document is remembered together with them.
   */
  plugin(): Plugin {
    const policy = this.#policy;
    const known = this.#known;
    const texts = new WeakMap<DocumentNode, string>();

    return {
      onParse: ({ params: { source }, setParseFn, setParsedDocument }) => {
        const text = String(source);
        const document = this.find(text);
        if (document) {
          setParsedDocument(document);

          return;
        }
        setParseFn(() => {
          const parsed = parseDocument(text, policy.limits);
          texts.set(parsed, text);

          return parsed;
        });
      },

      onValidate: ({ params, setValidationFn, setResult }: Validation) => {
        const { schema, documentAST: document, rules = [] } = params;
        const text = texts.get(document);
        const found = text === undefined ? undefined : known.peek(text);
        const isSame = found?.document === document && found.schema === schema;
        if (isSame && isSameList(found.rules, rules)) {
          setResult([]);

          return undefined;
        }
        setValidationFn(() => validateDocument(schema, document, rules, policy));

        return ({ valid }: { readonly valid: boolean }) => {
          if (valid && text !== undefined) {
            known.set(text, { document, schema, rules });
          }
        };
      },
    };
  }
}

/** What Envelop tells of a validation that is to come, in types. */
interface Validation {
  readonly params: {
    readonly schema: GraphQLSchema;
    readonly documentAST: DocumentNode;
    readonly rules?: readonly ValidationRule[];
  };
  readonly setValidationFn: (validate: () => readonly GraphQLError[]) => void;
  readonly setResult: (errors: readonly GraphQLError[]) => void;
}

function isSameList<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
