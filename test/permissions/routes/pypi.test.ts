import { walkRoutes } from './walk.ts';

walkRoutes('pypi');
