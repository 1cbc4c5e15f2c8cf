import type { Enum, Field, Type } from 'protobufjs';
import type { ProtoField, ProtoMessage } from '../../../core/decoders/protobuf-names.ts';

/** A type as the reader of `core/decoders` asks it: only names and numbers are used, nothing is generated from a file. */
export function messageOf(type: Type): ProtoMessage {
  const known = new Map<number, ProtoField | undefined>();
  return {
    field: (number) => {
      if (known.has(number)) return known.get(number);
      const found = type.fieldsById[number];
      const field = found === undefined ? undefined : fieldOf(found);
      known.set(number, field);
      return field;
    },
  };
}

/** Undefined where its type is in none of the files: it is then read by its number. */
function fieldOf(field: Field): ProtoField | undefined {
  const { name } = field;
  const resolved = resolve(field);
  if (resolved === undefined) return undefined;
  const keyType = 'keyType' in field && typeof field.keyType === 'string' ? field.keyType : null;
  if (keyType !== null) {
    const entry: ProtoMessage = {
      field: (number) => {
        if (number === 1) return { name: 'key', type: keyType, repeated: false };
        return number === 2 ? valueOf('value', field.type, resolved, false) : undefined;
      },
    };
    return { name, type: 'message', repeated: true, isMap: true, message: () => entry };
  }
  return valueOf(name, field.type, resolved, field.repeated);
}

function valueOf(name: string, type: string, resolved: Type | Enum | null, repeated: boolean): ProtoField {
  if (resolved !== null && 'fieldsById' in resolved) {
    let made: ProtoMessage | null = null;
    return { name, type: 'message', repeated, message: () => (made ??= messageOf(resolved)) };
  }
  if (resolved !== null)
    return { name, type: 'enum', repeated, nameOf: (value) => resolved.valuesById[value] };
  return { name, type, repeated };
}

function resolve(field: Field): Type | Enum | null | undefined {
  try {
    return field.resolve().resolvedType;
  } catch {
    return undefined;
  }
}
