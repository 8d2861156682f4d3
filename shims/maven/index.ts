import type { Shim } from '../kit/shim.ts';
import { renderError } from './errors.ts';
import { mavenFormat } from './format.ts';
import { putPath } from './publish-route.ts';
import { getPath, getRoot } from './read-route.ts';
import { realm } from './realm.ts';

/** A Maven repository (https://maven.apache.org/repositories/layout.html), for Maven, Gradle, Ivy, sbt and coursier. */
export const maven: Shim = {
  format: mavenFormat,
  // All of them send their credential only when they are asked for it.
  challenge: `Basic realm="${realm}"`,
  renderError,
  routes: [
    { method: 'GET', path: '', handle: getRoot },
    { method: 'GET', path: '*path', handle: getPath },
    { method: 'PUT', path: '*path', handle: putPath },
  ],
};
