import { DefaultNamingStrategy } from 'typeorm';

/** `normalizedName` in the code is `normalized_name` in the table. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined): string {
    return custom || property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}
