import SchemaBuilder, { BasePlugin, type PothosTypeConfig, type SchemaTypes } from '@pothos/core';
import type { Format } from '../src/formats/format.ts';

/** Name of the enum whose values are the formats that the server speaks. */
export const formatEnumName = 'Format';

/** Name of the builder's plugin below. */
export const formatEnumPlugin = 'entrepotFormatEnum' as const;

/** The enum value of a format. */
export function enumValueOf({ id }: Format): string {
  return id.toUpperCase();
}

/**
 * Fills the enum at `toSchema({ formats })`: which formats there are is known when a server starts, long after the types were
 * defined, and may differ between two schemas of one process.
 */
class FormatEnumPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    if (config.kind !== 'Enum' || config.name !== formatEnumName) return config;
    const { formats = [] } = this.options;
    return {
      ...config,
      values: Object.fromEntries(formats.map((format) => [enumValueOf(format), { value: format.id, description: `${format.title} packages.` }])),
    };
  }
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      entrepotFormatEnum: FormatEnumPlugin<Types>;
    }
    export interface BuildSchemaOptions<Types extends SchemaTypes> {
      /** The formats that the server speaks. */
      formats?: readonly Format[];
    }
  }
}

SchemaBuilder.registerPlugin(formatEnumPlugin, FormatEnumPlugin);
