import { childOf, childText, type XmlElement } from '../kit/xml.ts';

const maxDepth = 10;
/** How much longer a text may become. */
const maxGrowth = 2000;

/** What `${…}` in a POM stands for, as far as the POM itself says it. */
export class PomValues {
  readonly #values = new Map<string, string>();

  constructor(project: XmlElement) {
    for (const { name, text } of childOf(project, 'properties')?.children ?? []) this.#values.set(name, text.trim());
    const parent = childOf(project, 'parent');
    for (const field of ['groupId', 'artifactId', 'version']) {
      const inherited = childText(parent, field);
      if (inherited !== undefined) this.#set(`parent.${field}`, inherited);
      // A group and a version that are not there are the parent's (https://maven.apache.org/pom.html#inheritance).
      const own = childText(project, field) ?? (field === 'artifactId' ? undefined : inherited);
      if (own !== undefined) this.#set(field, own);
    }
    for (const field of ['name', 'url', 'packaging']) {
      const own = childText(project, field);
      if (own !== undefined) this.#set(field, own);
    }
  }

  /** The text with everything in place that is known here; `${…}` stays where it is not, refers to itself or grows by more than 2,000 characters. */
  resolve(text: string): string {
    let resolved = text;
    for (let depth = 0; depth < maxDepth && resolved.includes('${'); depth++) {
      // Counted before it is built: a value may be as long as a POM, and be asked for in every line of it.
      let room = text.length + maxGrowth - resolved.length;
      const next = resolved.replace(/\$\{([^${}]{1,200})\}/g, (whole, key: string) => {
        const value = room < 0 ? whole : (this.#values.get(key.trim()) ?? whole);
        room -= value.length - whole.length;
        return room < 0 ? whole : value;
      });
      if (room < 0) return text;
      if (next === resolved) break;
      resolved = next;
    }
    return resolved;
  }

  /** The resolved text of a child; undefined where there is none. */
  textOf(element: XmlElement | undefined, name: string): string | undefined {
    const text = childText(element, name);
    return text === undefined ? undefined : this.resolve(text);
  }

  /** `project.` is how it is written; `pom.` and nothing at all are older ways. */
  #set(field: string, value: string): void {
    for (const prefix of ['project.', 'pom.', '']) if (!this.#values.has(prefix + field)) this.#values.set(prefix + field, value);
  }
}
