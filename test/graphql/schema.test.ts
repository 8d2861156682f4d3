import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printSdl } from '../../schema/print.ts';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';

const formats = shims.map(({ format }) => format);

describe('the schema', () => {
  it('is the one in schema/schema.graphql (UPDATE=1 writes it anew)', () => {
    const file = join(import.meta.dirname, '../../schema/schema.graphql');
    const printed = printSdl(formats);
    if (process.env['UPDATE']) writeFileSync(file, printed);
    expect(readFileSync(file, 'utf8') === printed, 'run the tests with UPDATE=1 and review the difference').toBe(true);
  });

  it('describes every type, field, argument, input and enum value', () => {
    const missing: string[] = [];
    const check = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description?.trim()) missing.push(name);
    };
    for (const type of Object.values(createSchema(formats).getTypeMap())) {
      if (type.name.startsWith('__')) continue;
      check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
    expect(missing).toEqual([]);
  });

  it('knows the formats it is made for, and may be made for others in one process', () => {
    const names = (list: typeof formats) => (createSchema(list).getType('Format') as { getValues(): { name: string }[] } | undefined)?.getValues().map(({ name }) => name);
    expect(names(formats)).toEqual(formats.map(({ id }) => id.toUpperCase()).sort());
    expect(names(formats.slice(0, 1))).toEqual(formats.slice(0, 1).map(({ id }) => id.toUpperCase()));
  });

  it('has a metadata type for every format', () => {
    const schema = createSchema(formats);
    const types = schema.getPossibleTypes(schema.getType('PackageMetadata') as never).map(({ name }) => name.toLowerCase());
    for (const { id } of formats) expect(types).toContain(`${id}metadata`);
  });

  it('names every mutation and what belongs to it alike', () => {
    const schema = createSchema(formats);
    for (const [name, { args, type }] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
      const base = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      expect(args.map((argument) => `${argument.name}: ${String(argument.type)}`)).toEqual([`input: ${base}Input!`]);
      expect(String(type)).toBe(`${base}Result!`);
      expect(schema.getType(`${base}Payload`)).toBeDefined();
    }
  });
});
