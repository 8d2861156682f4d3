/** `npm run licences`: the dependencies with their licences, those of the product first. */
import { listDependencies } from './support/licences.ts';

for (const isForTests of [false, true]) {
  console.log(isForTests ? '\n# For tests' : '# In the product');
  for (const { name, version, license } of listDependencies().filter((each) => each.isForTests === isForTests)) console.log(`${name}@${version} ${license ?? 'none'}`);
}
