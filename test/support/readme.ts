/** The code blocks of a language in one section of the README, whose text this is. Throws where there are none. */
export function examplesOf(readme: string, section: string, language: string): string[] {
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const examples = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , code = '']) => code);
  if (examples.length === 0) throw new Error(`The README's section "${section}" has no example in ${language}.`);
  return examples;
}
