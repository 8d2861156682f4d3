import { walkRoutes } from './walk.ts';

walkRoutes('maven');
