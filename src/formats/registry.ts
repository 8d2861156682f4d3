import { NotFound } from '../errors.ts';
import type { Format } from './format.ts';

/** The formats this server speaks. */
export class FormatRegistry {
  readonly #formats: Map<string, Format>;

  constructor(formats: readonly Format[]) {
    this.#formats = new Map(formats.map((format) => [format.id, format]));
  }

  list(): Format[] {
    return [...this.#formats.values()];
  }

  find(id: string): Format | undefined {
    return this.#formats.get(id);
  }

  /** Throws NotFound. */
  get(id: string): Format {
    const format = this.#formats.get(id);
    if (!format) throw new NotFound('Format', `This server does not speak "${id}".`);
    return format;
  }
}
