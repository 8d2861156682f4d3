/**
 * SPDX identifiers of the classifiers that name one licence (https://pypi.org/classifiers/, https://spdx.org/licenses/). Those that stand for several, such as "BSD
 * License", are left as they are.
 */
const identifiers: Record<string, string> = {
  'Academic Free License (AFL)': 'AFL-3.0',
  'Apache Software License': 'Apache-2.0',
  'Boost Software License 1.0 (BSL-1.0)': 'BSL-1.0',
  'European Union Public Licence 1.2 (EUPL 1.2)': 'EUPL-1.2',
  'GNU Affero General Public License v3': 'AGPL-3.0-only',
  'GNU Affero General Public License v3 or later (AGPLv3+)': 'AGPL-3.0-or-later',
  'GNU General Public License v2 (GPLv2)': 'GPL-2.0-only',
  'GNU General Public License v2 or later (GPLv2+)': 'GPL-2.0-or-later',
  'GNU General Public License v3 (GPLv3)': 'GPL-3.0-only',
  'GNU General Public License v3 or later (GPLv3+)': 'GPL-3.0-or-later',
  'GNU Lesser General Public License v2 (LGPLv2)': 'LGPL-2.0-only',
  'GNU Lesser General Public License v2 or later (LGPLv2+)': 'LGPL-2.0-or-later',
  'GNU Lesser General Public License v3 (LGPLv3)': 'LGPL-3.0-only',
  'GNU Lesser General Public License v3 or later (LGPLv3+)': 'LGPL-3.0-or-later',
  'ISC License (ISCL)': 'ISC',
  'MIT License': 'MIT',
  'MIT No Attribution License (MIT-0)': 'MIT-0',
  'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
  'Python Software Foundation License': 'PSF-2.0',
  'The Unlicense (Unlicense)': 'Unlicense',
  'Universal Permissive License (UPL)': 'UPL-1.0',
  'zlib/libpng License': 'Zlib',
  'CC0 1.0 Universal (CC0 1.0) Public Domain Dedication': 'CC0-1.0',
};

/** The licence that a classifier names: an SPDX identifier, or its own words; undefined for a classifier of another kind. */
export function licenseOfClassifier(classifier: string): string | undefined {
  if (!classifier.startsWith('License :: ')) return undefined;
  const name = classifier.split(' :: ').at(-1) ?? '';
  if (name === 'OSI Approved' || name === 'License') return undefined;
  return Object.hasOwn(identifiers, name) ? identifiers[name] : name;
}
