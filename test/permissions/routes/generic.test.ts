import { walkRoutes } from './walk.ts';

walkRoutes('generic');
