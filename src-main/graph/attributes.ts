/** Makes and reads attribute values of nodes. */

import type { Attribute, ConstantValue, DataType, Shape } from './node.ts';
import { illegal } from './illegal.ts';

/** Attributes of one node by TensorFlow's names. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One constructor per kind of attribute. */
export const attribute = {
  type: (value: DataType): Attribute => ({ kind: 'type', value }),
  shape: (value: Shape): Attribute => ({ kind: 'shape', value }),
  int: (value: number): Attribute => ({ kind: 'int', value }),
  float: (value: number): Attribute => ({ kind: 'float', value }),
  bool: (value: boolean): Attribute => ({ kind: 'bool', value }),
  string: (value: string): Attribute => ({ kind: 'string', value }),
  ints: (value: readonly number[]): Attribute => ({ kind: 'ints', value }),
  tensor: (value: ConstantValue): Attribute => ({ kind: 'tensor', value }),
};

type Kind = Attribute['kind'];
type ValueOf<K extends Kind> = Extract<Attribute, { readonly kind: K }>['value'];

/** An attribute of which the kind is not known yet. */
interface TaggedValue {
  readonly kind: Kind;
  readonly value: unknown;
}

/** The value of an attribute that the node must have, of the kind that it must be. */
export function attributeOf<K extends Kind>(attributes: Attributes, name: string, kind: K): ValueOf<K> {
  const found: TaggedValue | undefined = attributes[name];
  if (found === undefined || !isKind(found, kind)) return illegal(`attribute ${name} of kind ${kind} is missing`);
  return found.value;
}

function isKind<K extends Kind>(found: TaggedValue, kind: K): found is TaggedValue & { readonly value: ValueOf<K> } {
  return found.kind === kind;
}
